import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { mostAddress } from "../moduleData";
import type { SlabMarks } from "../slabMarks";
import { delayedKeys, heapBytes } from "./layout";
import { type BlockPage, decodeLink } from "./pages";

/**
 * Marks the blocks that other threads freed and that wait in their owner's heap (mimalloc 2): a word of the heap, which
 * stands before the thread's id, leads to blocks of its pages, one after the other.
 */
export function markDelayedFrees(
  image: ProcessSnapshot,
  pages: readonly BlockPage[],
  marks: SlabMarks,
): void {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory, 4096);
  const heaps = new Map(pages.map((page) => [page.heap, page]));
  for (const [heap, { keys, owner }] of heaps) {
    if (heap <= 0 || heap % pointerBytes !== 0 || heap > mostAddress) continue;
    const slabOf = (block: number) => {
      const slab = marks.slabAt(block);
      return slab >= 0 && pages[slab]!.heap === heap && !marks.isFreeAt(slab, block) ? slab : -1;
    };
    for (let at = heap; at < heap + heapBytes; at += pointerBytes) {
      const head = words.pointer(at);
      if (head <= 0 || slabOf(head) < 0 || words.pointerExact(at + pointerBytes) !== owner) continue;
      const next = nextOf(image, keys !== undefined, heap, at);
      for (const [block, slab] of chainFrom(head, next, slabOf)) {
        image.memory.structureLog?.add(at, 6 * pointerBytes);
        image.memory.structureLog?.add(block, pointerBytes);
        marks.free(slab, block);
      }
    }
  }
}

/** The ways in which a block may tell the next one. */
function nextOf(
  image: ProcessSnapshot,
  isEncoded: boolean,
  heap: number,
  head: number,
): ((block: number) => number)[] {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory, 4096);
  if (!isEncoded) return [(block) => words.pointer(block)];
  return delayedKeys.map((offset) => {
    const [first, second] = [offset, offset + 1].map(
      (each) => words.pointerExact(head + each * pointerBytes) ?? 0n,
    ) as [bigint, bigint];
    return (block) => decodeLink(words.pointerExact(block) ?? 0n, [first, second], heap, pointerBytes);
  });
}

/** The blocks of a chain with their slabs; none when each way leads to what cannot be in it. */
function chainFrom(
  head: number,
  ways: readonly ((block: number) => number)[],
  slabOf: (block: number) => number,
): ReadonlyMap<number, number> {
  for (const next of ways) {
    const chain = new Map<number, number>();
    let block = head;
    for (; block !== 0; block = next(block)) {
      const slab = slabOf(block);
      if (slab < 0 || chain.has(block)) break;
      chain.set(block, slab);
    }
    if (block === 0) return chain;
  }
  return new Map();
}
