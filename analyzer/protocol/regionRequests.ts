import type { HexAddress } from "./coreRequests";
import type { Bytes, Call, DumpId, Page, PageQuery, SortOrder, WireProblem } from "./wire";

/** A stretch of the process's memory, [start, end), with its owner. */
export interface RegionRow {
  readonly start: HexAddress;
  readonly end: HexAddress;
  readonly bytes: Bytes;
  /** e.g. `java-heap`, `malloc-arena`, `library-text`; see the analyzer's `regions/region`. */
  readonly kind: string;
  /** NMT's names for what a JVM uses, plain words for the rest. */
  readonly category: string;
  readonly label: string;
  readonly dumpedBytes: Bytes;
  /** False when a heuristic said so. */
  readonly exact: boolean;
  readonly permissions: string;
  /** Kernel id of the thread, for stacks. */
  readonly lwp?: number;
  /** For files. */
  readonly path?: string;
}

export interface RegionCategory {
  readonly name: string;
  readonly regions: number;
  readonly reservedBytes: Bytes;
  readonly dumpedBytes: Bytes;
  /** Part of the dumped bytes that heuristics gave to it. */
  readonly guessedBytes: Bytes;
}

/** A category of native memory tracking: what `jcmd VM.native_memory` would have printed. */
export interface TrackedCategory {
  readonly name: string;
  readonly reservedBytes: Bytes;
  readonly committedBytes: Bytes;
  /** malloc and arenas. */
  readonly mallocBytes: Bytes;
}

export interface JvmFacts {
  readonly version: string;
  readonly collector?: string;
  readonly heapUsedBytes?: Bytes;
  readonly heapCommittedBytes?: Bytes;
  readonly heapReservedBytes?: Bytes;
  /** What `java.nio` had allocated for direct buffers, by its own count; no NMT is needed for that. */
  readonly directMemoryBytes?: Bytes;
  readonly directBuffers?: number;
  readonly javaThreads: number;
  readonly classes: number;
  readonly loaders: number;
  /** Absent when the JVM ran without NMT. */
  readonly nativeMemory?: readonly TrackedCategory[];
}

export interface RegionSummary {
  /** Most dumped bytes first. */
  readonly categories: readonly RegionCategory[];
  readonly regions: number;
  readonly dumpedBytes: Bytes;
  readonly reservedBytes: Bytes;
  readonly unexplainedBytes: Bytes;
  readonly jvm?: JvmFacts;
  readonly problems: readonly WireProblem[];
}

export type RegionColumn = "start" | "bytes" | "dumpedBytes" | "category" | "label";

export interface RegionQuery extends PageQuery {
  readonly dump: DumpId;
  readonly category?: string;
  /** Part of label, category, kind or path, case-insensitive. */
  readonly filter?: string;
  readonly sort?: SortOrder<RegionColumn>;
}

export interface MallocArena {
  readonly index: number;
  readonly address: HexAddress;
  readonly main: boolean;
  readonly heaps: number;
  readonly systemBytes: Bytes;
  readonly usedBytes: Bytes;
  readonly usedBlocks: number;
  readonly freeBytes: Bytes;
  readonly freeBlocks: number;
  readonly topBytes: Bytes;
  readonly fastBytes: Bytes;
  readonly largestFreeBytes: Bytes;
}

export interface MallocSizeClass {
  /** Chunk size with its header. */
  readonly size: Bytes;
  readonly blocks: number;
  readonly bytes: Bytes;
}

export interface MallocSummary {
  readonly allocator: string;
  /** What the allocator was told by. */
  readonly evidence: string;
  /** False: only named, not walked. */
  readonly walked: boolean;
  readonly arenas: readonly MallocArena[];
  /** uordblks of mallinfo2. */
  readonly usedBytes: Bytes;
  /** fordblks of mallinfo2. */
  readonly freeBytes: Bytes;
  readonly topBytes: Bytes;
  /** Parts of `usedBytes` no block holds: thread caches, headers. */
  readonly threadCacheBytes: Bytes;
  readonly overheadBytes: Bytes;
  readonly mmappedBytes: Bytes;
  readonly mmappedBlocks: number;
  /** Free bytes that cannot be returned to the system as a share of what the arenas hold. */
  readonly fragmentation: number;
  /** Most bytes first, capped. */
  readonly usedClasses: readonly MallocSizeClass[];
  readonly freeClasses: readonly MallocSizeClass[];
  readonly problems: readonly WireProblem[];
}

export interface LeakGroupRow {
  /** C++ class by virtual table. */
  readonly type?: string;
  readonly size: Bytes;
  readonly count: number;
  readonly bytes: Bytes;
  readonly samples: readonly HexAddress[];
}

export interface LeakResult {
  readonly leakedBytes: Bytes;
  readonly leakedBlocks: number;
  readonly leaks: readonly LeakGroupRow[];
}

/** A block of a size class with what it holds and what points at it. */
export interface BlockSample {
  readonly address: HexAddress;
  readonly type?: string;
  /** First bytes, base64. */
  readonly data: string;
  readonly referrers: readonly { readonly at: HexAddress; readonly region: string }[];
}

/** What is at an address. */
export interface RegionPlace {
  /** Absent where nothing was mapped. */
  readonly region?: RegionRow;
  /** The malloc'ed block that holds the address. */
  readonly block?: { readonly address: HexAddress; readonly size: Bytes; readonly type?: string };
}

/** Questions about the memory of a core as a whole. */
export interface RegionRequests {
  "core/regionSummary": Call<{ readonly dump: DumpId }, RegionSummary>;
  "core/regions": Call<RegionQuery, Page<RegionRow>>;
  "core/regionAt": Call<{ readonly dump: DumpId; readonly address: HexAddress }, RegionPlace>;
  "core/malloc": Call<{ readonly dump: DumpId }, MallocSummary>;
  /** Blocks nothing refers to: conservative marking over the whole core. */
  "core/leaks": Call<{ readonly dump: DumpId }, LeakResult>;
  /** A few blocks of one size. */
  "core/sizeClass": Call<
    { readonly dump: DumpId; readonly size: Bytes; readonly count: number },
    { readonly samples: readonly BlockSample[] }
  >;
}
