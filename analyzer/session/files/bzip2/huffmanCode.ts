import type { BitReader } from "./bitReader";

export const longestCode = 20;
/** Codes of at most so many bits are told by one look into a table. */
const quickBits = 10;

/** A canonical Huffman code, told by the lengths of its words. */
export class HuffmanCode {
  /** By length, the last word of it, and what takes a word to its place in `symbols`. */
  private readonly lastWords = new Int32Array(longestCode + 1).fill(-1);
  private readonly offsets = new Int32Array(longestCode + 1);
  private readonly symbols: Uint16Array;
  /** Symbol and length by the next bits; 0 where the word is longer. */
  private readonly quick = new Uint16Array(1 << quickBits);

  constructor(lengths: Uint8Array) {
    const counts = new Uint16Array(longestCode + 1);
    for (const length of lengths) counts[length]!++;
    this.symbols = new Uint16Array(lengths.length);
    let word = 0;
    let place = 0;
    const next = new Uint16Array(longestCode + 1);
    for (let length = 1; length <= longestCode; length++) {
      const count = counts[length]!;
      this.offsets[length] = place - word;
      next[length] = place;
      if (count > 0) this.lastWords[length] = word + count - 1;
      place += count;
      word = (word + count) << 1;
    }
    for (let symbol = 0; symbol < lengths.length; symbol++) this.symbols[next[lengths[symbol]!]!++] = symbol;
    this.fillQuick();
  }

  /** @throws Error when no word begins there; NeedsMore */
  take(bits: BitReader): number {
    const known = this.quick[bits.peek(quickBits)]!;
    if (known !== 0) {
      bits.skip(known & 15);
      return known >> 4;
    }
    for (let length = 1; length <= longestCode; length++) {
      const word = bits.peek(length);
      if (word > this.lastWords[length]!) continue;
      const symbol = this.symbols[word + this.offsets[length]!];
      if (symbol === undefined) break;
      bits.skip(length);
      return symbol;
    }
    // Zeros stand in for bits that have not come: that no word begins there may be their doing.
    bits.take(longestCode);
    throw new Error("a Huffman code of a bzip2 block is damaged");
  }

  private fillQuick(): void {
    let word = 0;
    for (let length = 1; length <= quickBits; length++, word <<= 1) {
      for (; word <= this.lastWords[length]!; word++) {
        const symbol = this.symbols[word + this.offsets[length]!]!;
        const from = word << (quickBits - length);
        if (from >= this.quick.length) return;
        this.quick.fill((symbol << 4) | length, from, from + (1 << (quickBits - length)));
      }
    }
  }
}
