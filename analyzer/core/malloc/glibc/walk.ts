import type { ProblemList } from "../../../base/problems";
import { formatHex } from "../../../base/units";
import type { Work } from "../../../base/work";
import type { StructureLog } from "../../memoryImage";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { ChunkTable } from "../chunkTable";
import type { ArenaAccount, HeapAccount, HeapSpan } from "../heapAccount";
import { ClassCounts } from "../sizeClasses";
import { findGlibcArenas, type GlibcArena, type GlibcState } from "./arenas";
import { ChunkSteps } from "./chunkSteps";
import { freeList } from "./freeLists";
import { chunkFlag, chunkFrom, isChunkSize, sizeOf } from "./layout";
import { findMappedChunks } from "./mappedChunks";
import { findThreadCaches } from "./threadCaches";

/**
 * Walks every arena of glibc's malloc, chunk by chunk.
 * @param isElsewhere says which addresses certainly hold no malloc memory
 * @returns undefined when the process has no arenas
 * @throws ExhumeError `cancelled`
 */
export function walkGlibc(
  image: ProcessSnapshot,
  isElsewhere: (address: number) => boolean,
  problems: ProblemList,
  work: Work,
): HeapAccount | undefined {
  const words = new MemoryWords(image.memory);
  // Lists jump about: a window as large as for walking would mostly be filled in vain.
  const nearby = new MemoryWords(image.memory, 1024);
  const state = findGlibcArenas(image, words, nearby);
  if (state === undefined) return undefined;
  const { layout, arenas } = state;
  const { pointerBytes, headerBytes } = layout;
  // In arenas the last word of a block overlaps the next chunk's header.
  const blocks = new ChunkTable({ block: pointerBytes, mapped: Math.max(headerBytes, layout.alignment) });
  const log = image.memory.structureLog;
  const steps = new ChunkSteps(image, layout, work);
  const walk = new Walk(words, nearby, state, steps, problems, work, log);
  const cached = new Set<number>();
  for (const arena of arenas) walk.collectFast(arena, cached);
  const caches = findThreadCaches(words, nearby, state, steps);
  for (const { start, bytes } of caches.structures) log?.add(start, bytes);
  for (const each of caches.chunks) {
    cached.add(each);
    // Its link, which is not an address as it is stored.
    log?.add(each + headerBytes, pointerBytes);
  }
  for (const arena of arenas) walk.walkArena(arena, cached, caches.chunks, blocks);
  const { chunks, bytes, counted } = findMappedChunks(image, state, isElsewhere, work);
  for (const each of chunks) {
    blocks.add(each.user, each.size, true);
    walk.usedClasses.add(each.size);
  }
  blocks.finish();
  const sum = (pick: (arena: ArenaAccount) => number) =>
    walk.accounts.reduce((total, arena) => total + pick(arena), 0);
  return {
    arenas: walk.accounts,
    usedBytes: sum((arena) => arena.usedBytes),
    freeBytes: sum((arena) => arena.freeBytes),
    topBytes: sum((arena) => arena.topBytes),
    fastBytes: sum((arena) => arena.fastBytes),
    threadCacheBytes: walk.threadCacheBytes,
    threadCacheBlocks: walk.threadCacheBlocks,
    overheadBytes: walk.overheadBytes,
    foreignBytes: walk.foreign.reduce((total, [start, end]) => total + end - start, 0),
    mapped: {
      blocks: chunks,
      bytes,
      // Blocks are recognised by their pattern; malloc's own counters prove that none is missing or too many.
      isComplete: counted !== undefined && counted.bytes === bytes && counted.chunks === chunks.length,
    },
    unwalkedBytes: walk.unwalkedBytes,
    usedClasses: walk.usedClasses.toArray(),
    freeClasses: walk.freeClasses.toArray(),
    blocks,
    spans: spansOf(state, walk.foreign),
    structures: arenas
      .map(({ address }) => [address, address + layout.stateBytes] as const)
      .sort((a, b) => a[0] - b[0]),
  };
}

type Range = readonly [start: number, end: number];

function spansOf({ arenas, layout }: GlibcState, foreign: readonly Range[]): HeapSpan[] {
  const spans: HeapSpan[] = [];
  for (const { index, isMain, heaps } of arenas)
    for (const heap of heaps) {
      const common = { index, isMain, isReserved: false };
      const start = heap.firstChunk - heap.headerBytes;
      if (isMain) {
        let at = start;
        for (const [from, to] of foreign) {
          if (from < at || to > heap.end) continue;
          spans.push({ ...common, start: at, end: from });
          at = to;
        }
        spans.push({ ...common, start: at, end: heap.end });
      } else {
        const limit = start - (start % layout.heapAlignment) + layout.heapAlignment;
        spans.push({ ...common, start, end: heap.end });
        spans.push({ ...common, start: heap.end, end: limit, isReserved: true });
      }
    }
  return spans.sort((a, b) => a.start - b.start);
}

/** Longest a fast bin may be before it is taken for a loop. */
const longestFastbin = 1 << 26;

class Walk {
  readonly accounts: ArenaAccount[] = [];
  readonly usedClasses = new ClassCounts();
  readonly freeClasses = new ClassCounts();
  /** Memory of others between pieces of the main heap, ascending. */
  readonly foreign: Range[] = [];
  overheadBytes = 0;
  unwalkedBytes = 0;
  threadCacheBytes = 0;
  threadCacheBlocks = 0;
  private steps = 0;

  constructor(
    private readonly words: MemoryWords,
    private readonly nearby: MemoryWords,
    private readonly state: GlibcState,
    private readonly chunkSteps: ChunkSteps,
    private readonly problems: ProblemList,
    private readonly work: Work,
    private readonly structureLog: StructureLog | undefined,
  ) {}

  collectFast(arena: GlibcArena, into: Set<number>): void {
    const { headerBytes, pointerBytes } = this.state.layout;
    for (const head of arena.fastbins)
      for (const at of freeList(
        this.nearby,
        head,
        headerBytes,
        this.state.safeLinking ?? true,
        longestFastbin,
      )) {
        if (into.has(at)) break;
        into.add(at);
        this.structureLog?.add(at + headerBytes, pointerBytes);
      }
  }

  walkArena(
    arena: GlibcArena,
    cached: ReadonlySet<number>,
    threadCached: ReadonlySet<number>,
    blocks: ChunkTable,
  ): void {
    const { words } = this;
    const { layout } = this.state;
    const { pointerBytes, headerBytes } = layout;
    this.structureLog?.add(arena.address, layout.stateBytes);
    let usedBlocks = 0;
    let freeBlocks = 0;
    let binBytes = 0;
    let fastBytes = 0;
    let fastBlocks = 0;
    let topBytes = 0;
    let largestFree = 0;
    let walked = 0;
    for (const heap of arena.heaps) {
      this.overheadBytes += heap.headerBytes;
      this.structureLog?.add(heap.firstChunk - heap.headerBytes, heap.headerBytes);
      let at = heap.firstChunk;
      while (at < heap.end) {
        this.tick(arena);
        const word = words.pointer(at + pointerBytes);
        const size = sizeOf(word);
        this.structureLog?.add(at + pointerBytes, pointerBytes);
        if (at === arena.top) {
          topBytes = heap.end - at;
          largestFree = Math.max(largestFree, topBytes);
          break;
        }
        // A full heap ends with an empty chunk and an empty header.
        if (size <= headerBytes && at + 2 * headerBytes + layout.alignment > heap.end) {
          this.overheadBytes += heap.end - at;
          break;
        }
        if (this.chunkSteps.isFence(at)) {
          const behind = at + 2 * headerBytes;
          const next = this.chunkSteps.next(chunkFrom(behind, layout), heap.end, arena.top);
          this.overheadBytes += behind - at;
          if (next > behind) this.foreign.push([behind, next]);
          at = next;
          continue;
        }
        if (word < 0 || !isChunkSize(size, layout) || at + size > heap.end) {
          const next = this.chunkSteps.next(at + layout.alignment, heap.end, arena.top);
          this.problems.add({
            code: "malloc-damaged",
            message: `The chunk at ${formatHex(at)} has the impossible size ${size}; ${next - at} bytes were skipped.`,
            losesData: true,
          });
          this.unwalkedBytes += next - at;
          at = next;
          continue;
        }
        // By its lowest byte: a word an overflow has filled may be too large for a number.
        const isInUse = words.u8(at + size + pointerBytes) % 2 === chunkFlag.previousInUse;
        walked += size;
        if (!isInUse) {
          binBytes += size;
          freeBlocks++;
          largestFree = Math.max(largestFree, size);
          this.freeClasses.add(size);
        } else if (!cached.has(at)) {
          usedBlocks++;
          this.usedClasses.add(size);
          blocks.add(at + headerBytes, size);
        } else if (threadCached.has(at)) {
          this.threadCacheBlocks++;
          this.threadCacheBytes += size;
        } else {
          fastBytes += size;
          fastBlocks++;
          this.freeClasses.add(size);
        }
        at += size;
      }
    }
    const freeBytes = binBytes + fastBytes + topBytes;
    const known = walked + topBytes;
    const heapBytes = arena.heaps.reduce(
      (sum, heap) => sum + heap.end - heap.firstChunk + heap.headerBytes,
      0,
    );
    if (heapBytes < arena.systemBytes) this.reportMissing(arena, arena.systemBytes - heapBytes, known);
    this.accounts.push({
      index: arena.index,
      address: arena.address,
      isMain: arena.isMain,
      heaps: arena.heaps.length,
      systemBytes: arena.systemBytes,
      usedBytes: arena.systemBytes - freeBytes,
      usedBlocks,
      freeBytes,
      freeBlocks,
      topBytes,
      fastBytes,
      fastBlocks,
      largestFreeBytes: largestFree,
    });
  }

  private reportMissing(arena: GlibcArena, bytes: number, known: number): void {
    this.unwalkedBytes += bytes;
    this.problems.add({
      code: "malloc-heap-missing",
      message: `Arena ${arena.index} says it holds ${arena.systemBytes} bytes; ${known} of them were found (memory outside its contiguous part is not walked).`,
      losesData: true,
    });
  }

  private tick(arena: GlibcArena): void {
    if (++this.steps % 65_536 !== 0) return;
    this.work.throwIfCancelled();
    this.work.report("Walking malloc's arenas", arena.index / Math.max(1, this.state.arenas.length));
  }
}
