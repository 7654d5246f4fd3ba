/** So much is handed out at once: between two of these a cancelled unpacking stops. */
const mostHeld = 1 << 20;
/** Most of what is packed is far smaller than its dictionary. */
const firstBytes = 64 << 10;

/** What was unpacked last, which matches copy from; hands out what is new in it. */
export class SlidingWindow {
  /** How far matches may reach back. */
  private reach = 0;
  private bytes: Uint8Array;
  /** What `bytes` may grow to; then it is written anew from its beginning. */
  private readonly mostBytes: number;
  private at = 0;
  private handedOut = 0;

  /**
   * @param wantedBytes when only the first so many are wanted, no more is kept
   * @param emit gets the bytes in order, only valid during the call
   */
  constructor(
    private readonly dictionaryBytes: number,
    wantedBytes: number,
    private readonly emit: (bytes: Uint8Array) => void,
  ) {
    const wanted = Math.min(Math.max(dictionaryBytes, 4096), Math.max(wantedBytes, 4096) + mostHeld);
    this.mostBytes = Math.ceil(wanted / 16) * 16;
    this.bytes = new Uint8Array(Math.min(this.mostBytes, firstBytes));
  }

  /** Forgets everything: no match reaches back past here. */
  reset(): void {
    this.handOut();
    this.reach = 0;
    this.at = 0;
    this.handedOut = 0;
  }

  /** The place among 16, which probabilities depend on. */
  get position(): number {
    return this.at;
  }

  get isEmpty(): boolean {
    return this.reach === 0;
  }

  /** Zero when there is none. */
  get lastByte(): number {
    return this.reach === 0 ? 0 : this.byteBack(0);
  }

  /** @param distance 0 is the last byte */
  byteBack(distance: number): number {
    const from = this.at - distance - 1;
    return this.bytes[from < 0 ? from + this.bytes.length : from]!;
  }

  put(byte: number): void {
    this.bytes[this.at++] = byte;
    this.moved(1);
  }

  /** @throws Error when the match begins before the data */
  copy(distance: number, length: number): void {
    if (distance >= this.reach || distance >= this.dictionaryBytes)
      throw new Error("an LZMA match reaches back past the data");
    let from = this.at - distance - 1;
    if (from < 0) from += this.bytes.length;
    for (let left = length; left > 0; ) {
      const { bytes } = this;
      const part = Math.min(left, bytes.length - this.at, bytes.length - from);
      if (distance + 1 >= part && part > 16) bytes.copyWithin(this.at, from, from + part);
      else for (let k = 0; k < part; k++) bytes[this.at + k] = bytes[from + k]!;
      this.at += part;
      from += part;
      left -= part;
      this.moved(part);
      if (from === this.bytes.length) from = 0;
    }
  }

  putAll(added: Uint8Array): void {
    for (let done = 0; done < added.length; ) {
      const part = added.subarray(done, done + this.bytes.length - this.at);
      this.bytes.set(part, this.at);
      this.at += part.length;
      done += part.length;
      this.moved(part.length);
    }
  }

  handOut(): void {
    const ready = this.bytes.subarray(this.handedOut, this.at);
    this.handedOut = this.at;
    if (ready.length > 0) this.emit(ready);
  }

  private moved(by: number): void {
    if (this.reach < this.mostBytes) this.reach = Math.min(this.reach + by, this.mostBytes);
    if (this.at === this.bytes.length) {
      this.handOut();
      if (this.grow()) return;
      this.at = 0;
      this.handedOut = 0;
    } else if (this.at - this.handedOut >= mostHeld) this.handOut();
  }

  private grow(): boolean {
    if (this.bytes.length === this.mostBytes) return false;
    const larger = new Uint8Array(Math.min(this.bytes.length * 4, this.mostBytes));
    larger.set(this.bytes);
    this.bytes = larger;
    return true;
  }
}
