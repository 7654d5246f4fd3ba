import type { ProblemList } from "../../base/problems";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { StructureLog } from "../memoryImage";
import { MemoryWords } from "../memoryWords";
import type { ProcessSnapshot } from "../processSnapshot";
import { type Allocator, allocatorOf, type HasSymbol } from "./allocators";
import { ChunkTable } from "./chunkTable";
import { findGlibcArenas, freeList, type GlibcArena, type GlibcState } from "./glibcArenas";
import { binsLayout, chunk, chunkFlag, sizeOf } from "./glibcLayout";
import { findMappedChunks, type MappedChunks } from "./mappedChunks";
import { findThreadCaches } from "./threadCaches";

/** One arena's account. `used + free == system` to the byte, as mallinfo2 counts. */
export interface ArenaAccount {
  readonly index: number;
  readonly address: number;
  readonly isMain: boolean;
  readonly heaps: number;
  readonly systemBytes: number;
  /** Everything that is not free: blocks, thread caches and the allocator's own headers. */
  readonly usedBytes: number;
  readonly usedBlocks: number;
  /** Bins, fast bins and top. */
  readonly freeBytes: number;
  readonly freeBlocks: number;
  readonly topBytes: number;
  readonly fastBytes: number;
  readonly fastBlocks: number;
  readonly largestFreeBytes: number;
}

export interface SizeClass {
  /** Chunk size with its header, bytes. */
  readonly size: number;
  readonly blocks: number;
  readonly bytes: number;
}

/** A walked malloc heap. Sizes are chunk sizes, headers included, as mallinfo2 counts them. */
export interface MallocHeap {
  readonly allocator: Allocator;
  readonly arenas: readonly ArenaAccount[];
  /** uordblks of mallinfo2. */
  readonly usedBytes: number;
  /** fordblks of mallinfo2. */
  readonly freeBytes: number;
  readonly topBytes: number;
  readonly fastBytes: number;
  /** Free, kept by threads; mallinfo2 counts it as used. */
  readonly threadCacheBytes: number;
  readonly threadCacheBlocks: number;
  /** Headers of arenas and heaps, and the ends of full heaps: used by mallinfo2's count, in no block. */
  readonly overheadBytes: number;
  readonly mapped: MappedChunks;
  /** Memory of arenas the walk could not follow. */
  readonly unwalkedBytes: number;
  readonly usedClasses: readonly SizeClass[];
  readonly freeClasses: readonly SizeClass[];
  /** Blocks the program holds, mmapped ones included. */
  readonly blocks: ChunkTable;
  /** Memory of the arenas, for scans that treat it apart. Ascending [start, end) pairs. */
  readonly arenaRanges: readonly (readonly [number, number])[];
  readonly state?: GlibcState;
}

/**
 * Walks the heap of a process that uses glibc's malloc.
 * @param isElsewhere says which addresses certainly hold no malloc memory (a Java heap, thread stacks)
 * @param hasSymbol asked of the executable, for an allocator that is linked into it
 * @returns a heap without arenas when the process uses another allocator, which is then named
 * @throws ExhumeError `cancelled`
 */
export function walkMallocHeap(
  image: ProcessSnapshot,
  isElsewhere: (address: number) => boolean,
  hasSymbol: HasSymbol,
  problems: ProblemList,
  work: Work,
): MallocHeap {
  const words = new MemoryWords(image.memory);
  // Lists jump about: a window as large as for walking would mostly be filled in vain.
  const nearby = new MemoryWords(image.memory, 1024);
  const allocator = allocatorOf(image, hasSymbol);
  const state = image.memory.pointerBytes === 8 ? findGlibcArenas(image, words, nearby) : undefined;
  const blocks = new ChunkTable();
  if (state === undefined) return emptyHeap(allocator, blocks);
  const walk = new Walk(words, nearby, state, problems, work, image.memory.structureLog);
  const cached = new Set<number>();
  for (const arena of state.arenas) walk.collectFast(arena, cached);
  const caches = findThreadCaches(words, nearby, state);
  for (const { start, bytes } of caches.structures) image.memory.structureLog?.add(start, bytes);
  for (const each of caches.chunks) {
    cached.add(each);
    // Its link, which is not an address as it is stored.
    image.memory.structureLog?.add(each + chunk.user, 8);
  }
  for (const arena of state.arenas) walk.walkArena(arena, cached, caches.chunks, blocks);
  const mapped = findMappedChunks(image, state, isElsewhere, work);
  for (const each of mapped.chunks) {
    blocks.add(each.start + chunk.user, each.size, true);
    walk.usedClasses.add(each.size);
  }
  blocks.finish();
  const sum = (pick: (arena: ArenaAccount) => number) =>
    walk.accounts.reduce((total, arena) => total + pick(arena), 0);
  return {
    allocator,
    arenas: walk.accounts,
    usedBytes: sum((arena) => arena.usedBytes),
    freeBytes: sum((arena) => arena.freeBytes),
    topBytes: sum((arena) => arena.topBytes),
    fastBytes: sum((arena) => arena.fastBytes),
    threadCacheBytes: walk.threadCacheBytes,
    threadCacheBlocks: walk.threadCacheBlocks,
    overheadBytes: walk.overheadBytes,
    mapped,
    unwalkedBytes: walk.unwalkedBytes,
    usedClasses: walk.usedClasses.toArray(),
    freeClasses: walk.freeClasses.toArray(),
    blocks,
    arenaRanges: state.arenas
      .flatMap((arena) => arena.heaps.map((heap) => [heap.firstChunk - heap.headerBytes, heap.end] as const))
      .sort((a, b) => a[0] - b[0]),
    state,
  };
}

function emptyHeap(allocator: Allocator, blocks: ChunkTable): MallocHeap {
  return {
    allocator,
    arenas: [],
    usedBytes: 0,
    freeBytes: 0,
    topBytes: 0,
    fastBytes: 0,
    threadCacheBytes: 0,
    threadCacheBlocks: 0,
    overheadBytes: 0,
    mapped: { chunks: [], bytes: 0 },
    unwalkedBytes: 0,
    usedClasses: [],
    freeClasses: [],
    blocks,
    arenaRanges: [],
  };
}

class ClassCounts {
  private readonly counts = new Map<number, number>();

  add(size: number): void {
    this.counts.set(size, (this.counts.get(size) ?? 0) + 1);
  }

  /** Most bytes first. */
  toArray(): SizeClass[] {
    return [...this.counts]
      .map(([size, blocks]) => ({ size, blocks, bytes: size * blocks }))
      .sort((a, b) => b.bytes - a.bytes);
  }
}

/** Longest a fast bin may be before it is taken for a loop. */
const longestFastbin = 1 << 26;

class Walk {
  readonly accounts: ArenaAccount[] = [];
  readonly usedClasses = new ClassCounts();
  readonly freeClasses = new ClassCounts();
  overheadBytes = 0;
  unwalkedBytes = 0;
  threadCacheBytes = 0;
  threadCacheBlocks = 0;
  private steps = 0;

  constructor(
    private readonly words: MemoryWords,
    private readonly nearby: MemoryWords,
    private readonly state: GlibcState,
    private readonly problems: ProblemList,
    private readonly work: Work,
    private readonly structureLog: StructureLog | undefined,
  ) {}

  collectFast(arena: GlibcArena, into: Set<number>): void {
    for (const head of arena.fastbins)
      for (const at of freeList(this.nearby, head, chunk.user, this.state.safeLinking, longestFastbin)) {
        if (into.has(at)) break;
        into.add(at);
        this.structureLog?.add(at + chunk.user, 8);
      }
  }

  walkArena(
    arena: GlibcArena,
    cached: ReadonlySet<number>,
    threadCached: ReadonlySet<number>,
    blocks: ChunkTable,
  ): void {
    const { words } = this;
    this.structureLog?.add(arena.address, arena.bins + binsLayout.end - arena.address);
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
        const word = words.u64(at + chunk.size);
        const size = sizeOf(word);
        this.structureLog?.add(at + chunk.size, 8);
        if (at === arena.top) {
          topBytes = heap.end - at;
          largestFree = Math.max(largestFree, topBytes);
          break;
        }
        // A full heap ends with a 16-byte chunk and an empty header.
        if (size <= chunk.user && at + 2 * chunk.user >= heap.end) {
          this.overheadBytes += heap.end - at;
          break;
        }
        if (word < 0 || size < chunk.minimum || size % chunk.alignment !== 0 || at + size > heap.end) {
          const next = this.resynchronise(at + chunk.alignment, heap.end, arena.top);
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
        const isInUse = words.u8(at + size + chunk.size) % 2 === chunkFlag.previousInUse;
        walked += size;
        if (!isInUse) {
          binBytes += size;
          freeBlocks++;
          largestFree = Math.max(largestFree, size);
          this.freeClasses.add(size);
        } else if (!cached.has(at)) {
          usedBlocks++;
          this.usedClasses.add(size);
          blocks.add(at + chunk.user, size);
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

  /** The next place from which a few chunks in a row make sense. */
  private resynchronise(from: number, end: number, top: number): number {
    for (let at = from; at < end; at += chunk.alignment) {
      this.tick(undefined);
      if (at === top || this.makesSense(at, end, top)) return at;
      if (this.words.u64(at + chunk.size) >= 0) continue;
      const present = this.words.nextPresent(at + chunk.size, end);
      const aligned = Math.floor(present / chunk.alignment) * chunk.alignment;
      at = Math.max(at, aligned - chunk.alignment);
    }
    return end;
  }

  private makesSense(from: number, end: number, top: number): boolean {
    let at = from;
    for (let count = 0; count < 8; count++) {
      if (at === top) return true;
      // Sizes lead far away where there is no chunk: a large window would mostly be filled in vain.
      const word = this.nearby.u64(at + chunk.size);
      const size = sizeOf(word);
      if (word < 0 || size < chunk.minimum || size % chunk.alignment !== 0 || at + size > end) return false;
      at += size;
    }
    return true;
  }

  private reportMissing(arena: GlibcArena, bytes: number, known: number): void {
    this.unwalkedBytes += bytes;
    this.problems.add({
      code: "malloc-heap-missing",
      message: `Arena ${arena.index} says it holds ${arena.systemBytes} bytes; ${known} of them were found (memory outside its contiguous part is not walked).`,
      losesData: true,
    });
  }

  private tick(arena: GlibcArena | undefined): void {
    if (++this.steps % 65_536 !== 0) return;
    this.work.throwIfCancelled();
    if (arena !== undefined)
      this.work.report("Walking malloc's arenas", arena.index / Math.max(1, this.state.arenas.length));
  }
}
