import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { GlibcState } from "./arenas";
import { chunkFlag, type GlibcLayout, sizeOf } from "./layout";

/** Large blocks with a mapping of their own. */
export interface MappedChunks {
  readonly chunks: readonly MappedChunk[];
  readonly bytes: number;
  /** What malloc itself counted (`mp_.mmapped_mem`, `n_mmaps`), when its counters were found. */
  readonly counted?: { readonly chunks: number; readonly bytes: number };
}

export interface MappedChunk {
  /** Of the mapping, with its size. */
  readonly start: number;
  readonly size: number;
  /** What the program has of it begins here. */
  readonly user: number;
}

const pageBytes = 4096;
/** A block this large is rare, a random word of this size is not. */
const largestChunk = 2 ** 44;

/**
 * Finds mmapped chunks: {distance from the mapping, size|2} near the start of a page, where size fills whole pages that
 * lie in the same stretch of writable anonymous memory. The kernel merges neighbouring mappings, so a stretch is
 * stepped through chunk by chunk.
 */
export function findMappedChunks(
  image: ProcessSnapshot,
  state: GlibcState,
  isElsewhere: (address: number) => boolean,
  work: Work,
): MappedChunks {
  const words = new MemoryWords(image.memory, 4096);
  const isArena = arenaTest(state);
  const { counters } = state;
  const chunks: MappedChunk[] = [];
  let bytes = 0;
  // Once all are found the rest need not be looked at: it may be gigabytes of something else.
  const isComplete = () =>
    counters !== undefined && chunks.length === counters.mappedChunks && bytes === counters.mappedBytes;
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
      const found = mappedChunkAt(words, state.layout, at, end);
      if (found !== undefined && !isElsewhere(at)) {
        chunks.push(found);
        image.memory.structureLog?.add(found.user - state.layout.headerBytes, state.layout.headerBytes);
        bytes += found.size;
        at += found.size;
      } else at += pageBytes;
    }
  }
  chunks.sort((a, b) => a.start - b.start);
  if (counters === undefined) return { chunks, bytes };
  return { chunks, bytes, counted: { chunks: counters.mappedChunks, bytes: counters.mappedBytes } };
}

/** The mapping may begin with padding, so that what the program gets is aligned. */
function mappedChunkAt(
  words: MemoryWords,
  layout: GlibcLayout,
  page: number,
  end: number,
): MappedChunk | undefined {
  for (let padding = 0; padding < layout.alignment; padding += layout.headerBytes) {
    const found = chunkIn(words, layout, page, padding);
    if (found !== undefined && page + found.size <= end) return found;
  }
  return undefined;
}

/** The size counts up to the mapping's end; since 2.43 one header less, as it does in arenas. */
function chunkIn(
  words: MemoryWords,
  { pointerBytes, headerBytes }: GlibcLayout,
  page: number,
  padding: number,
): MappedChunk | undefined {
  const at = page + padding;
  const word = words.pointer(at + pointerBytes);
  if (word % 8 !== chunkFlag.mapped || word > largestChunk || words.pointer(at) !== padding) return undefined;
  const bytes = padding + sizeOf(word);
  const size = bytes % pageBytes === 0 ? bytes : bytes + headerBytes;
  return size >= pageBytes && size % pageBytes === 0
    ? { start: page, size, user: at + headerBytes }
    : undefined;
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

function arenaTest({ arenas, layout }: GlibcState): (address: number) => boolean {
  const heaps = new Set<number>();
  const mains: [number, number][] = [];
  for (const arena of arenas)
    for (const heap of arena.heaps)
      if (arena.isMain) mains.push([heap.firstChunk - heap.headerBytes, heap.end]);
      else heaps.add(heap.firstChunk - (heap.firstChunk % layout.heapAlignment));
  return (address) =>
    heaps.has(address - (address % layout.heapAlignment)) ||
    mains.some(([start, end]) => address >= start && address < end);
}
