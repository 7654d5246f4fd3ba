import type { Work } from "../../base/work";
import type { MemoryImage } from "../memoryImage";
import { PointerScan } from "../pointerScan";
import type { ChunkTable } from "./chunkTable";

/** So many links are kept; what blocks behind them hold is read when it is asked for. */
const mostLinks = 1 << 24;

/** What is between neighbours is a header at most. */
const mostHeaderBytes = 16;

/** Where enough are kept, no more than this is looked at in vain. */
const mostRangeBytes = 64 << 20;

/** Memory of blocks that follow each other, [start, end), and the first of them. */
export interface BlockRange {
  readonly start: number;
  readonly end: number;
  readonly first: number;
}

/** Stretches of blocks without much between them; words of all of one stand at multiples of a pointer from its start. */
export function blockRanges(blocks: ChunkTable, pointerBytes: number): BlockRange[] {
  const ranges: { start: number; end: number; first: number }[] = [];
  for (let index = 0; index < blocks.count; index++) {
    const start = blocks.startOf(index);
    const end = blocks.endOf(index);
    const last = ranges.at(-1);
    const gap = last === undefined ? -1 : start - last.end;
    const isNext = gap <= mostHeaderBytes && (start - (last?.start ?? 0)) % pointerBytes === 0;
    if (last !== undefined && isNext && end - last.start <= mostRangeBytes)
      last.end = Math.max(last.end, end);
    else ranges.push({ start, end, first: index });
  }
  return ranges;
}

/**
 * Which blocks the words of each block point into: found in one pass from the first block to the last, since blocks
 * are asked for in the order in which they are reached, all over the heap.
 */
export class BlockLinks {
  /** Of each block's first link, up to the end of the last one that was swept. */
  private readonly firsts: Uint32Array;
  private targets = new Uint32Array(1 << 16);
  /** Word of the block that the link is, from 0. */
  private words = new Uint32Array(1 << 16);
  private count = 0;
  /** Blocks whose links are all kept. */
  private swept = 0;
  private readonly pointerBytes: number;

  constructor(
    private readonly memory: MemoryImage,
    private readonly blocks: ChunkTable,
    private readonly work: Work,
    private readonly most = mostLinks,
  ) {
    this.pointerBytes = memory.pointerBytes;
    this.firsts = new Uint32Array(blocks.count + 1);
    this.sweep();
  }

  /** Visits the words of a block that point into others, as far as links of it are kept. @returns false where they are not */
  forEachOf(index: number, visit: (target: number, at: number) => void): boolean {
    if (index >= this.swept) return false;
    const start = this.blocks.startOf(index);
    const end = this.firsts[index + 1]!;
    for (let link = this.firsts[index]!; link < end; link++)
      visit(this.targets[link]!, start + this.words[link]! * this.pointerBytes);
    return true;
  }

  private sweep(): void {
    const { blocks, memory, work } = this;
    const ranges = blockRanges(blocks, this.pointerBytes);
    let from = 0;
    let start = 0;
    let end = 0;
    const next = () => {
      this.firsts[++from] = this.count;
      if (from >= blocks.count) return;
      start = blocks.startOf(from);
      end = blocks.endOf(from);
    };
    const lowest = blocks.startOf(0);
    const highest = blocks.endOf(blocks.count - 1);
    const scan = new PointerScan(memory, lowest, highest, work, (word, at) => {
      while (at >= end && from < blocks.count) next();
      // A word between two blocks, or over the end of one, is nobody's.
      if (at < start || at + this.pointerBytes > end) return;
      const target = blocks.indexAt(word);
      if (target < 0 || target === from || this.count === this.most) return;
      this.add(target, (at - start) / this.pointerBytes);
      this.swept = from;
    });
    start = lowest;
    end = blocks.endOf(0);
    for (const [index, range] of ranges.entries()) {
      while (from < range.first) next();
      if (index % 1024 === 0) work.report("Looking at what blocks hold", index / ranges.length);
      scan.over(range.start, range.end);
      if (this.count === this.most) return;
    }
    while (from < blocks.count) next();
    this.swept = blocks.count;
  }

  private add(target: number, word: number): void {
    if (this.count === this.targets.length) {
      this.targets = twice(this.targets);
      this.words = twice(this.words);
    }
    this.targets[this.count] = target;
    this.words[this.count] = word;
    this.count++;
  }
}

function twice(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}
