import type { Work } from "../../base/work";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";
import { PointerScan } from "../pointerScan";
import type { ProcessSnapshot } from "../processSnapshot";
import { BlockLinks } from "./blockLinks";
import type { ChunkTable } from "./chunkTable";
import type { MallocHeap } from "./mallocHeap";

/** Below the stack pointer the x86-64 psABI lets leaf functions keep data. */
const redZoneBytes = 128;
/** Read-only data of modules is relocated pointers at most: larger stretches are archives of bytes. */
const largestReadOnlyRoot = 4 << 20;

/** A word that holds a block: in memory, or a register of a thread. */
export type Holder =
  | { readonly in: "memory"; readonly at: number }
  | { readonly in: "register"; readonly thread: number; readonly word: number };

/** Which blocks are reached from registers, stacks and data, and through which word first. */
export interface BlockMarks {
  isReached(index: number): boolean;
  /**
   * The way from a block to what is not in one: the word that holds it, the word that holds the block that one is in, and
   * so on. None is shorter. Empty for a leaked block.
   */
  holdersOf(index: number): readonly Holder[];
}

/**
 * Marks conservatively: every word that looks like a pointer into a block keeps it, interior pointers too. Roots are
 * registers, stacks from the stack pointer up, and all writable memory outside malloc's. A stale pointer can hide a
 * leak; memory that is only reached through disguised pointers would be reported wrongly.
 * @throws ExhumeError `cancelled`
 */
export function markBlocks(image: ProcessSnapshot, heap: MallocHeap, work: Work): BlockMarks {
  const { blocks } = heap;
  const marking = new Marking(image.memory, blocks, work);
  if (blocks.count === 0) return marking;
  const roots = rootRanges(image, heap);
  const total = roots.reduce((sum, [start, end]) => sum + end - start, 0);
  let done = 0;
  for (const [start, end] of roots) {
    marking.visitRange(start, end);
    done += end - start;
    work.report("Marking from stacks and data", done / Math.max(1, total));
  }
  image.threads.forEach((thread, index) => {
    thread.registerWords.forEach((word, at) => {
      if (word < 1n << 53n) marking.visitWord(Number(word), registerHolder(index, at));
    });
  });
  marking.drain();
  return marking;
}

const registersKept = 1024;

/** Registers have no address: what stands for one is negative. */
function registerHolder(thread: number, word: number): number {
  return -(1 + thread * registersKept + word);
}

class Marking implements BlockMarks {
  /** Address of the word that was first seen to point into a block; 0 for none. */
  private readonly holders: Float64Array;
  /** Each block comes here once, nearest to the roots first. */
  private readonly queue: Uint32Array;
  private queued = 0;
  private readonly lowest: number;
  private readonly highest: number;
  private readonly words: PointerScan;

  constructor(
    private readonly memory: MemoryImage,
    private readonly blocks: ChunkTable,
    private readonly work: Work,
  ) {
    this.holders = new Float64Array(blocks.count);
    this.queue = new Uint32Array(blocks.count);
    this.lowest = blocks.count === 0 ? 0 : blocks.startOf(0);
    this.highest = blocks.count === 0 ? 0 : blocks.endOf(blocks.count - 1);
    this.words = new PointerScan(memory, this.lowest, this.highest, work, (word, at) =>
      this.visitBlockWord(word, at),
    );
  }

  isReached(index: number): boolean {
    return this.holders[index] !== 0;
  }

  holdersOf(index: number): Holder[] {
    const chain: Holder[] = [];
    // Who holds a block was reached before it: this ends.
    for (let block = index; block >= 0; ) {
      const at = this.holders[block]!;
      if (at === 0) break;
      if (at < 0) {
        const place = -at - 1;
        chain.push({
          in: "register",
          thread: Math.floor(place / registersKept),
          word: place % registersKept,
        });
        break;
      }
      chain.push({ in: "memory", at });
      block = this.blocks.indexAt(at);
    }
    return chain;
  }

  /** @param from address of the word, or what stands for a register */
  visitWord(value: number, from: number): void {
    if (value >= this.lowest && value < this.highest) this.visitBlockWord(value, from);
  }

  visitRange(start: number, end: number): void {
    this.words.over(start, end);
  }

  private visitBlockWord(value: number, from: number): void {
    const index = this.blocks.indexAt(value);
    if (index >= 0) this.reach(index, from);
  }

  private reach(index: number, from: number): void {
    if (this.holders[index] !== 0) return;
    this.holders[index] = from;
    this.queue[this.queued++] = index;
  }

  drain(): void {
    const links = new BlockLinks(this.memory, this.blocks, this.work);
    const reach = (index: number, from: number) => this.reach(index, from);
    for (let done = 0; done < this.queued; done++) {
      if (done % 65_536 === 0) this.work.throwIfCancelled();
      const index = this.queue[done]!;
      if (!links.forEachOf(index, reach))
        this.visitRange(this.blocks.startOf(index), this.blocks.endOf(index));
    }
  }
}

/** Everything the program could reach without going through a block; stacks last, since variables tell more. */
export function rootRanges(image: ProcessSnapshot, heap: MallocHeap): [number, number][] {
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
  const ofStacks: [number, number][] = [];
  holes.sort((a, b) => a[0] - b[0]);
  for (const segment of image.memory.segments) {
    if (segment.end > 1n << 53n || segment.dumpedBytes === 0) continue;
    const isWritable = (segment.protection & protection.write) !== 0;
    const isSmallData =
      (segment.protection & protection.execute) === 0 && segment.dumpedBytes <= largestReadOnlyRoot;
    if (!isWritable && !isSmallData) continue;
    const start = Number(segment.start);
    const end = start + segment.dumpedBytes;
    const live = stacks.get(start);
    addOutside(live === undefined ? roots : ofStacks, live ?? start, end, holes);
  }
  return roots.concat(ofStacks);
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
