import type { MemoryImage } from "../memoryImage";
import type { MemorySegment } from "../memorySegment";
import { protection } from "../memorySegment";
import type { MemoryWords } from "../memoryWords";
import { moduleNameOf } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import { binsLayout, binsOffsets, chunk, heapAlignment, heapInfo, sizeOf, unprotect } from "./glibcLayout";

/** One `malloc_state` and the memory it hands out. Addresses are numbers below 2^53. */
export interface GlibcArena {
  readonly index: number;
  readonly address: number;
  /** Address of `bins` inside it. */
  readonly bins: number;
  readonly isMain: boolean;
  readonly top: number;
  /** `system_mem`: bytes got from the kernel, the arena's own header included. */
  readonly systemBytes: number;
  /** Stretches of chunks, ascending. */
  readonly heaps: readonly ArenaHeap[];
  /** Heads of the ten fast bins. */
  readonly fastbins: readonly number[];
}

export interface ArenaHeap {
  /** First chunk. */
  readonly firstChunk: number;
  /** End of the memory in use by the arena. */
  readonly end: number;
  /** Bytes before the first chunk that are the allocator's own. */
  readonly headerBytes: number;
}

export interface GlibcState {
  readonly arenas: readonly GlibcArena[];
  /** Since glibc 2.32 links of free lists are protected. */
  readonly safeLinking: boolean;
}

const mostArenas = 4096;

/**
 * Finds glibc's arenas by structure: the one place in the C library's data where all 127 bins are consistent
 * two-way lists. Needs neither symbols nor the library's file.
 * @returns undefined when the process has none (another C library, or nothing was ever allocated)
 */
export function findGlibcArenas(
  image: ProcessSnapshot,
  words: MemoryWords,
  nearby: MemoryWords,
): GlibcState | undefined {
  for (const [start, end] of dataRanges(image)) {
    for (let bins = start + 112; bins + binsLayout.end <= end; bins += 8) {
      if (!areBins(words, nearby, bins)) continue;
      const arenas = readArenas(image, nearby, bins);
      if (arenas !== undefined) return { arenas, safeLinking: usesSafeLinking(nearby, arenas) };
    }
  }
  return undefined;
}

/** Writable memory of libc, else of the executable (static programs), with the zero-filled part behind it. */
function dataRanges(image: ProcessSnapshot): [number, number][] {
  const order = (name: string) => (/^libc[.-]/.test(name) ? 0 : 1);
  const modules = image.modules
    .filter((module) => /^libc[.-]/.test(moduleNameOf(module)) || module.kind === "executable")
    .sort((a, b) => order(moduleNameOf(a)) - order(moduleNameOf(b)));
  const ranges: [number, number][] = [];
  for (const module of modules) {
    const slack = module.end + 0x40000n;
    for (const segment of image.memory.segments) {
      if ((segment.protection & protection.write) === 0 || segment.dumpedBytes === 0) continue;
      if (segment.start < module.start || segment.start >= slack) continue;
      if (segment.end > 1n << 53n) continue;
      ranges.push([Number(segment.start), Number(segment.start) + segment.dumpedBytes]);
    }
  }
  return ranges;
}

/** Every bin's first chunk points back at the bin, every last one forward; an empty bin is its own neighbour. */
function areBins(words: MemoryWords, nearby: MemoryWords, bins: number): boolean {
  for (let bin = 0; bin < binsLayout.binCount; bin++) {
    const at = bins + bin * 16;
    const header = at - 16;
    const first = words.u64(at);
    const last = words.u64(at + 8);
    if (first === header && last === header) continue;
    if (first < 4096 || last < 4096 || first === header || last === header) return false;
    if (first % 16 !== 0 || last % 16 !== 0) return false;
  }
  // Neighbours lie elsewhere: they are only looked at once the shape is right.
  for (let bin = 0; bin < binsLayout.binCount; bin++) {
    const at = bins + bin * 16;
    const header = at - 16;
    const first = words.u64(at);
    if (first === header) continue;
    const last = words.u64(at + 8);
    if (nearby.u64(first + 24) !== header || nearby.u64(last + 16) !== header) return false;
  }
  return words.u64(bins + binsLayout.top) > 0;
}

function readArenas(image: ProcessSnapshot, words: MemoryWords, mainBins: number): GlibcArena[] | undefined {
  for (const offset of binsOffsets) {
    const main = mainBins - offset;
    const addresses: number[] = [];
    let address = main;
    do {
      addresses.push(address);
      address = words.u64(address + offset + binsLayout.next);
    } while (address !== main && address > 0 && addresses.length < mostArenas);
    if (address !== main) continue;
    return addresses.map((each, index) => readArena(image, words, each, each + offset, index));
  }
  return undefined;
}

function readArena(
  image: ProcessSnapshot,
  words: MemoryWords,
  address: number,
  bins: number,
  index: number,
): GlibcArena {
  const top = words.u64(bins + binsLayout.top);
  const systemBytes = Math.max(0, words.u64(bins + binsLayout.systemBytes));
  const isMain = index === 0;
  const arena = { index, address, bins, isMain, top, systemBytes };
  return {
    ...arena,
    heaps: isMain ? mainHeaps(image, words, arena) : otherHeaps(words, arena),
    fastbins: Array.from({ length: binsLayout.fastbinCount }, (_, bin) =>
      Math.max(0, words.u64(bins + binsLayout.fastbins + bin * 8)),
    ),
  };
}

/** The main arena grows with sbrk: its memory ends where the top chunk does and is `system_mem` long. */
function mainHeaps(
  image: ProcessSnapshot,
  words: MemoryWords,
  arena: { readonly top: number; readonly systemBytes: number; readonly bins: number },
): ArenaHeap[] {
  const { top, systemBytes } = arena;
  // Before the first allocation the top chunk is the unsorted bin itself.
  if (systemBytes === 0 || top === arena.bins - 16) return [];
  const { memory } = image;
  const own = memory.segmentOf(BigInt(top));
  if (own === undefined) return [];
  // What a damaged top chunk says may lead anywhere.
  const end = Math.min(top + sizeOf(words.u64(top + chunk.size)), contiguousEnd(memory, own));
  let start = Number(own.start);
  for (let steps = 0; steps < 1000; steps++) {
    const before = memory.segmentOf(BigInt(start) - 1n);
    const writable = before !== undefined && (before.protection & protection.write) !== 0;
    if (!writable || end - start >= systemBytes || memory.mappingOf(before.start) !== undefined) break;
    start = Number(before.start);
  }
  const bySize = end - systemBytes;
  const from = Math.max(bySize, start);
  const firstChunk = Math.ceil(from / chunk.alignment) * chunk.alignment;
  return [{ firstChunk, end, headerBytes: firstChunk - from }];
}

/** Where the segments that follow one without a gap end. */
function contiguousEnd(memory: MemoryImage, segment: MemorySegment): number {
  let { end } = segment;
  for (let steps = 0; steps < 1000; steps++) {
    const next = memory.segmentOf(end);
    if (next === undefined || (next.protection & protection.write) === 0) break;
    end = next.end;
  }
  return Number(end);
}

/** Other arenas live in heaps of 64 MiB alignment, chained by `heap_info.prev` from the one that holds the top. */
function otherHeaps(
  words: MemoryWords,
  arena: { readonly address: number; readonly top: number },
): ArenaHeap[] {
  const { address, top } = arena;
  const first = address - (address % heapAlignment);
  const infoBytes = heapInfo.sizes.find((size) => first + size === address) ?? heapInfo.sizes[0];
  const heaps: ArenaHeap[] = [];
  const seen = new Set<number>();
  let heap = top - (top % heapAlignment);
  // Heaps lie apart: a link to anything else is damage.
  while (heap > 0 && heap % heapAlignment === 0 && !seen.has(heap)) {
    seen.add(heap);
    if (words.u64(heap + heapInfo.arena) !== address) break;
    const size = words.u64(heap + heapInfo.size);
    if (size <= 0 || size > heapAlignment) break;
    const own = heap === first ? address - first + stateBytes(words, address) : infoBytes;
    const firstChunk = heap + Math.ceil(own / chunk.alignment) * chunk.alignment;
    heaps.push({ firstChunk, end: heap + size, headerBytes: firstChunk - heap });
    heap = words.u64(heap + heapInfo.previous);
  }
  return heaps.reverse();
}

/** `malloc_state` is 2200 bytes since 2.27 (2192 before); the chunk behind it is 16-aligned either way. */
function stateBytes(words: MemoryWords, address: number): number {
  const offset = binsOffsets.find((each) => {
    const bins = address + each;
    const first = words.u64(bins);
    return first === bins - 16 || words.u64(first + 24) === bins - 16;
  });
  return (offset ?? binsOffsets[0]) + binsLayout.end;
}

/** A protected link of the last element is the field's address >> 12, a plain one 0. */
function usesSafeLinking(words: MemoryWords, arenas: readonly GlibcArena[]): boolean {
  for (const { fastbins } of arenas)
    for (const head of fastbins) {
      if (head === 0) continue;
      const position = head + chunk.user;
      const stored = words.u64(position);
      if (stored < 0) continue;
      const plain = unprotect(position, stored);
      if (plain === 0 || (plain % 16 === 0 && words.u64(plain + chunk.size) > 0)) return true;
      return false;
    }
  // Nothing to tell by: every glibc of the last years protects, and without lists it does not matter.
  return true;
}

/**
 * Follows one singly linked free list from its head; stops at the end, at nonsense and after `most` elements.
 * @param linkAt where the link is in an element: fast bins link chunks, thread caches link user memory
 */
export function* freeList(
  words: MemoryWords,
  head: number,
  linkAt: 0 | 16,
  safeLinking: boolean,
  most: number,
): Generator<number> {
  let at = head;
  for (let count = 0; at > 0 && at % 16 === 0 && count < most; count++) {
    yield at;
    const position = at + linkAt;
    const stored = words.u64(position);
    if (stored < 0) return;
    at = safeLinking ? unprotect(position, stored) : stored;
  }
}
