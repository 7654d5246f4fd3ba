/** What a process may do with a stretch of its memory; bits that are combined. */
export const protection = { execute: 1, write: 2, read: 4 } as const;

/** One stretch of memory a dump describes. Addresses: [start, end). */
export interface MemorySegment {
  readonly start: bigint;
  readonly end: bigint;
  readonly fileOffset: number;
  /** Bytes the writer put into the file, from `start` on; the rest up to `end` was left out on purpose. */
  readonly fileBytes: number;
  /** Bytes of those that the file at hand really has: fewer in a truncated dump. */
  readonly dumpedBytes: number;
  /** See {@link protection}. */
  readonly protection: number;
}

/** A file the process had mapped, or part of one. */
export interface FileMapping {
  readonly start: bigint;
  readonly end: bigint;
  /** Offset in the mapped file, in bytes. */
  readonly fileOffset: number;
  readonly path: string;
  /** See {@link protection}; undefined where only memory in the dump tells. */
  readonly protection?: number;
}

/** A protection the way `/proc/PID/maps` writes it, e.g. `r-x`. */
export function describeProtection(allowed: number): string {
  const letter = (bit: number, text: string) => ((allowed & bit) === 0 ? "-" : text);
  return letter(protection.read, "r") + letter(protection.write, "w") + letter(protection.execute, "x");
}
