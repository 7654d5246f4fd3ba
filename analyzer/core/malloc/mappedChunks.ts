import type { Work } from "../../base/work";
import { protection } from "../memorySegment";
import { MemoryWords } from "../memoryWords";
import type { ProcessSnapshot } from "../processSnapshot";
import type { GlibcState } from "./glibcArenas";
import { chunkFlag, heapAlignment, sizeOf } from "./glibcLayout";

/** Large blocks with a mapping of their own. */
export interface MappedChunks {
  readonly chunks: readonly { readonly start: number; readonly size: number }[];
  readonly bytes: number;
  /** What malloc itself counted (`mp_.mmapped_mem`, `n_mmaps`), when its counters were found. */
  readonly counted?: { readonly chunks: number; readonly bytes: number };
}

const pageBytes = 4096;
/** A block this large is rare, a random word of this size is not. */
const largestChunk = 2 ** 44;

/**
 * Finds mmapped chunks: a page that begins with {0, size|2} where size is whole pages that lie in the same stretch of
 * writable anonymous memory. The kernel merges neighbouring mappings, so a stretch is stepped through chunk by chunk.
 */
export function findMappedChunks(
  image: ProcessSnapshot,
  state: GlibcState,
  isElsewhere: (address: number) => boolean,
  work: Work,
): MappedChunks {
  const words = new MemoryWords(image.memory, 4096);
  const isArena = arenaTest(state);
  const chunks: { start: number; size: number }[] = [];
  let bytes = 0;
  const counted = countersOf(image, state, words);
  // Once all are found the rest need not be looked at: it may be gigabytes of something else.
  const isComplete = () =>
    counted !== undefined && chunks.length === counted.chunks && bytes === counted.bytes;
  // Short stretches first: with luck the gigabytes need not be looked at.
  const byLength = stretches(image).sort((a, b) => a.end - a.start - (b.end - b.start));
  for (const { start, end, isKnown } of byLength) {
    if (isKnown) continue;
    let at = start;
    for (let steps = 0; at < end && !isComplete(); steps++) {
      if (steps % 1024 === 0) work.throwIfCancelled();
      if (isArena(at)) {
        at += pageBytes;
        continue;
      }
      const size = mappedSizeAt(words, at, end);
      if (size > 0 && !isElsewhere(at)) {
        chunks.push({ start: at, size });
        image.memory.structureLog?.add(at, 16);
        bytes += size;
        at += size;
      } else at += pageBytes;
    }
  }
  chunks.sort((a, b) => a.start - b.start);
  return { chunks, bytes, ...(counted === undefined ? {} : { counted }) };
}

function mappedSizeAt(words: MemoryWords, at: number, end: number): number {
  const word = words.u64(at + 8);
  if (word < pageBytes || word % 8 !== chunkFlag.mapped) return 0;
  const size = sizeOf(word);
  // prev_size is 0, or the padding memalign left before the chunk.
  if (size % pageBytes !== 0 || size > largestChunk || at + size > end || words.u64(at) !== 0) return 0;
  return size;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly isKnown: boolean;
}

/** Writable memory in stretches of neighbouring segments; file mappings are known for what they are. */
function stretches(image: ProcessSnapshot): Stretch[] {
  const result: Stretch[] = [];
  for (const segment of image.memory.segments) {
    if (segment.end > 1n << 53n || segment.dumpedBytes === 0) continue;
    const isKnown =
      (segment.protection & protection.write) === 0 || image.memory.mappingOf(segment.start) !== undefined;
    const start = Number(segment.start);
    const end = start + segment.dumpedBytes;
    const before = result.at(-1);
    if (before !== undefined && before.end === start && before.isKnown === isKnown)
      result[result.length - 1] = { ...before, end };
    else result.push({ start, end, isKnown });
  }
  return result;
}

function arenaTest(state: GlibcState): (address: number) => boolean {
  const heaps = new Set<number>();
  const mains: [number, number][] = [];
  for (const arena of state.arenas)
    for (const heap of arena.heaps)
      if (arena.isMain) mains.push([heap.firstChunk - heap.headerBytes, heap.end]);
      else heaps.add(heap.firstChunk - (heap.firstChunk % heapAlignment));
  return (address) =>
    heaps.has(address - (address % heapAlignment)) ||
    mains.some(([start, end]) => address >= start && address < end);
}

/** `n_mmaps_max` unless the program changed M_MMAP_MAX: what the counters are recognised by. */
const defaultMostMapped = 65_536;

/**
 * malloc's own counters lie in `mp_`, in the same data as the main arena. `sbrk_base` is recognised by its value and
 * by the limit some words before it; `mmapped_mem` stands two words before it, `n_mmaps` just before the limit
 * (which moved by one 4-byte word in glibc 2.35).
 */
function countersOf(
  image: ProcessSnapshot,
  state: GlibcState,
  words: MemoryWords,
): { readonly chunks: number; readonly bytes: number } | undefined {
  const main = state.arenas[0];
  const heap = main?.heaps[0];
  if (main === undefined || heap === undefined) return undefined;
  const base = heap.firstChunk - heap.headerBytes;
  const segment = image.memory.segmentOf(BigInt(main.address));
  if (segment === undefined) return undefined;
  const start = Number(segment.start);
  const end = start + segment.dumpedBytes;
  for (let at = start + 64; at + 8 <= end; at += 8) {
    if (words.u64(at) !== base) continue;
    const limit = [at - 32, at - 28].find((place) => words.u32(place) === defaultMostMapped);
    if (limit === undefined) continue;
    const chunks = words.u32(limit - 4);
    const bytes = words.u64(at - 16);
    if (bytes % pageBytes === 0 && (chunks === 0) === (bytes === 0)) {
      image.memory.structureLog?.add(limit - 4, 8);
      image.memory.structureLog?.add(at - 16, 24);
      return { chunks, bytes };
    }
  }
  return undefined;
}
