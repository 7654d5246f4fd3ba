import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { SlabMarks } from "../slabMarks";
import { heapBytes } from "./layout";
import type { Page } from "./pages";

/**
 * Marks the blocks that other threads freed and that wait in their owner's heap (mimalloc 2): a word of the heap leads
 * to blocks of its pages, one after the other. Where links are encoded they are not followed.
 */
export function markDelayedFrees(image: ProcessSnapshot, pages: readonly Page[], marks: SlabMarks): void {
  const words = new MemoryWords(image.memory, 4096);
  const links = new MemoryWords(image.memory, 4096);
  const heaps = new Set(pages.map(({ heap }) => heap));
  for (const heap of heaps) {
    if (heap <= 0 || heap % 8 !== 0) continue;
    for (let at = heap; at < heap + heapBytes; at += 8) {
      const blocks = chainOf(links, words.u64(at), (block) => {
        const slab = marks.slabAt(block);
        return slab >= 0 && pages[slab]!.heap === heap && !marks.isFreeAt(slab, block) ? slab : -1;
      });
      if (blocks.length === 0) continue;
      image.memory.structureLog?.add(at, 8);
      for (const [slab, block] of blocks) {
        image.memory.structureLog?.add(block, 8);
        marks.free(slab, block);
      }
    }
  }
}

/** The blocks of a chain; none when it leads to what cannot be in it. */
function chainOf(
  links: MemoryWords,
  head: number,
  slabOf: (block: number) => number,
): readonly (readonly [number, number])[] {
  const chain = new Map<number, number>();
  for (let block = head; block !== 0; block = links.u64(block)) {
    const slab = slabOf(block);
    if (slab < 0 || chain.has(block)) return [];
    chain.set(block, slab);
  }
  return [...chain].map(([block, slab]) => [slab, block]);
}
