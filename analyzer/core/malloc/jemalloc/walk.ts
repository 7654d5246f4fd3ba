import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, pagesOf } from "../pageHeap";
import { extentsOf, findPageMap, type PageExtent } from "./extents";
import { bytesOfClass, bytesOfLarge, extentBytes, extentField, extentState, pageBytes } from "./layout";

/**
 * Walks jemalloc's extents. Blocks in threads' caches count as used, as they do in its own statistics.
 * @returns undefined when its map of pages is not found
 * @throws ExhumeError `cancelled`
 */
export function walkJemalloc(
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
): HeapAccount | undefined {
  if (image.memory.pointerBytes !== 8) return undefined;
  const root = findPageMap(image, work);
  if (root === undefined) return undefined;
  const heap = new PageHeap(image);
  const large: PageExtent[] = [];
  const structures: [number, number][] = [];
  const words = new MemoryWords(image.memory, 4096);
  for (const extent of extentsOf(image, root, work)) {
    structures.push([extent.structure, extent.structure + extentBytes]);
    image.memory.structureLog?.add(extent.structure, extentBytes);
    const { arena, start, bytes, state, isSlab } = extent;
    if (state === extentState.retained) heap.addReserved(arena, start, bytes);
    else if (state !== extentState.active) heap.addFreePages(arena, start, bytes);
    else if (isSlab) addSlab(heap, words, extent);
    else large.push(extent);
  }
  const isPadded = large.some(({ bytes, sizeClass }) => bytes !== bytesOfClass(sizeClass));
  for (const { arena, start, bytes, address, sizeClass } of large) {
    const size = bytesOfLarge(sizeClass, bytes, isPadded ? pageBytes : 0);
    heap.addLarge(arena, { start, bytes, address, size });
  }
  heap.reportRefused(problems, "jemalloc");
  return heap.account(pagesOf(structures));
}

/** One bit for each block, set while it is free. */
function addSlab(heap: PageHeap, words: MemoryWords, extent: PageExtent): void {
  const size = bytesOfClass(extent.sizeClass);
  const blocks = Math.min(512, Math.floor(extent.bytes / size));
  heap.addSlab(extent.arena, {
    start: extent.start,
    bytes: extent.bytes,
    size,
    blocks,
    isFree: (index) => {
      const byte = words.u8(extent.structure + extentField.slab + Math.floor(index / 8));
      return byte < 0 || Math.floor(byte / 2 ** (index % 8)) % 2 === 1;
    },
  });
}
