import type { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";
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
  for (const [start, end] of moduleData(image, (name) => /^libc[.-]/.test(name))) {
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
