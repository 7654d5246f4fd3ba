/**
 * Layout of glibc's malloc on 64-bit machines, from `malloc/malloc.c` and `malloc/arena.c`. Offsets are relative to
 * `bins`, because what comes before it moved by 8 bytes in 2.27 while the rest stayed.
 */
export const binsLayout = {
  /** 127 bins of {fd, bk}: bin 0 is the unsorted one. */
  binCount: 127,
  fastbins: -96,
  fastbinCount: 10,
  top: -16,
  next: 2048,
  systemBytes: 2072,
  /** From `bins` to the end of `malloc_state`. */
  end: 2088,
} as const;

/** From the start of `malloc_state` to `bins`: since 2.27 (`have_fastchunks` added), and before. */
export const binsOffsets = [112, 104] as const;

/** Non-main heaps are mapped at multiples of this (`HEAP_MAX_SIZE`). */
export const heapAlignment = 64 << 20;

/** `heap_info` {ar_ptr, prev, size, …}: 0x30 bytes since 2.35, 0x20 before. */
export const heapInfo = { arena: 0, previous: 8, size: 16, sizes: [0x30, 0x20] } as const;

/** A chunk's header {prev_size, size|flags}; what malloc returns is 16 bytes after the chunk's start. */
export const chunk = { size: 8, user: 16, minimum: 32, alignment: 16 } as const;

export const chunkFlag = { previousInUse: 1, mapped: 2, nonMain: 4, all: 7 } as const;

/**
 * `tcache_perthread_struct`: counts then 64 entries. 2-byte counts since 2.30, 1-byte ones before.
 * `chunkBytes` is the size of the chunk the structure itself is in.
 */
export const tcacheForms = [
  { countBytes: 2, chunkBytes: 0x290 },
  { countBytes: 1, chunkBytes: 0x250 },
] as const;
export const tcacheBins = 64;

/** Size without flags. Sizes stay far below 2^53. */
export function sizeOf(word: number): number {
  return word - (word % 8);
}

/** Undoes safe-linking (glibc 2.32): the stored word is the pointer xor the field's own address >> 12. */
export function unprotect(position: number, stored: number): number {
  return Number(BigInt(stored) ^ (BigInt(position) >> 12n));
}
