import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { SlabMarks } from "../slabMarks";
import type { PageRun } from "./spans";

/** The spans that are cut into blocks, as {@link SlabMarks} numbers them. */
export interface BlockSpans {
  readonly spans: readonly PageRun[];
  readonly sizes: readonly number[];
  readonly marks: SlabMarks;
}

/** Free blocks outside their spans: in caches of threads and processors, and on the way between those and the spans. */
export class CachedBlocks {
  /** Blocks that were in two lists. */
  twice = 0;
  /** Memory with lists, [start, end). */
  readonly structures: [number, number][] = [];
  readonly classes: number;

  constructor(readonly small: BlockSpans) {
    this.classes = small.spans.reduce((most, { sizeClass }) => Math.max(most, sizeClass), 0);
  }

  /** The class of the block that begins at an address; 0 for none. */
  classOf(address: number): number {
    const { spans, sizes, marks } = this.small;
    const slab = address > 0 ? marks.slabAt(address) : -1;
    if (slab < 0) return 0;
    const { start, sizeClass } = spans[slab]!;
    return (address - start) % sizes[sizeClass]! === 0 ? sizeClass : 0;
  }

  free(address: number): void {
    const { marks } = this.small;
    if (!marks.free(marks.slabAt(address), address)) this.twice++;
  }
}

/** Memory that tcmalloc describes its spans in, [start, end): no block is there. */
export function describingMemory(image: ProcessSnapshot, runs: readonly PageRun[]): [number, number][] {
  const { memory } = image;
  const found = new Map<bigint, [number, number]>();
  let end = 0;
  for (const structure of runs.map((run) => run.structure).sort((a, b) => a - b)) {
    if (structure < end) continue;
    const segment = memory.segmentOf(BigInt(structure));
    if (segment === undefined || (segment.protection & protection.write) === 0) continue;
    end = Number(segment.end);
    const start = Number(segment.start);
    found.set(segment.start, [start, start + segment.dumpedBytes]);
  }
  return [...found.values()];
}

export function isWithin(ranges: readonly (readonly [number, number])[], address: number): boolean {
  return ranges.some(([start, end]) => start <= address && address < end);
}

const mostSlots = 1 << 14;
/** In arrays that may turn out to be something else. */
const mostReads = 1 << 24;

/**
 * Follows the caches that blocks pass through on their way to the spans: arrays of blocks of one class, before which stand
 * how many there are and may be.
 * @param ranges where these may be; the arrays are in the memory that describes spans
 */
export function followTransferCaches(
  image: ProcessSnapshot,
  cached: CachedBlocks,
  ranges: readonly (readonly [number, number])[],
  describing: readonly (readonly [number, number])[],
): void {
  const words = new MemoryWords(image.memory);
  const slots = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  const seen = new Set<number>();
  let rest = mostReads;
  for (const [start, end] of ranges)
    for (let at = start; at + 8 <= end && rest > 0; at += 8) {
      const array = words.u64(at);
      if (array <= 0 || array % 8 !== 0 || seen.has(array) || !isWithin(describing, array)) continue;
      const sizeClass = cached.classOf(slots.u64(array));
      if (sizeClass === 0) continue;
      // A further number stood between them in 2023.
      const used = [at - 8, at - 16]
        .map((place) => ({ used: words.u32(place), most: words.u32(place + 4) }))
        .find((each) => each.used >= 1 && each.used <= each.most && each.most <= mostSlots)?.used;
      if (used === undefined) continue;
      rest -= used;
      const blocks = Array.from({ length: used }, (_, index) => slots.u64(array + 8 * index));
      if (!blocks.every((block) => cached.classOf(block) === sizeClass)) continue;
      seen.add(array);
      cached.structures.push([array, array + 8 * used]);
      for (const block of blocks) cached.free(block);
    }
}
