import type { PagedBytes } from "../../base/pagedBytes";

/** A place in a DWARF section that cannot be read. Stays inside the rooms that read DWARF, which turn it into a problem. */
export class DwarfDamage extends Error {
  constructor(
    readonly section: string,
    readonly offset: number,
    readonly what: string,
  ) {
    super(`${section} at ${offset}: ${what}`);
    this.name = "DwarfDamage";
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The contents of a section: in memory, or read where they are looked at. */
export type SectionBytes = Uint8Array | PagedBytes;

/** No single block of a section is larger: expressions and constants are some bytes, initialized arrays some more. */
const longestBlock = 64 << 20;

/**
 * A cursor over part of one section. Every read is checked against `end`; a read beyond it throws
 * {@link DwarfDamage}, so a hostile length ends the structure that holds it and nothing else.
 */
export class DataReader {
  /** What is at hand of the section: `bytes` begin at `origin`, and are looked at up to `limit`. */
  private bytes: Uint8Array;
  private view: DataView;
  private origin: number;
  private limit: number;

  constructor(
    private readonly source: SectionBytes,
    readonly section: string,
    readonly littleEndian: boolean,
    public position = 0,
    readonly end: number = source.byteLength,
  ) {
    if (end > source.byteLength || position < 0 || position > end)
      throw new DwarfDamage(section, position, `points outside the section of ${source.byteLength} bytes`);
    if (source instanceof Uint8Array) {
      this.bytes = source;
      this.view = new DataView(source.buffer, source.byteOffset, source.byteLength);
      this.origin = 0;
      this.limit = end;
    } else {
      const { bytes, view, start } = source.window(position, 0);
      this.bytes = bytes;
      this.view = view;
      this.origin = start;
      this.limit = Math.min(end, start + bytes.length);
    }
  }

  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  /** A reader of a part of the same section. */
  slice(position: number, end: number): DataReader {
    return new DataReader(this.source, this.section, this.littleEndian, position, end);
  }

  fail(what: string): never {
    throw new DwarfDamage(this.section, this.position, what);
  }

  /** Moves over `length` bytes and says where they started. */
  take(length: number): number {
    const start = this.position;
    if (!(length >= 0 && length <= this.end - start))
      this.fail(`needs ${length} bytes, ${this.end - start} are left`);
    this.position = start + length;
    return start;
  }

  /** Moves over `length` bytes and says where they are in {@link bytes}. */
  private next(length: number): number {
    const start = this.take(length);
    if (start < this.origin || this.position > this.limit) this.fetch(start, length);
    return start - this.origin;
  }

  private fetch(start: number, length: number): void {
    if (this.source instanceof Uint8Array) return;
    if (length > longestBlock) this.fail(`holds a block of ${length} bytes`);
    const window = this.source.window(start, length);
    this.bytes = window.bytes;
    this.view = window.view;
    this.origin = window.start;
    this.limit = Math.min(this.end, window.start + window.bytes.length);
    if (start + length > this.limit) this.fail("cannot be read: the file has become shorter");
  }

  u8(): number {
    const at = this.position;
    if (at >= this.limit || at < this.origin) {
      if (at >= this.end) this.fail("needs a byte, none is left");
      this.fetch(at, 1);
    }
    this.position = at + 1;
    return this.bytes[at - this.origin]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const at = this.next(2);
    return this.view.getUint16(at, this.littleEndian);
  }

  u24(): number {
    const at = this.next(3);
    const [low, high] = this.littleEndian ? [at, at + 2] : [at + 2, at];
    return this.bytes[low]! + this.bytes[at + 1]! * 0x100 + this.bytes[high]! * 0x10000;
  }

  u32(): number {
    const at = this.next(4);
    return this.view.getUint32(at, this.littleEndian);
  }

  u64(): bigint {
    const at = this.next(8);
    return this.view.getBigUint64(at, this.littleEndian);
  }

  /** An 8-byte value as a number; above 2^53 the low bits are lost, which only hostile and marker values do. */
  u64AsNumber(): number {
    const at = this.next(8);
    const [low, high] = this.littleEndian ? [at, at + 4] : [at + 4, at];
    return (
      this.view.getUint32(low, this.littleEndian) +
      this.view.getUint32(high, this.littleEndian) * 0x1_0000_0000
    );
  }

  /** A section offset of the unit's format: 4 bytes, or 8 in 64-bit DWARF. */
  offset(is64: boolean): number {
    return is64 ? this.u64AsNumber() : this.u32();
  }

  /** An address of the unit's size, exact. */
  address(size: number): bigint {
    switch (size) {
      case 8:
        return this.u64();
      case 4:
        return BigInt(this.u32());
      case 2:
        return BigInt(this.u16());
      default:
        return this.fail(`has addresses of ${size} bytes`);
    }
  }

  /** An address as a number: file addresses of user programs stay below 2^53. */
  addressAsNumber(size: number): number {
    switch (size) {
      case 8:
        return this.u64AsNumber();
      case 4:
        return this.u32();
      case 2:
        return this.u16();
      default:
        return this.fail(`has addresses of ${size} bytes`);
    }
  }

  /** Unsigned LEB128 as a number; beyond 2^53 it rounds. */
  uleb(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 16; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    return this.fail("has a LEB128 number longer than 16 bytes");
  }

  /** Unsigned LEB128, exact to 64 bits. */
  ulebExact(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 112n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return this.fail("has a LEB128 number longer than 16 bytes");
  }

  /** Signed LEB128, exact to 64 bits. */
  slebExact(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 112n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if ((byte & 0x40) !== 0) value -= 1n << (shift + 7n);
      return BigInt.asIntN(64, value);
    }
    return this.fail("has a LEB128 number longer than 16 bytes");
  }

  sleb(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 16; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - factor;
    }
    return this.fail("has a LEB128 number longer than 16 bytes");
  }

  skipLeb(): void {
    for (let count = 0; count < 16; count++) if (this.u8() < 0x80) return;
    this.fail("has a LEB128 number longer than 16 bytes");
  }

  skipString(): void {
    for (;;) {
      const at = this.position;
      if (at >= this.end) this.fail("has a string without an end");
      if (at >= this.limit || at < this.origin) this.fetch(at, 1);
      const zero = this.bytes.indexOf(0, at - this.origin);
      const found = zero < 0 ? this.limit : zero + this.origin;
      this.position = Math.min(found + 1, this.limit);
      if (found < this.limit) return;
    }
  }

  string(): string {
    const start = this.position;
    this.skipString();
    const length = this.position - 1 - start;
    if (start >= this.origin) {
      const at = start - this.origin;
      return decoder.decode(this.bytes.subarray(at, at + length));
    }
    return stringAt(this.source, this.section, start);
  }

  /** The next `length` bytes, not copied. */
  block(length: number): Uint8Array {
    const start = this.next(length);
    return this.bytes.subarray(start, start + length);
  }
}

/** Longest string kept of a string section: names of templates are long, but a damaged section has no zero for megabytes. */
const longestString = 1 << 20;

/** The zero-terminated string at an offset of a string section. */
export function stringAt(bytes: SectionBytes | undefined, section: string, offset: number): string {
  if (bytes === undefined) throw new DwarfDamage(section, offset, "the section is missing");
  if (!(offset >= 0 && offset < bytes.byteLength))
    throw new DwarfDamage(section, offset, "the string is outside the section");
  if (bytes instanceof Uint8Array) return decoder.decode(upToZero(bytes, offset));
  const window = bytes.window(offset, 1);
  const here = upToZero(window.bytes, offset - window.start);
  if (offset - window.start + here.length < window.bytes.length) return decoder.decode(here);
  // It goes on beyond the window.
  return decoder.decode(upToZero(bytes.read(offset, offset + longestString), 0));
}

function upToZero(bytes: Uint8Array, start: number): Uint8Array {
  const zero = bytes.indexOf(0, start);
  return bytes.subarray(start, Math.min(zero < 0 ? bytes.length : zero, start + longestString));
}
