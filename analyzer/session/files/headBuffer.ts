/** Keeps the first bytes of what streams by. */
export class HeadBuffer {
  private readonly kept: Uint8Array;
  private filled = 0;

  constructor(wantedBytes: number) {
    this.kept = new Uint8Array(wantedBytes);
  }

  /** @returns whether more is wanted */
  take(bytes: Uint8Array): boolean {
    const fitting = bytes.subarray(0, this.kept.length - this.filled);
    this.kept.set(fitting, this.filled);
    this.filled += fitting.length;
    return this.filled < this.kept.length;
  }

  /** What has come so far. */
  get bytes(): Uint8Array {
    return this.kept.subarray(0, this.filled);
  }
}
