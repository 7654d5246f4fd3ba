import type { ArchitectureName } from "../../architecture";
import type { MemoryWords } from "../../memoryWords";

/** 127 bins of {fd, bk}: bin 0 is the unsorted one. */
export const binCount = 127;

/**
 * Where things are in the `malloc_state`, the chunks and the heaps of one build of glibc, from `malloc/malloc.c` and
 * `malloc/arena.c`. Offsets of the state are from its start.
 */
export interface GlibcLayout {
  readonly pointerBytes: 4 | 8;
  /** `fastbinsY`; none since 2.43. */
  readonly fastbins: number;
  readonly fastbinCount: number;
  readonly top: number;
  readonly bins: number;
  readonly next: number;
  /** `system_mem`, with `max_system_mem` behind it. */
  readonly systemBytes: number;
  /** Of the whole state. */
  readonly stateBytes: number;
  /** `MALLOC_ALIGNMENT`: of what malloc returns. */
  readonly alignment: number;
  /** A chunk's header {prev_size, size|flags}: what malloc returns is so far behind the chunk's start. */
  readonly headerBytes: number;
  /** `MINSIZE`. */
  readonly smallestChunk: number;
  /** Heaps of arenas other than the main one are mapped at multiples of this (`HEAP_MAX_SIZE`). */
  readonly heapAlignment: number;
}

/**
 * From the start of `malloc_state` to `bins`, by what stands before: {mutex, flags, have_fastchunks, fastbins, top,
 * last_remainder} since 2.27, without `have_fastchunks` before, without both since 2.43. On i386 there is one more fast
 * bin since 2.26, which aligns to 16.
 */
const binsOffsets = {
  64: [
    { bins: 112, fastbins: 16 },
    { bins: 104, fastbins: 8 },
    { bins: 24, fastbins: 8 },
  ],
  i386: [
    { bins: 64, fastbins: 12, alignment: 16 },
    { bins: 60, fastbins: 8, alignment: 16 },
    { bins: 56, fastbins: 8, alignment: 8 },
    { bins: 16, fastbins: 8, alignment: 16 },
  ],
  32: [
    { bins: 60, fastbins: 12 },
    { bins: 56, fastbins: 8 },
    { bins: 16, fastbins: 8 },
  ],
} as const;

/** The layouts a machine's glibc has had, without what `systemBytesIn` tells. */
export function layoutsOf(
  machine: ArchitectureName,
  pointerBytes: 4 | 8,
): Omit<GlibcLayout, "systemBytes" | "stateBytes">[] {
  const forms: readonly { readonly bins: number; readonly fastbins: number; readonly alignment?: number }[] =
    binsOffsets[pointerBytes === 8 ? 64 : machine === "i386" ? "i386" : 32];
  const headerBytes = 2 * pointerBytes;
  return forms.map(({ bins, fastbins, alignment = headerBytes }) => ({
    pointerBytes,
    fastbins,
    fastbinCount: (bins - headerBytes - fastbins) / pointerBytes,
    top: bins - headerBytes,
    bins,
    // `binmap` is 16 bytes.
    next: bins + 2 * binCount * pointerBytes + 16,
    alignment,
    headerBytes,
    smallestChunk: 4 * pointerBytes,
    heapAlignment: pointerBytes === 8 ? 64 << 20 : 1 << 20,
  }));
}

const pageBytes = 4096;
/** No process has more. */
const mostSystemBytes = 2 ** 47;

/**
 * Offset of `system_mem`: behind `next` stand `next_free` (not in 2.12) and `attached_threads` (since 2.23). What was
 * got from the system is at most what ever was, and neither a count of threads nor an arena's address.
 */
export function systemBytesIn(
  words: MemoryWords,
  state: number,
  layout: Pick<GlibcLayout, "next" | "pointerBytes">,
  isArena: (address: number) => boolean,
): number | undefined {
  const { next, pointerBytes } = layout;
  for (let fields = 1; fields <= 3; fields++) {
    const offset = next + fields * pointerBytes;
    const now = words.pointer(state + offset);
    const most = words.pointer(state + offset + pointerBytes);
    if (now >= pageBytes && now <= most && most < mostSystemBytes && !isArena(now)) return offset;
  }
  return undefined;
}

/** `heap_info` {ar_ptr, prev, size, …}, in pointers. */
export const heapInfo = { arena: 0, previous: 1, size: 2 } as const;
/** `heap_info` is 0x20 bytes, 0x30 since 2.35; an arena's state follows it in its first heap. */
export const longestHeapInfo = 0x100;

export const chunkFlag = { previousInUse: 1, mapped: 2, nonMain: 4, all: 7 } as const;

/**
 * `tcache_perthread_struct`: counters, then entries. Counters were bytes until 2.29; since 2.42 they count what still
 * fits, and twelve bins are for large blocks.
 */
export const tcacheForms = [
  { counterBytes: 2, bins: 76, countsRoom: true },
  { counterBytes: 2, bins: 64, countsRoom: false },
  { counterBytes: 1, bins: 64, countsRoom: false },
] as const;
export type TcacheForm = (typeof tcacheForms)[number];
/** Bins beyond hold chunks of several sizes. */
export const exactTcacheBins = 64;

/** Size without flags. Sizes stay far below 2^53. */
export function sizeOf(word: number): number {
  return word - (word % 8);
}

/** True for a size a chunk may have. */
export function isChunkSize(size: number, { smallestChunk, alignment }: GlibcLayout): boolean {
  return size >= smallestChunk && size % alignment === 0;
}

/** The first place from an address on where a chunk may start: what malloc returns is aligned, not the chunk. */
export function chunkFrom(address: number, { headerBytes, alignment }: GlibcLayout): number {
  return Math.ceil((address + headerBytes) / alignment) * alignment - headerBytes;
}

/** Undoes safe-linking (glibc 2.32): the stored word is the pointer xor the field's own address >> 12. */
export function unprotect(position: number, stored: number): number {
  return Number(BigInt(stored) ^ (BigInt(position) >> 12n));
}
