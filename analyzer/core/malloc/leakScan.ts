import type { Work } from "../../base/work";
import { protection } from "../memorySegment";
import { forEachPiece } from "../memoryWords";
import type { ProcessSnapshot } from "../processSnapshot";
import type { ChunkTable } from "./chunkTable";
import type { MallocHeap } from "./mallocHeap";

/** Blocks nothing refers to, grouped by type (by virtual table) and size. */
export interface LeakScan {
  readonly leakedBlocks: number;
  /** Chunk sizes, headers included. */
  readonly leakedBytes: number;
  /** Most bytes first, capped. */
  readonly groups: readonly LeakGroup[];
}

export interface LeakGroup {
  /** C++ class, when the block's first word is a virtual table a symbol names. */
  readonly type?: string;
  /** Chunk size with its header. */
  readonly size: number;
  readonly count: number;
  readonly bytes: number;
  /** User addresses of a few. */
  readonly samples: readonly number[];
}

/** Names the class whose virtual table is at an address; undefined when no symbol does. */
export type VirtualTableName = (address: number) => string | undefined;

/** Below the stack pointer the x86-64 psABI lets leaf functions keep data. */
const redZoneBytes = 128;
const mostGroups = 1000;
const mostSamples = 5;
/** Read-only data of modules is relocated pointers at most: larger stretches are archives of bytes. */
const largestReadOnlyRoot = 4 << 20;

/**
 * Marks conservatively: every word that looks like a pointer into a block keeps it, interior pointers too. Roots are
 * registers, stacks from the stack pointer up, and all writable memory outside malloc's. A stale pointer can hide a
 * leak; memory that is only reached through disguised pointers would be reported wrongly.
 * @throws ExhumeError `cancelled`
 */
export function scanForLeaks(
  image: ProcessSnapshot,
  heap: MallocHeap,
  nameOfVirtualTable: VirtualTableName,
  work: Work,
): LeakScan {
  const { blocks } = heap;
  if (blocks.count === 0) return { leakedBlocks: 0, leakedBytes: 0, groups: [] };
  const marking = new Marking(image, blocks, work);
  for (const thread of image.threads)
    for (const word of thread.registerWords) if (word < 1n << 53n) marking.visitWord(Number(word));
  const roots = rootRanges(image, heap);
  const total = roots.reduce((sum, [start, end]) => sum + end - start, 0);
  let done = 0;
  for (const [start, end] of roots) {
    marking.visitRange(start, end);
    done += end - start;
    work.report("Marking from stacks and data", done / Math.max(1, total));
  }
  marking.drain();
  return collectLeaks(image, blocks, marking.marks, nameOfVirtualTable, work);
}

class Marking {
  readonly marks: Uint8Array;
  private pending = new Uint32Array(1 << 16);
  private pendingCount = 0;
  private readonly piece = new Uint8Array(1 << 20);
  private readonly lowest: number;
  private readonly highest: number;

  constructor(
    private readonly image: ProcessSnapshot,
    private readonly blocks: ChunkTable,
    private readonly work: Work,
  ) {
    this.marks = new Uint8Array(blocks.count);
    this.lowest = blocks.startOf(0);
    this.highest = blocks.endOf(blocks.count - 1);
  }

  visitWord(value: number): void {
    if (value < this.lowest || value >= this.highest) return;
    const index = this.blocks.indexAt(value);
    if (index < 0 || this.marks[index] === 1) return;
    this.marks[index] = 1;
    if (this.pendingCount === this.pending.length) {
      const larger = new Uint32Array(this.pending.length * 2);
      larger.set(this.pending);
      this.pending = larger;
    }
    this.pending[this.pendingCount++] = index;
  }

  visitRange(start: number, end: number): void {
    forEachPiece(this.image.memory, start, end, this.visitPiece, this.piece);
  }

  drain(): void {
    for (let steps = 0; this.pendingCount > 0; steps++) {
      if (steps % 65_536 === 0) this.work.throwIfCancelled();
      const index = this.pending[--this.pendingCount]!;
      this.visitRange(this.blocks.startOf(index), this.blocks.endOf(index));
    }
  }

  private readonly visitPiece = (words: DataView, _address: number, bytes: number): void => {
    this.work.throwIfCancelled();
    const { lowest, highest } = this;
    if (this.image.memory.pointerBytes === 4) {
      for (let at = 0; at < bytes; at += 4) {
        const word = words.getUint32(at, true);
        if (word >= lowest && word < highest) this.visitWord(word);
      }
      return;
    }
    const lowestHigh = Math.floor(lowest / 0x1_0000_0000);
    const highestHigh = Math.floor(highest / 0x1_0000_0000);
    for (let at = 0; at < bytes; at += 8) {
      const high = words.getUint32(at + 4, true);
      if (high < lowestHigh || high > highestHigh) continue;
      this.visitWord(high * 0x1_0000_0000 + words.getUint32(at, true));
    }
  };
}

/** Everything the program could reach without going through a block. */
function rootRanges(image: ProcessSnapshot, heap: MallocHeap): [number, number][] {
  // Bins, lists and maps are the allocator's own view of its memory.
  const holes: (readonly [number, number])[] = [...heap.structures];
  for (const span of heap.spans) holes.push([span.start, span.end]);
  for (const each of heap.mapped.blocks) holes.push([each.start, each.start + each.size]);
  const stacks = new Map<number, number>();
  for (const thread of image.threads) {
    const stackPointer = thread.registers[image.architecture.stackPointer];
    const segment = stackPointer === undefined ? undefined : image.memory.segmentOf(stackPointer);
    if (segment === undefined) continue;
    const start = Number(segment.start);
    const from = Math.max(start, Number(stackPointer) - redZoneBytes);
    // Neighbouring stacks may share a segment: then only the part below the lowest one is dead.
    stacks.set(start, Math.min(stacks.get(start) ?? Number.POSITIVE_INFINITY, from - (from % 8)));
  }
  const roots: [number, number][] = [];
  holes.sort((a, b) => a[0] - b[0]);
  for (const segment of image.memory.segments) {
    if (segment.end > 1n << 53n || segment.dumpedBytes === 0) continue;
    const isWritable = (segment.protection & protection.write) !== 0;
    const isSmallData =
      (segment.protection & protection.execute) === 0 && segment.dumpedBytes <= largestReadOnlyRoot;
    if (!isWritable && !isSmallData) continue;
    const start = Number(segment.start);
    addOutside(roots, stacks.get(start) ?? start, start + segment.dumpedBytes, holes);
  }
  return roots;
}

function addOutside(
  into: [number, number][],
  start: number,
  end: number,
  holes: readonly (readonly [number, number])[],
): void {
  let at = start;
  for (const [from, to] of holes) {
    if (to <= at) continue;
    if (from >= end) break;
    if (from > at) into.push([at, Math.min(from, end)]);
    at = Math.max(at, to);
  }
  if (at < end) into.push([at, end]);
}

function collectLeaks(
  image: ProcessSnapshot,
  blocks: ChunkTable,
  marks: Uint8Array,
  nameOfVirtualTable: VirtualTableName,
  work: Work,
): LeakScan {
  const groups = new Map<
    string,
    { type?: string; size: number; count: number; bytes: number; samples: number[] }
  >();
  const names = new Map<number, string | undefined>();
  let leakedBlocks = 0;
  let leakedBytes = 0;
  for (let index = 0; index < blocks.count; index++) {
    if (marks[index] === 1) continue;
    if (leakedBlocks % 4096 === 0) work.throwIfCancelled();
    const size = blocks.sizeOf(index);
    const start = blocks.startOf(index);
    leakedBlocks++;
    leakedBytes += size;
    const type = typeOfBlock(image, start, nameOfVirtualTable, names);
    const key = `${type ?? ""} ${size}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { ...(type === undefined ? {} : { type }), size, count: 0, bytes: 0, samples: [] };
      groups.set(key, group);
    }
    group.count++;
    group.bytes += size;
    if (group.samples.length < mostSamples) group.samples.push(start);
  }
  return {
    leakedBlocks,
    leakedBytes,
    groups: [...groups.values()].sort((a, b) => b.bytes - a.bytes).slice(0, mostGroups),
  };
}

/** The class of a block whose first word is a virtual table, memorised by table. */
export function typeOfBlock(
  image: ProcessSnapshot,
  start: number,
  nameOfVirtualTable: VirtualTableName,
  names: Map<number, string | undefined>,
): string | undefined {
  const { memory } = image;
  const table = memory.pointerBytes === 8 ? memory.u64At(start) : memory.u32At(start);
  if (table === undefined || table < 4096 || table % memory.pointerBytes !== 0) return undefined;
  if (names.has(table)) return names.get(table);
  // Most first words are data: only those into a module's memory can be tables.
  const inModule = image.modules.some(
    (module) => BigInt(table) >= module.start && BigInt(table) < module.end,
  );
  const name = inModule ? nameOfVirtualTable(table) : undefined;
  if (names.size < 100_000) names.set(table, name);
  return name;
}
