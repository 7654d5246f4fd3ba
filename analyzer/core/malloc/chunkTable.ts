import { BlockLookup } from "./blockLookup";
import { inOrder } from "./inOrder";

/** Bytes of a block's size, header included, that the program may not use behind its start. */
export interface BlockOverhead {
  readonly block: number;
  /** Of a block with a mapping of its own. */
  readonly mapped: number;
}

/** Blocks the program may hold, by address: columns, for tens of millions of them. */
export class ChunkTable {
  private starts: Float64Array = new Float64Array(1 << 16);
  /** Negative for mmapped chunks. */
  private sizes: Float64Array = new Float64Array(1 << 16);
  count = 0;
  private sorted = true;
  private lookup: BlockLookup | undefined;

  constructor(private readonly overhead: BlockOverhead) {}

  /** @param start of the user's memory; @param size of the chunk with its header */
  add(start: number, size: number, isMapped = false): void {
    if (this.count === this.starts.length) this.grow();
    if (this.count > 0 && start < this.starts[this.count - 1]!) this.sorted = false;
    this.starts[this.count] = start;
    this.sizes[this.count] = isMapped ? -size : size;
    this.count++;
    this.lookup = undefined;
  }

  /** Puts the chunks into the order of addresses; lookups need it. */
  finish(): void {
    if (this.sorted) return;
    [this.starts, this.sizes] = inOrder(
      this.starts.subarray(0, this.count),
      this.sizes.subarray(0, this.count),
    );
    this.sorted = true;
    this.lookup = undefined;
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
    this.lookup ??= new BlockLookup(this.starts.subarray(0, this.count));
    const index = this.lookup.lastAtOrBefore(address);
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
