/** Bytes of a block's size, header included, that the program may not use behind its start. */
export interface BlockOverhead {
  readonly block: number;
  /** Of a block with a mapping of its own. */
  readonly mapped: number;
}

/** Blocks the program may hold, by address: columns, for tens of millions of them. */
export class ChunkTable {
  private starts = new Float64Array(1 << 16);
  /** Negative for mmapped chunks. */
  private sizes = new Float64Array(1 << 16);
  count = 0;
  private sorted = true;

  constructor(private readonly overhead: BlockOverhead) {}

  /** @param start of the user's memory; @param size of the chunk with its header */
  add(start: number, size: number, isMapped = false): void {
    if (this.count === this.starts.length) this.grow();
    if (this.count > 0 && start < this.starts[this.count - 1]!) this.sorted = false;
    this.starts[this.count] = start;
    this.sizes[this.count] = isMapped ? -size : size;
    this.count++;
  }

  /** Puts the chunks into the order of addresses; lookups need it. */
  finish(): void {
    if (this.sorted) return;
    const order = Array.from({ length: this.count }, (_, index) => index);
    order.sort((a, b) => this.starts[a]! - this.starts[b]!);
    this.starts = Float64Array.from(order, (index) => this.starts[index]!);
    this.sizes = Float64Array.from(order, (index) => this.sizes[index]!);
    this.sorted = true;
  }

  startOf(index: number): number {
    return this.starts[index]!;
  }

  /** Bytes with the chunk's own header. */
  sizeOf(index: number): number {
    return Math.abs(this.sizes[index]!);
  }

  /** True for a block with a mapping of its own. */
  isMapped(index: number): boolean {
    return this.sizes[index]! < 0;
  }

  /** End of what the program may write. */
  endOf(index: number): number {
    const size = this.sizes[index]!;
    const { block, mapped } = this.overhead;
    return this.starts[index]! + (size < 0 ? -size - mapped : size - block);
  }

  /** The chunk whose user memory holds an address, interior pointers too; -1 for none. */
  indexAt(address: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    const index = low - 1;
    return index >= 0 && address < this.endOf(index) ? index : -1;
  }

  private grow(): void {
    const starts = new Float64Array(this.starts.length * 2);
    starts.set(this.starts);
    this.starts = starts;
    const sizes = new Float64Array(this.sizes.length * 2);
    sizes.set(this.sizes);
    this.sizes = sizes;
  }
}
