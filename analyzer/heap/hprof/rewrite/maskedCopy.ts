import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";

const pieceBytes = 1 << 20;

/**
 * Copies a source piece by piece from its beginning to its end; some bytes are overwritten on the way. Places are
 * given in rising order. A copy has the length of the source.
 */
export class MaskedCopy {
  private readonly bytes: Uint8Array;
  private base = 0;
  private available = 0;
  /** Bytes that were overwritten. */
  maskedBytes = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly sink: (bytes: Uint8Array) => void,
  ) {
    this.bytes = new Uint8Array(Math.max(1, Math.min(pieceBytes, source.byteLength)));
    this.load();
  }

  /** Overwrites `length` bytes with a pattern over and over. */
  fill(position: number, length: number, pattern: readonly number[]): void {
    const end = Math.min(position + length, this.source.byteLength);
    for (let at = position; at < end; ) {
      const from = this.indexOf(at);
      const upto = Math.min(this.available, from + end - at);
      if (pattern.length === 1) this.bytes.fill(pattern[0]!, from, upto);
      else {
        const phase = at - position - from;
        for (let k = from; k < upto; k++) this.bytes[k] = pattern[(k + phase) % pattern.length]!;
      }
      at += upto - from;
    }
    this.maskedBytes += Math.max(0, end - position);
  }

  /** Puts other bytes of the same length in a place. */
  replace(position: number, replacement: Uint8Array): void {
    for (let done = 0; done < replacement.byteLength; ) {
      const from = this.indexOf(position + done);
      const some = Math.min(this.available - from, replacement.byteLength - done);
      this.bytes.set(replacement.subarray(done, done + some), from);
      done += some;
    }
    this.maskedBytes += replacement.byteLength;
  }

  /** Copies the rest. */
  finish(): void {
    while (this.available > 0) this.next();
  }

  private indexOf(position: number): number {
    if (position < this.base) throw new Error(`The copy is at ${this.base}, past ${position}.`);
    while (position >= this.base + this.available) this.next();
    return position - this.base;
  }

  private next(): void {
    this.sink(this.bytes.subarray(0, this.available));
    this.base += this.available;
    this.load();
  }

  private load(): void {
    const wanted = Math.min(this.bytes.byteLength, this.source.byteLength - this.base);
    this.available = wanted > 0 ? this.source.read(this.base, this.bytes.subarray(0, wanted)) : 0;
    if (this.available < wanted) {
      const what = `it ends at ${this.base + this.available} and had ${this.source.byteLength} bytes`;
      throw new ExhumeError({ code: "changedOnDisk", file: this.source.name, what });
    }
  }
}
