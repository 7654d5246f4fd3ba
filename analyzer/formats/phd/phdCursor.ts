import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";

const windowBytes = 1 << 20;

/** Reads big-endian numbers one after another, keeping one part of the file in memory. */
export class PhdCursor {
  private readonly window = new Uint8Array(windowBytes);
  private readonly view = new DataView(this.window.buffer);
  private windowStart = 0;
  private filled = 0;
  private at = 0;

  constructor(private readonly source: ByteSource) {}

  /** Offset of the next byte. */
  get offset(): number {
    return this.windowStart + this.at;
  }

  get remaining(): number {
    return this.source.byteLength - this.offset;
  }

  u1(): number {
    return this.window[this.take(1)]!;
  }

  i1(): number {
    return this.view.getInt8(this.take(1));
  }

  u2(): number {
    return this.view.getUint16(this.take(2));
  }

  i2(): number {
    return this.view.getInt16(this.take(2));
  }

  u4(): number {
    return this.view.getUint32(this.take(4));
  }

  i4(): number {
    return this.view.getInt32(this.take(4));
  }

  /** A signed number of 8 bytes that is exact as a number. @throws ExhumeError `damaged` for one beyond 2^53 */
  i8(): number {
    const at = this.take(8);
    const value = this.view.getInt32(at) * 2 ** 32 + this.view.getUint32(at + 4);
    return Number.isSafeInteger(value)
      ? value
      : this.fail("a number is beyond every address", this.offset - 8);
  }

  /** Text with its length in two bytes before it. */
  text(): string {
    const length = this.u2();
    const at = this.take(length);
    return new TextDecoder().decode(this.window.subarray(at, at + length));
  }

  skip(bytes: number): void {
    this.take(bytes);
  }

  /** @throws ExhumeError `damaged` at the offset, or at the next byte */
  fail(what: string, offset = this.offset): never {
    throw new ExhumeError({ code: "damaged", file: this.source.name, what, offset });
  }

  /** Where in the window the next bytes lie, which count as read. At most 64 KiB. */
  private take(bytes: number): number {
    if (this.at + bytes > this.filled) {
      this.window.copyWithin(0, this.at, this.filled);
      const kept = this.filled - this.at;
      const got = this.source.read(this.windowStart + this.filled, this.window.subarray(kept));
      this.windowStart += this.at;
      this.at = 0;
      this.filled = kept + got;
      if (bytes > this.filled) this.fail("the file ends within a record", this.windowStart + this.filled);
    }
    const at = this.at;
    this.at += bytes;
    return at;
  }
}
