/** Probabilities have 11 bits and move by a 32nd of what is missing. */
const modelBits = 11;
const moveBits = 5;
export const evenChance = 1 << (modelBits - 1);

/** Bytes a range decoder takes before its first bit. */
export const startBytes = 5;

/** The range decoder of LZMA: bits by probability, from bytes it is given piece by piece. */
export class RangeDecoder {
  /** Where the next byte is taken from; runs past the end when the data is cut. */
  at = 0;
  private input: Uint8Array = new Uint8Array(0);
  private range = 0;
  private code = 0;

  /** @throws Error when the first byte is not zero, as it is of all LZMA data */
  start(input: Uint8Array, at: number): void {
    if (input[at] !== 0) throw new Error("LZMA data does not begin with a zero");
    this.range = -1;
    this.code = (input[at + 1]! << 24) | (input[at + 2]! << 16) | (input[at + 3]! << 8) | input[at + 4]!;
    this.goOn(input, at + startBytes);
  }

  /** Takes further bytes from another piece. */
  goOn(input: Uint8Array, at: number): void {
    this.input = input;
    this.at = at;
  }

  /** What is left in it once the data has ended. */
  get isFinished(): boolean {
    return this.code === 0;
  }

  bit(models: Uint16Array, index: number): number {
    const model = models[index]!;
    const bound = Math.imul(this.range >>> modelBits, model);
    let bit: number;
    if (this.code >>> 0 < bound >>> 0) {
      this.range = bound;
      models[index] = model + (((1 << modelBits) - model) >> moveBits);
      bit = 0;
    } else {
      this.range = (this.range - bound) | 0;
      this.code = (this.code - bound) | 0;
      models[index] = model - (model >> moveBits);
      bit = 1;
    }
    if (this.range >>> 24 === 0) this.takeByte();
    return bit;
  }

  /** Bits of which none is likelier. */
  evenBits(count: number): number {
    let bits = 0;
    for (let left = count; left > 0; left--) {
      this.range >>>= 1;
      const isOne = this.code >>> 0 >= this.range >>> 0;
      if (isOne) this.code = (this.code - this.range) | 0;
      bits = (bits << 1) | (isOne ? 1 : 0);
      if (this.range >>> 24 === 0) this.takeByte();
    }
    return bits;
  }

  /** The highest bit first. */
  tree(models: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let left = bits; left > 0; left--) node = (node << 1) | this.bit(models, offset + node);
    return node - (1 << bits);
  }

  /** The lowest bit first. */
  reverseTree(models: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let k = 0; k < bits; k++) {
      const bit = this.bit(models, offset + node);
      node = (node << 1) | bit;
      value |= bit << k;
    }
    return value;
  }

  private takeByte(): void {
    this.range <<= 8;
    // Zeros follow the end; whoever asked sees that `at` is past it.
    this.code = (this.code << 8) | (this.at < this.input.length ? this.input[this.at]! : 0);
    this.at++;
  }
}
