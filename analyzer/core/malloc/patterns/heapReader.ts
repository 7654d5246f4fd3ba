import type { ProcessSnapshot } from "../../processSnapshot";
import type { ChunkTable } from "../chunkTable";

/** A block by its number, with what a program may use of it. */
export interface UsedBlock {
  readonly index: number;
  readonly start: number;
  readonly bytes: number;
}

/** glibc rounds up to 16 and to 24 at least; allocators with size classes leave an eighth, old ones a quarter. */
const leastSlack = 24;
const pageBytes = 16 << 10;
/** 128 MiB; of a smaller heap only what it has. */
const pagesKept = 8192;
/** Blocks with a mapping of their own end with a page. */
const mappedSlack = 4096;

/** Reads words of a process, and tells which of them are blocks. Pages are kept: neighbours are asked for again. */
export class HeapReader {
  readonly pointerBytes: 4 | 8;
  private readonly littleEndian: boolean;
  private readonly kept = new Float64Array(pagesKept).fill(-1);
  private readonly pages: (DataView | undefined)[] = new Array<DataView | undefined>(pagesKept);
  /** What was looked up last; words of a block are asked for one after the other. */
  private page = -1;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly lowest: number;
  private readonly highest: number;
  /** Of what was asked for, the share that a block may have beyond it. */
  private readonly slackShare: number;

  constructor(
    readonly image: ProcessSnapshot,
    readonly blocks: ChunkTable,
    isRounded: boolean,
  ) {
    this.pointerBytes = image.memory.pointerBytes;
    this.littleEndian = image.memory.littleEndian;
    this.lowest = blocks.count === 0 ? 0 : blocks.startOf(0);
    this.highest = blocks.count === 0 ? 0 : blocks.endOf(blocks.count - 1);
    this.slackShare = isRounded ? 0.25 : 0;
  }

  /** A word of the process's own width; -1 when it is not in the core. */
  word(address: number): number {
    if (this.pointerBytes === 4) return this.u32(address);
    const at = this.placeOf(address, 8);
    if (at < 0) return -1;
    const { view, littleEndian } = this;
    const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at];
    return view.getUint32(high, littleEndian) * 0x1_0000_0000 + view.getUint32(low, littleEndian);
  }

  u32(address: number): number {
    const at = this.placeOf(address, 4);
    return at < 0 ? -1 : this.view.getUint32(at, this.littleEndian);
  }

  u8(address: number): number {
    const at = this.placeOf(address, 1);
    return at < 0 ? -1 : this.view.getUint8(at);
  }

  /** Where the bytes at an address are in the page that was looked up; what goes over the end of a page is in none. */
  private placeOf(address: number, length: number): number {
    if (!(address >= 0 && address < 2 ** 53)) return -1;
    const page = Math.floor(address / pageBytes);
    if (page !== this.page) this.lookUp(page);
    const offset = address - page * pageBytes;
    return offset + length <= this.view.byteLength ? offset : -1;
  }

  private lookUp(page: number): void {
    const slot = page % pagesKept;
    let view = this.kept[slot] === page ? this.pages[slot] : undefined;
    if (view === undefined) {
      const buffer = this.pages[slot]?.buffer ?? new ArrayBuffer(pageBytes);
      view = new DataView(buffer, 0, this.image.memory.readAt(page * pageBytes, new Uint8Array(buffer)));
      this.kept[slot] = page;
      this.pages[slot] = view;
    }
    this.page = page;
    this.view = view;
  }

  block(index: number): UsedBlock {
    const start = this.blocks.startOf(index);
    return { index, start, bytes: this.blocks.endOf(index) - start };
  }

  /** The block that starts at an address. */
  blockAt(address: number): UsedBlock | undefined {
    const index = this.indexAt(address);
    return index < 0 ? undefined : this.block(index);
  }

  /** Of the block that starts at an address; -1 for none. */
  indexAt(address: number): number {
    if (address < this.lowest || address >= this.highest) return -1;
    const index = this.blocks.indexAt(address);
    return index >= 0 && this.blocks.startOf(index) === address ? index : -1;
  }

  /** True when somebody who wanted so many bytes would have got a block like this. */
  fits(wanted: number, { index, bytes }: UsedBlock): boolean {
    const most = this.blocks.isMapped(index) ? mappedSlack : leastSlack + wanted * this.slackShare;
    return wanted <= bytes && bytes - wanted <= most;
  }
}
