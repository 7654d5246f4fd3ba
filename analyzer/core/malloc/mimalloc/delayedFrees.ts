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
  const words = new MemoryWords(image.memory, 4096);
  const links = new MemoryWords(image.memory, 4096);
  const heaps = new Map(pages.map((page) => [page.heap, page]));
  for (const [heap, { keys, owner }] of heaps) {
    if (heap <= 0 || heap % 8 !== 0 || heap > mostAddress) continue;
    const slabOf = (block: number) => {
      const slab = marks.slabAt(block);
      return slab >= 0 && pages[slab]!.heap === heap && !marks.isFreeAt(slab, block) ? slab : -1;
    };
    for (let at = heap; at < heap + heapBytes; at += 8) {
      const head = words.u64(at);
      if (head <= 0 || slabOf(head) < 0 || words.u64Exact(at + 8) !== owner) continue;
      const next = nextOf(words, links, keys !== undefined, heap, at);
      for (const [block, slab] of chainFrom(head, next, slabOf)) {
        image.memory.structureLog?.add(at, 48);
        image.memory.structureLog?.add(block, 8);
        marks.free(slab, block);
      }
    }
  }
}

/** The ways in which a block may tell the next one. */
function nextOf(
  words: MemoryWords,
  links: MemoryWords,
  isEncoded: boolean,
  heap: number,
  head: number,
): ((block: number) => number)[] {
  if (!isEncoded) return [(block) => links.u64(block)];
  return delayedKeys.map((offset) => {
    const keys = [words.u64Exact(head + offset) ?? 0n, words.u64Exact(head + offset + 8) ?? 0n] as const;
    return (block) => decodeLink(links.u64Exact(block) ?? 0n, keys, heap);
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
