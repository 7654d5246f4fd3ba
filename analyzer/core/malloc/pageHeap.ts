import { formatQuantity } from "../../base/figures";
import { countBefore } from "../../base/halving";
import type { ProblemList } from "../../base/problems";
import type { ProcessSnapshot } from "../processSnapshot";
import { ChunkTable } from "./chunkTable";
import type { ArenaAccount, HeapAccount, HeapSpan } from "./heapAccount";
import { ClassCounts } from "./sizeClasses";

/** Pages cut into blocks of one size. */
export interface Slab {
  readonly start: number;
  readonly bytes: number;
  /** Of a block. */
  readonly size: number;
  readonly blocks: number;
  readonly isFree: (index: number) => boolean;
  /** True for a block the allocator uses itself. */
  readonly isStructure?: (index: number) => boolean;
  /** Where the program's part of a block begins; by default blocks follow each other from the start. */
  readonly startOf?: (index: number) => number;
}

export interface LargeBlock {
  /** Of its pages. */
  readonly start: number;
  readonly bytes: number;
  /** Of what the program has. */
  readonly address: number;
  readonly size: number;
}

/** A block among others of any size. */
export interface SizedBlock {
  /** Of what the program has. */
  readonly start: number;
  /** With its header. */
  readonly bytes: number;
  readonly isFree: boolean;
}

interface PageArena {
  systemBytes: number;
  usedBlocks: number;
  /** Of blocks the program has. */
  blockBytes: number;
  freeBlocks: number;
  /** Of blocks that could be handed out. */
  freeBytes: number;
  /** In whole pages. */
  pageBytes: number;
  largestFree: number;
  address: number;
}

/** Adds up the heap of an allocator that hands out pages: slabs of small blocks, large blocks, pages that are free. */
export class PageHeap {
  private readonly arenas = new Map<number, PageArena>();
  private readonly used = new ClassCounts();
  private readonly free = new ClassCounts();
  private readonly blocks: ChunkTable;
  private readonly spans: HeapSpan[] = [];

  private readonly mapped: MappedPages;
  private takenBytes = 0;
  private refused = 0;

  /** @param headerBytes of a block's size that the program may not use */
  constructor(image: ProcessSnapshot, headerBytes = 0) {
    this.mapped = new MappedPages(image);
    this.blocks = new ChunkTable({ block: headerBytes, mapped: headerBytes });
  }

  addSlab(arena: number, slab: Slab): void {
    const { start, bytes, size, blocks, isFree, isStructure, startOf } = slab;
    const totals = this.take(arena, start, bytes, Math.max(bytes, blocks * size));
    if (totals === undefined) return;
    let used = 0;
    let free = 0;
    for (let index = 0; index < blocks; index++) {
      if (isFree(index)) free++;
      else if (isStructure?.(index) !== true) {
        used++;
        const slot = start + index * size;
        this.blocks.add(startOf?.(index) ?? slot, size);
      }
    }
    this.used.add(size, used);
    this.free.add(size, free);
    totals.usedBlocks += used;
    totals.blockBytes += used * size;
    totals.freeBlocks += free;
    totals.freeBytes += free * size;
    if (free > 0) totals.largestFree = Math.max(totals.largestFree, size);
  }

  /** @param headerBytes at both ends of the stretch together, in no block */
  addBlocks(
    arena: number,
    start: number,
    bytes: number,
    headerBytes: number,
    blocks: readonly SizedBlock[],
  ): void {
    const totals = this.take(arena, start, bytes + headerBytes);
    if (totals === undefined) return;
    for (const block of blocks)
      if (block.isFree) {
        this.free.add(block.bytes);
        totals.freeBlocks++;
        totals.freeBytes += block.bytes;
        totals.largestFree = Math.max(totals.largestFree, block.bytes);
      } else {
        this.used.add(block.bytes);
        this.blocks.add(block.start, block.bytes);
        totals.usedBlocks++;
        totals.blockBytes += block.bytes;
      }
  }

  addLarge(arena: number, { start, bytes, address, size }: LargeBlock): void {
    const totals = this.take(arena, start, bytes);
    if (totals === undefined) return;
    totals.usedBlocks++;
    totals.blockBytes += size;
    this.blocks.add(address, size);
    this.used.add(size);
  }

  /** Pages that are kept for what is asked for next, or given back. */
  addFreePages(arena: number, start: number, bytes: number): void {
    const totals = this.take(arena, start, bytes);
    if (totals === undefined) return;
    totals.freeBytes += bytes;
    totals.pageBytes += bytes;
    totals.largestFree = Math.max(totals.largestFree, bytes);
  }

  /** Addresses that are kept, their memory given back. */
  addReserved(arena: number, start: number, bytes: number): void {
    // Where the core does not list them there is nothing to name.
    if (!this.mapped.has(start, bytes)) return;
    this.spans.push({ start, end: start + bytes, index: arena, isMain: false, isReserved: true });
  }

  /** Says of pages that the process does not have, or has only once, that they are damage. */
  reportRefused(problems: ProblemList, allocator: string): void {
    if (this.refused === 0) return;
    problems.add({
      code: "malloc-damaged",
      message: `The heap of ${allocator} is damaged: ${formatQuantity(this.refused, "stretch", "stretches")} of its pages lie where the process has no memory, or in others, and were left out.`,
      losesData: true,
    });
  }

  account(structures: HeapAccount["structures"]): HeapAccount {
    this.blocks.finish();
    const arenas = [...this.arenas].sort((a, b) => a[0] - b[0]);
    const sum = (pick: (arena: PageArena) => number) =>
      arenas.reduce((total, [, arena]) => total + pick(arena), 0);
    const usedBytes = sum(({ systemBytes, freeBytes }) => systemBytes - freeBytes);
    return {
      arenas: arenas.map(
        ([index, arena]): ArenaAccount => ({
          index,
          address: arena.address,
          isMain: false,
          heaps: 1,
          systemBytes: arena.systemBytes,
          usedBytes: arena.systemBytes - arena.freeBytes,
          usedBlocks: arena.usedBlocks,
          freeBytes: arena.freeBytes,
          freeBlocks: arena.freeBlocks,
          topBytes: arena.pageBytes,
          fastBytes: 0,
          fastBlocks: 0,
          largestFreeBytes: arena.largestFree,
        }),
      ),
      usedBytes,
      freeBytes: sum(({ freeBytes }) => freeBytes),
      topBytes: sum(({ pageBytes }) => pageBytes),
      fastBytes: 0,
      threadCacheBytes: 0,
      threadCacheBlocks: 0,
      overheadBytes: usedBytes - sum(({ blockBytes }) => blockBytes),
      foreignBytes: 0,
      mapped: { blocks: [], bytes: 0, isComplete: true },
      unwalkedBytes: 0,
      usedClasses: this.used.toArray(),
      freeClasses: this.free.toArray(),
      blocks: this.blocks,
      spans: this.spans.sort((a, b) => a.start - b.start),
      structures,
    };
  }

  /** @returns undefined for pages that cannot be the heap's: what was damaged may lead anywhere, and be of any size */
  private take(index: number, start: number, bytes: number, needed = bytes): PageArena | undefined {
    if (!this.mapped.has(start, needed) || this.takenBytes + bytes > this.mapped.bytes) {
      this.refused++;
      return undefined;
    }
    this.takenBytes += bytes;
    let arena = this.arenas.get(index);
    if (arena === undefined) {
      arena = {
        systemBytes: 0,
        usedBlocks: 0,
        blockBytes: 0,
        freeBlocks: 0,
        freeBytes: 0,
        pageBytes: 0,
        largestFree: 0,
        address: start,
      };
      this.arenas.set(index, arena);
    }
    arena.systemBytes += bytes;
    if (bytes > 0) this.spans.push({ start, end: start + bytes, index, isMain: false, isReserved: false });
    return arena;
  }
}

/** Which addresses the process has memory at, dumped or not. */
class MappedPages {
  /** In all. */
  readonly bytes: number;
  private readonly runs: readonly { readonly start: number; end: number }[];

  constructor({ memory }: ProcessSnapshot) {
    const runs: { start: number; end: number }[] = [];
    for (const segment of [...memory.segments].sort((a, b) => Number(a.start - b.start))) {
      const [start, end] = [Number(segment.start), Number(segment.end)];
      const last = runs.at(-1);
      if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
      else runs.push({ start, end });
    }
    this.runs = runs;
    this.bytes = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  has(start: number, bytes: number): boolean {
    const run = this.runs[countBefore(this.runs, ({ end }) => end <= start)];
    return run !== undefined && run.start <= start && start + bytes <= run.end;
  }
}

const pageBytes = 4096;

/** The pages that hold some structures, ascending and joined. */
export function pagesOf(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = ranges
    .map(([start, end]): [number, number] => [
      start - (start % pageBytes),
      Math.ceil(end / pageBytes) * pageBytes,
    ])
    .sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else joined.push(range);
  }
  return joined;
}
