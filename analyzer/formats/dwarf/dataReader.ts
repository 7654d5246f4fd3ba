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

/**
 * A little-endian cursor over part of one section. Every read is checked against `end`; a read beyond it throws
 * {@link DwarfDamage}, so a hostile length ends the structure that holds it and nothing else.
 */
export class DataReader {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly section: string,
    public position = 0,
    readonly end: number = bytes.byteLength,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (end > bytes.byteLength || position < 0 || position > end)
      throw new DwarfDamage(section, position, `points outside the section of ${bytes.byteLength} bytes`);
  }

  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  /** A reader of a part of the same section. */
  slice(position: number, end: number): DataReader {
    return new DataReader(this.bytes, this.section, position, end);
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

  u8(): number {
    if (this.position >= this.end) this.fail("needs a byte, none is left");
    return this.bytes[this.position++]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u24(): number {
    const at = this.take(3);
    return this.bytes[at]! + this.bytes[at + 1]! * 0x100 + this.bytes[at + 2]! * 0x10000;
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** An 8-byte value as a number; above 2^53 the low bits are lost, which only hostile and marker values do. */
  u64AsNumber(): number {
    const at = this.take(8);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 0x1_0000_0000;
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
    const zero = this.bytes.indexOf(0, this.position);
    if (zero < 0 || zero >= this.end) this.fail("has a string without an end");
    this.position = zero + 1;
  }

  string(): string {
    const start = this.position;
    this.skipString();
    return decoder.decode(this.bytes.subarray(start, this.position - 1));
  }

  /** The next `length` bytes, not copied. */
  block(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }
}

/** Longest string kept of a string section: names of templates are long, but a damaged section has no zero for megabytes. */
const longestString = 1 << 20;

/** The zero-terminated string at an offset of a string section. */
export function stringAt(bytes: Uint8Array | undefined, section: string, offset: number): string {
  if (bytes === undefined) throw new DwarfDamage(section, offset, "the section is missing");
  if (offset >= bytes.byteLength) throw new DwarfDamage(section, offset, "the string is outside the section");
  const zero = bytes.indexOf(0, offset);
  const end = zero < 0 ? bytes.byteLength : zero;
  return decoder.decode(bytes.subarray(offset, Math.min(end, offset + longestString)));
}
