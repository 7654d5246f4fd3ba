import type { MemoryImage } from "../../memoryImage";
import type { MemorySegment } from "../../memorySegment";
import { protection } from "../../memorySegment";
import type { MemoryWords } from "../../memoryWords";
import { chunkFrom, type GlibcLayout, heapInfo, isChunkSize, longestHeapInfo, sizeOf } from "./layout";

/** A stretch of an arena's chunks. */
export interface ArenaHeap {
  /** First chunk. */
  readonly firstChunk: number;
  /** End of the memory in use by the arena. */
  readonly end: number;
  /** Bytes before the first chunk that are the allocator's own. */
  readonly headerBytes: number;
}

interface ArenaPlace {
  readonly address: number;
  readonly top: number;
  readonly systemBytes: number;
}

/**
 * The main arena grows with sbrk: its memory ends where the top chunk does and is `system_mem` long, which counts what
 * others took by sbrk in between. Where sbrk failed it went on with a mapping, in which the top chunk then is.
 */
export function mainHeaps(
  memory: MemoryImage,
  words: MemoryWords,
  layout: GlibcLayout,
  arena: ArenaPlace,
  sbrkBase: number | undefined,
): ArenaHeap[] {
  const { top, systemBytes, address } = arena;
  // Before the first allocation the top chunk is the unsorted bin itself.
  if (systemBytes === 0 || top === address + layout.top) return [];
  const own = memory.segmentOf(BigInt(top));
  if (own === undefined) return [];
  // What a damaged top chunk says may lead anywhere.
  const end = Math.min(top + sizeOf(words.pointer(top + layout.pointerBytes)), contiguousEnd(memory, own));
  const start = contiguousStart(memory, own, end - systemBytes);
  const bySize = end - systemBytes;
  if (bySize >= start || sbrkBase === undefined || sbrkBase === 0) {
    const from = Math.max(bySize, start);
    const firstChunk = chunkFrom(from, layout);
    return [{ firstChunk, end, headerBytes: firstChunk - from }];
  }
  const heaps: ArenaHeap[] = [];
  const before = memory.segmentOf(BigInt(sbrkBase));
  if (before !== undefined && before !== own) {
    const firstChunk = chunkFrom(sbrkBase, layout);
    const stop = endOfPiece(words, layout, firstChunk, contiguousEnd(memory, before));
    heaps.push({ firstChunk, end: stop, headerBytes: firstChunk - sbrkBase });
  }
  const mapped = startOfMapped(words, layout, start, top);
  heaps.push({ firstChunk: mapped, end, headerBytes: 0 });
  return heaps.sort((a, b) => a.firstChunk - b.firstChunk);
}

/** A piece that was left for another ends with two empty chunks. */
function endOfPiece(words: MemoryWords, layout: GlibcLayout, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const size = sizeOf(words.pointer(at + layout.pointerBytes));
    if (size === layout.headerBytes) return Math.min(end, at + 2 * layout.headerBytes);
    if (!isChunkSize(size, layout)) break;
    at += size;
  }
  return Math.min(end, at);
}

/** The first page from which chunks lead to the top chunk. What led nowhere once is not followed again. */
function startOfMapped(words: MemoryWords, layout: GlibcLayout, start: number, top: number): number {
  const followed = new Set<number>();
  for (let page = start; page < top; page += 4096) {
    const first = chunkFrom(page, layout);
    let at = first;
    while (at < top && !followed.has(at)) {
      followed.add(at);
      const size = sizeOf(words.pointer(at + layout.pointerBytes));
      if (!isChunkSize(size, layout)) break;
      at += size;
    }
    if (at === top) return first;
  }
  return top;
}

const mostSegments = 1000;

/** Where the segments before one begin that follow each other without a gap, no further down than needed. */
function contiguousStart(memory: MemoryImage, segment: MemorySegment, wanted: number): number {
  let start = Number(segment.start);
  for (let steps = 0; steps < mostSegments && start > wanted; steps++) {
    const before = memory.segmentOf(BigInt(start) - 1n);
    const writable = before !== undefined && (before.protection & protection.write) !== 0;
    if (!writable || memory.mappingOf(before.start) !== undefined) break;
    start = Number(before.start);
  }
  return start;
}

/** Where the segments that follow one without a gap end. */
function contiguousEnd(memory: MemoryImage, segment: MemorySegment): number {
  let { end } = segment;
  for (let steps = 0; steps < mostSegments; steps++) {
    const next = memory.segmentOf(end);
    if (next === undefined || (next.protection & protection.write) === 0) break;
    end = next.end;
  }
  return Number(end);
}

/** Other arenas live in heaps that are chained by `heap_info.prev` from the one that holds the top. */
export function otherHeaps(words: MemoryWords, layout: GlibcLayout, arena: ArenaPlace): ArenaHeap[] {
  const { address, top } = arena;
  const { heapAlignment, pointerBytes } = layout;
  const field = (heap: number, index: number) => words.pointer(heap + index * pointerBytes);
  const first = address - (address % heapAlignment);
  const distance = address - first;
  // The state follows the first heap's `heap_info`.
  const infoBytes = distance < longestHeapInfo ? distance : 4 * pointerBytes;
  const heaps: ArenaHeap[] = [];
  const seen = new Set<number>();
  let heap = top - (top % heapAlignment);
  // Heaps lie apart: a link to anything else is damage.
  while (heap > 0 && heap % heapAlignment === 0 && !seen.has(heap)) {
    seen.add(heap);
    if (field(heap, heapInfo.arena) !== address) break;
    const size = field(heap, heapInfo.size);
    if (size <= 0 || size > heapAlignment) break;
    const firstChunk = chunkFrom(heap + infoBytes + (heap === first ? layout.stateBytes : 0), layout);
    heaps.push({ firstChunk, end: heap + size, headerBytes: firstChunk - heap });
    heap = field(heap, heapInfo.previous);
  }
  return heaps.reverse();
}
