/** Thrown when bits are asked for that have not come yet. */
export class NeedsMore extends Error {}

/** Reads bits of bytes, the highest first. */
export class BitReader {
  private held = 0;
  private heldBits = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at = 0,
  ) {}

  /** Of the bits, from the first byte on. */
  get position(): number {
    return this.at * 8 - this.heldBits;
  }

  set position(bits: number) {
    this.at = Math.floor(bits / 8);
    this.held = 0;
    this.heldBits = 0;
    if (bits % 8 > 0) this.take(bits % 8);
  }

  /** @param count at most 24 @throws NeedsMore */
  take(count: number): number {
    const bits = this.peek(count);
    this.skip(count);
    return bits;
  }

  /** The next bits, with zeros behind the end. */
  peek(count: number): number {
    while (this.heldBits < count) {
      this.held = (this.held << 8) | (this.at < this.bytes.length ? this.bytes[this.at]! : 0);
      this.at++;
      this.heldBits += 8;
    }
    return (this.held >>> (this.heldBits - count)) & ((1 << count) - 1);
  }

  /** What was peeked at. @throws NeedsMore when it is behind the end */
  skip(count: number): void {
    this.heldBits -= count;
    if (this.at * 8 - this.heldBits > this.bytes.length * 8) throw new NeedsMore();
  }

  /** Four bytes. */
  word(): number {
    return this.take(16) * 2 ** 16 + this.take(16);
  }
}
