import { protection } from "../../memorySegment";
import type { MemoryWords } from "../../memoryWords";
import { moduleNameOf } from "../../modules/processModule";
import type { ProcessSnapshot } from "../../processSnapshot";
import { usesSafeLinking } from "./freeLists";
import { type ArenaHeap, mainHeaps, otherHeaps } from "./heaps";
import { binCount, type GlibcLayout, layoutsOf, longestHeapInfo, systemBytesIn } from "./layout";
import { findMallocCounters, type MallocCounters } from "./mallocCounters";

/** One `malloc_state` and the memory it hands out. Addresses are numbers below 2^53. */
export interface GlibcArena {
  readonly index: number;
  readonly address: number;
  readonly isMain: boolean;
  readonly top: number;
  /** `system_mem`: bytes got from the kernel, the arena's own header included. */
  readonly systemBytes: number;
  /** Stretches of chunks, ascending. */
  readonly heaps: readonly ArenaHeap[];
  /** Heads of the fast bins. */
  readonly fastbins: readonly number[];
}

export interface GlibcState {
  readonly layout: GlibcLayout;
  /** The main one first. */
  readonly arenas: readonly GlibcArena[];
  /** Since glibc 2.32 links of free lists are protected; undefined where no fast bin tells. */
  readonly safeLinking: boolean | undefined;
  /** malloc's own counters, when they were found. */
  readonly counters: MallocCounters | undefined;
}

const mostArenas = 4096;

/**
 * Finds glibc's arenas by structure: the one place in the C library's data where all 127 bins are consistent
 * two-way lists. Needs neither symbols nor the library's file nor its name.
 * @returns undefined when the process has none (another C library, or nothing was ever allocated)
 */
export function findGlibcArenas(
  image: ProcessSnapshot,
  words: MemoryWords,
  nearby: MemoryWords,
): GlibcState | undefined {
  const { pointerBytes } = image.memory;
  const layouts = layoutsOf(image.architecture.name, pointerBytes);
  const before = layouts.reduce((most, { bins }) => Math.max(most, bins), 0);
  const binsBytes = 2 * binCount * pointerBytes;
  for (const [start, end] of dataRanges(image)) {
    for (let bins = start + before; bins + binsBytes + 64 <= end; bins += pointerBytes) {
      if (!areBins(words, nearby, bins, pointerBytes)) continue;
      for (const layout of layouts) {
        const state = readState(image, nearby, bins, layout);
        if (state !== undefined) return state;
      }
    }
  }
  return undefined;
}

/** Of memory no module tells of. */
const largestUntold = 64 << 20;
const mostUntold = 512 << 20;

/** Writable memory of libc, then of the executable (static programs) and the other modules, then any. */
function dataRanges(image: ProcessSnapshot): [number, number][] {
  const modules = image.modules
    .map((module) => {
      const isLibc = /^libc[.-]/.test(moduleNameOf(module));
      return { module, order: isLibc ? 0 : module.kind === "executable" ? 1 : 2 };
    })
    .sort((a, b) => a.order - b.order);
  const writable = image.memory.segments.filter(
    (segment) =>
      (segment.protection & protection.write) !== 0 && segment.dumpedBytes > 0 && segment.end <= 1n << 53n,
  );
  const found = new Set<(typeof writable)[number]>();
  // The zero-filled part stands behind what the file has.
  for (const { module } of modules)
    for (const segment of writable)
      if (segment.start >= module.start && segment.start < module.end + 0x40000n) found.add(segment);
  let rest = mostUntold;
  for (const segment of writable) {
    if (found.has(segment) || segment.dumpedBytes > largestUntold) continue;
    rest -= segment.dumpedBytes;
    if (rest < 0) break;
    found.add(segment);
  }
  return [...found].map(({ start, dumpedBytes }) => [Number(start), Number(start) + dumpedBytes]);
}

/** Every bin's first chunk points back at the bin, every last one forward; an empty bin is its own neighbour. */
function areBins(words: MemoryWords, nearby: MemoryWords, bins: number, pointerBytes: 4 | 8): boolean {
  const pairBytes = 2 * pointerBytes;
  for (let bin = 0; bin < binCount; bin++) {
    const at = bins + bin * pairBytes;
    const header = at - pairBytes;
    const first = words.pointer(at);
    const last = words.pointer(at + pointerBytes);
    if (first === header && last === header) continue;
    if (first < 4096 || last < 4096 || first === header || last === header) return false;
    if (first % 8 !== 0 || last % 8 !== 0) return false;
  }
  // Neighbours lie elsewhere: they are only looked at once the shape is right.
  for (let bin = 0; bin < binCount; bin++) {
    const at = bins + bin * pairBytes;
    const header = at - pairBytes;
    const first = words.pointer(at);
    if (first === header) continue;
    const last = words.pointer(at + pointerBytes);
    if (nearby.pointer(first + pairBytes + pointerBytes) !== header) return false;
    if (nearby.pointer(last + pairBytes) !== header) return false;
  }
  return words.pointer(bins - pairBytes) > 0;
}

function readState(
  image: ProcessSnapshot,
  words: MemoryWords,
  bins: number,
  partial: ReturnType<typeof layoutsOf>[number],
): GlibcState | undefined {
  const first = bins - partial.bins;
  const addresses: number[] = [];
  let address = first;
  do {
    addresses.push(address);
    address = words.pointer(address + partial.next);
  } while (address !== first && address > 0 && addresses.length < mostArenas);
  if (address !== first) return undefined;
  const known = new Set(addresses);
  // Before the first allocation there is none, wherever it is.
  const systemBytes = addresses
    .map((each) => systemBytesIn(words, each, partial, (value) => known.has(value)))
    .find((offset) => offset !== undefined);
  const offset = systemBytes ?? partial.next + 3 * partial.pointerBytes;
  const layout = { ...partial, systemBytes: offset, stateBytes: offset + 2 * partial.pointerBytes };
  // Any arena may be the one that was found; the main one alone is in no heap of its own.
  const main = Math.max(
    0,
    addresses.findIndex((each) => !isInOwnHeap(words, each)),
  );
  const counters = findMallocCounters(image, addresses[main]!, layout);
  const arenas = [...addresses.slice(main), ...addresses.slice(0, main)].map((each, index) =>
    readArena(image, words, layout, each, index, counters),
  );
  const heads = arenas.flatMap(({ fastbins }) => fastbins);
  return { layout, arenas, safeLinking: usesSafeLinking(words, heads, layout), counters };
}

function isInOwnHeap(words: MemoryWords, address: number): boolean {
  const distance = address % 4096;
  return distance < longestHeapInfo && words.pointer(address - distance) === address;
}

function readArena(
  image: ProcessSnapshot,
  words: MemoryWords,
  layout: GlibcLayout,
  address: number,
  index: number,
  counters: MallocCounters | undefined,
): GlibcArena {
  const top = words.pointer(address + layout.top);
  const systemBytes = Math.max(0, words.pointer(address + layout.systemBytes));
  const isMain = index === 0;
  const arena = { index, address, isMain, top, systemBytes };
  return {
    ...arena,
    heaps: isMain
      ? mainHeaps(image.memory, words, layout, arena, counters?.sbrkBase)
      : otherHeaps(words, layout, arena),
    fastbins: Array.from({ length: layout.fastbinCount }, (_, bin) =>
      Math.max(0, words.pointer(address + layout.fastbins + bin * layout.pointerBytes)),
    ),
  };
}
