import type { ChunkTable } from "./chunkTable";
import type { SizeClass } from "./sizeClasses";

/** One arena's account. `used + free == system` to the byte. */
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

/** Memory an allocator hands out blocks from, [start, end). */
export interface HeapSpan {
  readonly start: number;
  readonly end: number;
  /** Of its arena. */
  readonly index: number;
  readonly isMain: boolean;
  /** Addresses kept free for it to grow. */
  readonly isReserved: boolean;
}

/** A block with a mapping of its own. */
export interface MappedBlock {
  /** Of the mapping. */
  readonly start: number;
  readonly size: number;
}

/** What a walk of an allocator's heap tells. Sizes are as the allocator counts them, headers included. */
export interface HeapAccount {
  readonly arenas: readonly ArenaAccount[];
  /** In arenas; uordblks of glibc's mallinfo2. */
  readonly usedBytes: number;
  /** In arenas; fordblks of glibc's mallinfo2. */
  readonly freeBytes: number;
  readonly topBytes: number;
  readonly fastBytes: number;
  /** Free, kept by threads; glibc's mallinfo2 counts it as used. */
  readonly threadCacheBytes: number;
  readonly threadCacheBlocks: number;
  /** Headers of arenas and heaps, and the ends of full heaps: used by mallinfo2's count, in no block. */
  readonly overheadBytes: number;
  /** Taken by others between the pieces of the main heap: used by mallinfo2's count, not malloc's. */
  readonly foreignBytes: number;
  readonly mapped: {
    readonly blocks: readonly MappedBlock[];
    readonly bytes: number;
    /** True when the allocator's own counters say that these are all. */
    readonly isComplete: boolean;
  };
  /** Memory of arenas the walk could not follow. */
  readonly unwalkedBytes: number;
  readonly usedClasses: readonly SizeClass[];
  readonly freeClasses: readonly SizeClass[];
  /** Blocks the program holds, mmapped ones included. */
  readonly blocks: ChunkTable;
  /** Memory of the arenas, ascending. */
  readonly spans: readonly HeapSpan[];
  /** Structures of the allocator outside its spans: what they point at is not in use for that. Ascending. */
  readonly structures: readonly (readonly [start: number, end: number])[];
}
