import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, pagesOf } from "../pageHeap";
import { extentsOf, findExtentMap, type PageExtent } from "./extents";
import { bytesOfClass, bytesOfLarge, extentState, pageBytes, type Quantum, quanta } from "./layout";
import { SlabBits } from "./slabBits";

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
  const map = findExtentMap(image, work);
  if (map === undefined) return undefined;
  const { extent: fields } = map.form;
  const heap = new PageHeap(image);
  const large: PageExtent[] = [];
  const slabs: PageExtent[] = [];
  const structures: [number, number][] = [];
  for (const extent of extentsOf(image, map, work)) {
    structures.push([extent.structure, extent.structure + fields.bytes]);
    image.memory.structureLog?.add(extent.structure, fields.bytes);
    const { arena, start, bytes, state, isSlab } = extent;
    if (state === extentState.retained) heap.addReserved(arena, start, bytes);
    else if (state !== extentState.active) heap.addFreePages(arena, start, bytes);
    else (isSlab ? slabs : large).push(extent);
  }
  const bits = new SlabBits(new MemoryWords(image.memory, 4096), fields.slab);
  const quantum = quantumOf(slabs, bits);
  for (const slab of slabs) {
    const { start, bytes, sizeClass } = slab;
    const size = bytesOfClass(sizeClass, quantum);
    const isFree = (index: number) => bits.isFree(slab, index);
    heap.addSlab(slab.arena, { start, bytes, size, blocks: blocksIn(bytes, size), isFree });
  }
  const isPadded = large.some(({ bytes, sizeClass }) => bytes !== bytesOfClass(sizeClass, quantum));
  for (const { arena, start, bytes, address, sizeClass } of large) {
    const size = bytesOfLarge(bytesOfClass(sizeClass, quantum), bytes, isPadded ? pageBytes : 0);
    heap.addLarge(arena, { start, bytes, address, size });
  }
  heap.reportRefused(problems, "jemalloc");
  return heap.account(pagesOf(structures));
}

const mostBlocks = 512;

function blocksIn(bytes: number, size: number): number {
  return Math.min(mostBlocks, Math.floor(bytes / size));
}

/** Slabs that the sizes of classes are tried on. */
const tried = 256;

/** The quantum with which blocks fill their slabs, which have as many free ones as they count. */
function quantumOf(slabs: readonly PageExtent[], bits: SlabBits): Quantum {
  const some = slabs.slice(0, tried);
  const scores = quanta.map((quantum) => {
    const agreeing = some.filter((slab) => {
      const size = bytesOfClass(slab.sizeClass, quantum);
      return slab.bytes % size === 0 && bits.freeAmong(slab, blocksIn(slab.bytes, size)) === slab.freeBlocks;
    });
    return { quantum, agreeing: agreeing.length };
  });
  return scores.reduce((a, b) => (b.agreeing > a.agreeing ? b : a)).quantum;
}
