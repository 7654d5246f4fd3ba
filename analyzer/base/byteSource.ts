/**
 * Bytes that can be read by position: a file, a decompressed copy, memory.
 * Synchronous on purpose: dumps are read in worker threads, where waiting costs nobody anything.
 */
export interface ByteSource {
  /** What a message calls it, usually the path. */
  readonly name: string;
  /** Size when it was opened, in bytes. The file may have changed since: reads may come back short. */
  readonly byteLength: number;
  /**
   * Fills `into` from `position`.
   * @returns how many bytes were read: fewer than asked only at the end of the data.
   * @throws ExhumeError `unreadable` when the medium fails.
   */
  read(position: number, into: Uint8Array): number;
  /** The first position from one on that may hold anything but zeros; without it every position may. */
  nextDataAt?(position: number): number;
  /**
   * Of a source that is made while it is read: another over the same, in which only headers of records are right. What
   * stands between them is whatever was in the memory that is read into.
   */
  headersOnly?(): ByteSource;
}

/** A source over bytes already in memory; `read` copies. */
export class BytesSource implements ByteSource {
  readonly byteLength: number;

  constructor(
    readonly name: string,
    private readonly bytes: Uint8Array,
  ) {
    this.byteLength = bytes.byteLength;
  }

  read(position: number, into: Uint8Array): number {
    if (position < 0 || position >= this.byteLength) return 0;
    const part = this.bytes.subarray(position, position + into.byteLength);
    into.set(part);
    return part.byteLength;
  }
}

/** Reads up to `length` bytes at `position`; the result is shorter when the data ends before. */
export function readUpTo(source: ByteSource, position: number, length: number): Uint8Array {
  const available = Math.max(0, Math.min(length, source.byteLength - position));
  const bytes = new Uint8Array(available);
  const got = source.read(position, bytes);
  return got === available ? bytes : bytes.subarray(0, got);
}
