import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { type CachedBlocks, isWithin } from "./cachedBlocks";
import { slabShifts } from "./layout";

const leastShift = 12;
const mostShift = 22;
const mostProcessors = 4096;
const pageBytes = 4096;

/**
 * Follows the caches of processors: slabs at even distances, each begins with a header for every class. A word of a
 * module's data leads to the first one; to 2022 it does not tell the distance.
 * @returns false when there are none
 */
export function followProcessorSlabs(
  image: ProcessSnapshot,
  cached: CachedBlocks,
  ranges: readonly (readonly [number, number])[],
  describing: readonly (readonly [number, number])[],
): boolean {
  const words = new MemoryWords(image.memory);
  const reader = new SlabReader(image, cached);
  const seen = new Set<number>();
  for (const [start, end] of ranges)
    for (let at = start; at + 8 <= end; at += 8) {
      const word = words.u64(at);
      if (word < pageBytes || seen.has(word)) continue;
      const low = word % pageBytes;
      if (low !== 0 && (low < leastShift || low > mostShift)) continue;
      const slabs = word - low;
      const memory = describing.find(([from, to]) => from <= slabs && slabs < to);
      if (memory === undefined || !isWithin(describing, slabs)) continue;
      seen.add(word);
      for (const shift of low === 0 ? slabShifts : [low]) {
        const blocks = reader.blocksOf(slabs, memory[1], shift);
        if (blocks === undefined) continue;
        for (const block of blocks) cached.free(block);
        return true;
      }
    }
  return false;
}

/** Headers: where the next block goes, then where the array ends; to 2023 between copies of these, with where it begins. */
const headerForms = [
  { bytes: 8, end: 6, begin: 4 },
  { bytes: 4, end: 2 },
] as const;

/** In what may turn out to be something else. */
const mostReads = 1 << 24;

class SlabReader {
  private rest = mostReads;
  private readonly words: MemoryWords;
  private readonly slots: MemoryWords;

  constructor(
    image: ProcessSnapshot,
    private readonly cached: CachedBlocks,
  ) {
    this.words = new MemoryWords(image.memory, 4096, image.memory.structureLog);
    this.slots = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  }

  /** The blocks of all processors; undefined when these are not slabs. */
  blocksOf(slabs: number, memoryEnd: number, shift: number): number[] | undefined {
    for (const form of headerForms) {
      const blocks: number[] = [];
      const bytes = 2 ** shift;
      for (let processor = 0; processor < mostProcessors; processor++) {
        const slab = slabs + processor * bytes;
        if (slab + bytes > memoryEnd) break;
        const found = this.blocksIn(slab, bytes, form);
        // What follows the last slab is something else.
        if (found === undefined) break;
        for (const block of found) blocks.push(block);
      }
      if (blocks.length === 0) continue;
      this.cached.structures.push([slabs, slabs + bytes]);
      return blocks;
    }
    return undefined;
  }

  private blocksIn(slab: number, bytes: number, form: (typeof headerForms)[number]): number[] | undefined {
    const { words, slots, cached } = this;
    const blocks: number[] = [];
    for (let each = 1; each <= cached.classes; each++) {
      const header = slab + form.bytes * each;
      const current = words.u16(header);
      const end = words.u16(header + form.end);
      const begin = form.bytes === 8 ? words.u16(header + form.begin) : 0;
      if (current < 0 || end < 0 || this.rest-- < 0) return undefined;
      // Never used, or locked while it was emptied.
      if (current === 0 || end === 0 || begin > end) continue;
      if (current > end || current < begin || end * 8 > bytes) return undefined;
      for (let slot = current - 1; slot >= begin; slot--) {
        const block = slots.u64(slab + 8 * slot);
        // What stands before the array has its lowest bit set.
        if (form.bytes === 4 && block % 2 === 1) break;
        if (slot <= 0 || this.rest-- < 0 || cached.classOf(block) !== each) return undefined;
        blocks.push(block);
      }
    }
    return blocks;
  }
}
