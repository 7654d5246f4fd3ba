import type { ByteSource } from "./byteSource";

/**
 * Keeps recently read blocks of another source, for readers that jump about in small steps (pointers, notes,
 * section headers). Reads of a block or more go straight through.
 */
export class CachedSource implements ByteSource {
  readonly name: string;
  readonly byteLength: number;
  /** Insertion order is age: a block that is used again is put in again. */
  private readonly blocks = new Map<number, Uint8Array>();
  private lastNumber = -1;
  private lastBlock: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly source: ByteSource,
    private readonly blockBytes = 16 << 10,
    private readonly maximumBlocks = 512,
  ) {
    this.name = source.name;
    this.byteLength = source.byteLength;
  }

  read(position: number, into: Uint8Array): number {
    if (into.byteLength >= this.blockBytes) return this.source.read(position, into);
    if (position < 0) return 0;
    let done = 0;
    while (done < into.byteLength) {
      const at = position + done;
      const number = Math.floor(at / this.blockBytes);
      const block = number === this.lastNumber ? this.lastBlock : this.blockOf(number);
      const part = block.subarray(at - number * this.blockBytes).subarray(0, into.byteLength - done);
      if (part.byteLength === 0) break;
      into.set(part, done);
      done += part.byteLength;
    }
    return done;
  }

  nextDataAt(position: number): number {
    return this.source.nextDataAt?.(position) ?? position;
  }

  private blockOf(number: number): Uint8Array {
    let block = this.blocks.get(number);
    if (block === undefined) {
      const bytes = this.takeOldest() ?? new Uint8Array(this.blockBytes);
      block = bytes.subarray(0, this.source.read(number * this.blockBytes, bytes));
    } else {
      this.blocks.delete(number);
    }
    this.blocks.set(number, block);
    this.lastNumber = number;
    this.lastBlock = block;
    return block;
  }

  /** The memory of the block that is given up for another; undefined while there is room. */
  private takeOldest(): Uint8Array | undefined {
    const oldest = this.blocks.size < this.maximumBlocks ? undefined : this.blocks.entries().next().value;
    if (oldest === undefined) return undefined;
    const [number, { buffer }] = oldest;
    this.blocks.delete(number);
    if (number === this.lastNumber) this.lastNumber = -1;
    return new Uint8Array(buffer);
  }
}
