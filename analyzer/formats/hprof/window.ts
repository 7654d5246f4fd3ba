import type { ByteSource } from "../../base/byteSource";

/**
 * A moving window over a source for walking records one after another or hopping between them: reads are
 * buffered, contents are never kept.
 */
export class Window {
  bytes: Uint8Array;
  view: DataView;
  /** File offset of `bytes[0]`. */
  base = 0;
  /** Valid bytes in the window. */
  available = 0;

  private readonly readAhead: number;

  constructor(
    readonly source: ByteSource,
    readAhead = 1 << 20,
  ) {
    // A small file needs no large window, and a hostile one may have many looked for in it.
    this.readAhead = Math.max(64, Math.min(readAhead, source.byteLength));
    this.bytes = new Uint8Array(this.readAhead);
    this.view = new DataView(this.bytes.buffer);
  }

  /**
   * Makes `length` bytes at `position` available.
   * @returns their index in {@link bytes}, or -1 when the file ends before.
   */
  at(position: number, length: number, readAhead = this.readAhead): number {
    const index = position - this.base;
    if (index >= 0 && index + length <= this.available) return index;
    if (position + length > this.source.byteLength) return -1;
    if (length > this.bytes.length) {
      this.bytes = new Uint8Array(length + 4096);
      this.view = new DataView(this.bytes.buffer);
    }
    this.base = position;
    const wanted = Math.max(length, Math.min(readAhead, this.bytes.length));
    this.available = this.source.read(position, this.bytes.subarray(0, wanted));
    return this.available >= length ? 0 : -1;
  }

  /** A copy of bytes, shorter at the end of the file. */
  copy(position: number, length: number): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.source.byteLength - position));
    if (wanted <= this.readAhead) {
      // Copies are texts, scattered over megabytes: reading far ahead of each would read the file many times.
      const index = this.at(position, wanted, 4096);
      return index < 0 ? new Uint8Array(0) : this.bytes.slice(index, index + wanted);
    }
    const bytes = new Uint8Array(wanted);
    const got = this.source.read(position, bytes);
    return got === wanted ? bytes : bytes.subarray(0, got);
  }
}

/**
 * An id as a key of a Map: a number while it is exact, a bigint beyond 2^53. Equal ids give equal keys.
 * The halves are the unsigned big-endian words of the id; `high` is 0 for 4-byte ids.
 */
export type IdKey = number | bigint;

export function idKey(high: number, low: number): IdKey {
  return high < 0x200000 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
}

/** Reads an id of 4 or 8 bytes from a view. */
export function readIdKey(view: DataView, index: number, idSize: number): IdKey {
  return idSize === 8 ? idKey(view.getUint32(index), view.getUint32(index + 4)) : view.getUint32(index);
}

export function readId(view: DataView, index: number, idSize: number): bigint {
  return idSize === 8 ? view.getBigUint64(index) : BigInt(view.getUint32(index));
}
