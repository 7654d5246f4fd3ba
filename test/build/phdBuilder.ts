export interface PhdOptions {
  readonly version?: 4 | 5 | 6;
  readonly is64Bit?: boolean;
  readonly isJ9?: boolean;
  /** Every record carries two bytes of hash code, as J9 before 2.6 wrote them. */
  readonly shortHashes?: boolean;
}

type Form = "short" | "medium" | "long";

/** Writes portable heap dumps: each record in the smallest form that holds it, or in the one that is asked for. */
export class PhdBuilder {
  private readonly bytes: number[] = [];
  private readonly version: number;
  private readonly is64Bit: boolean;
  private readonly isJ9: boolean;
  private readonly shortHashes: boolean;
  private readonly gapBytes: number;
  private readonly classes = [0, 0, 0, 0];
  private nextClass = 0;
  private last = 0;

  constructor({ version = 6, is64Bit = true, isJ9 = true, shortHashes = false }: PhdOptions = {}) {
    this.version = version;
    this.is64Bit = is64Bit;
    this.isJ9 = isJ9;
    this.shortHashes = shortHashes;
    this.gapBytes = isJ9 || version === 5 ? 4 : 8;
    this.text("portable heap dump");
    this.number(version, 4).number((is64Bit ? 1 : 0) | (shortHashes ? 2 : 0) | (isJ9 ? 4 : 0), 4);
    // Totals, random numbers for hash codes, and what the JVM calls itself.
    this.number(1, 1).number(1, 1).number(0, 4).number(0, 4).number(3, 1).number(7, 4).number(8, 4);
    this.number(4, 1).text("JRE 1.8.0 test").number(2, 1).number(2, 1);
  }

  object(
    address: number,
    type: number,
    references: readonly number[] = [],
    form?: Form,
    hash?: number,
  ): this {
    const { size, gaps } = this.gapsOf(address, references);
    const own = this.sizeOf(address - this.last);
    const cached = this.classes.indexOf(type);
    const isSmall = own <= 1 && hash === undefined && references.length <= 7;
    const best: Form =
      form ?? (!isSmall ? "long" : cached >= 0 && references.length <= 3 ? "short" : "medium");
    if (best === "short") {
      this.number(0x80 | (cached << 5) | (references.length << 3) | (own << 2) | size, 1).gap(address, own);
      this.hashCode(undefined);
    } else if (best === "medium") {
      this.number(0x40 | (references.length << 3) | (own << 2) | size, 1)
        .gap(address, own)
        .word(type);
      this.hashCode(undefined);
    } else {
      this.number(4, 1)
        .number((own << 6) | (size << 4) | (hash === undefined ? 0 : 2), 1)
        .gap(address, own);
      this.word(type).hashCode(hash).number(references.length, 4);
    }
    if (best !== "short") {
      this.classes[this.nextClass] = type;
      this.nextClass = (this.nextClass + 1) % 4;
    }
    return this.put(gaps, 2 ** size).at(address);
  }

  /** @param length with which J9 from 5 on says it; as many as there are references without */
  objectArray(
    address: number,
    elementClass: number,
    references: readonly number[],
    length?: number,
    bytes = 0,
  ): this {
    const { size, gaps } = this.gapsOf(address, references);
    const own = this.sizeOf(address - this.last);
    this.number(length === undefined ? 5 : 8, 1)
      .number((own << 6) | (size << 4), 1)
      .gap(address, own);
    this.word(elementClass)
      .hashCode(undefined)
      .number(references.length, 4)
      .put(gaps, 2 ** size);
    if (length !== undefined) this.number(length, 4);
    return this.arrayBytes(bytes).at(address);
  }

  /** @param hash with it the record has its long form */
  primitiveArray(address: number, type: number, length: number, bytes = 0, hash?: number): this {
    const distance = this.sizeOf(address - this.last);
    if (hash === undefined) {
      const size = Math.max(distance, length < 0x100 ? 0 : length < 0x10000 ? 1 : 2);
      this.number(0x20 | (type << 2) | size, 1)
        .gap(address, size)
        .number(length, 2 ** size);
      this.hashCode(undefined);
    } else {
      const isWide = distance > 0 || length > 0xff;
      this.number(7, 1).number((type << 5) | (isWide ? 0x10 : 0) | 2, 1);
      const wordSize = this.is64Bit ? 3 : 2;
      this.gap(address, isWide ? wordSize : 0)
        .number(length, isWide ? 2 ** wordSize : 1)
        .hashCode(hash);
    }
    return this.arrayBytes(bytes).at(address);
  }

  class(
    address: number,
    name: string,
    instanceBytes: number,
    superclass = 0,
    references: readonly number[] = [],
    hash?: number,
  ): this {
    const { size, gaps } = this.gapsOf(address, references);
    const own = this.sizeOf(address - this.last);
    this.number(6, 1)
      .number((own << 6) | (size << 4) | (hash === undefined ? 0 : 8), 1)
      .gap(address, own);
    this.number(instanceBytes, 4).hashCode(hash).word(superclass).text(name).number(references.length, 4);
    return this.put(gaps, 2 ** size).at(address);
  }

  build(): Uint8Array {
    return Uint8Array.from([...this.bytes, 3]);
  }

  private gapsOf(address: number, references: readonly number[]) {
    const distances = references.map((target) => target - address);
    const size = Math.max(0, ...distances.map((distance) => this.sizeOf(distance)));
    return { size, gaps: distances.map((distance) => distance / this.gapBytes) };
  }

  /** 0 … 3 for 1, 2, 4, 8 bytes. */
  private sizeOf(distance: number): number {
    const gap = distance / this.gapBytes;
    const size = [7, 15, 31].findIndex((bits) => gap >= -(2 ** bits) && gap < 2 ** bits);
    return size < 0 ? 3 : size;
  }

  private gap(address: number, size: number): this {
    return this.number((address - this.last) / this.gapBytes, 2 ** size);
  }

  private at(address: number): this {
    this.last = address;
    return this;
  }

  private hashCode(value: number | undefined): this {
    if (this.isJ9 && this.shortHashes) return this.number(value ?? 0x1234, 2);
    return value === undefined ? this : this.number(value, 4);
  }

  private arrayBytes(bytes: number): this {
    return this.version >= 6 ? this.number(bytes / 4, 4) : this;
  }

  private word(value: number): this {
    return this.number(value, this.is64Bit ? 8 : 4);
  }

  private text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.number(bytes.length, 2).put([...bytes], 1);
  }

  private put(values: readonly number[], size: number): this {
    for (const value of values) this.number(value, size);
    return this;
  }

  private number(value: number, size: number): this {
    for (let shift = size - 1; shift >= 0; shift--) {
      this.bytes.push(Number(BigInt.asUintN(8, BigInt(value) >> BigInt(8 * shift))));
    }
    return this;
  }
}
