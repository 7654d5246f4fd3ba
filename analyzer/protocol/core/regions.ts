import { dump } from "../dump/open";
import { type ParamsIn, request } from "../request";
import { optional, page, sortBy, words } from "../shapes";
import type { Bytes, Page, WireProblem } from "../wire";
import { address, type HexAddress } from "./process";

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

/** A Go runtime: what it is not known of without symbols is absent. */
export interface GoFacts {
  /** `1.26.8` */
  readonly version: string;
  /** All of it in a line. */
  readonly words: string;
  /** `off`, `marking`, `ending` */
  readonly phase?: string;
  readonly cycles?: number;
  /** Heap that the next collection is to keep to. */
  readonly goalBytes?: Bytes;
  readonly liveBytes?: Bytes;
  /** What the last collection found in use. */
  readonly markedBytes?: Bytes;
  /** GOGC; absent when it is off. */
  readonly percent?: number;
  /** GOMEMLIMIT; absent when there is none. */
  readonly memoryLimitBytes?: Bytes;
  /** All pauses so far. */
  readonly pauseNanoseconds?: number;
  /** When the last collection ended, in milliseconds since 1970. */
  readonly lastEndedMs?: number;
}

export interface RegionSummary {
  /** Most dumped bytes first. */
  readonly categories: readonly RegionCategory[];
  readonly regions: number;
  readonly dumpedBytes: Bytes;
  readonly reservedBytes: Bytes;
  readonly unexplainedBytes: Bytes;
  readonly jvm?: JvmFacts;
  readonly go?: GoFacts;
  readonly problems: readonly WireProblem[];
}

/** What is at an address. */
export interface RegionPlace {
  /** Absent where nothing was mapped. */
  readonly region?: RegionRow;
  /** The malloc'ed block that holds the address. */
  readonly block?: { readonly address: HexAddress; readonly size: Bytes; readonly type?: string };
}

const regionColumns = ["start", "bytes", "dumpedBytes", "category", "label"] as const;
export type RegionColumn = (typeof regionColumns)[number];

/** What the memory of a core was for. */
export const regionRequests = {
  "core/regionSummary": request({ dump }).gives<RegionSummary>(),
  "core/regions": request({
    dump,
    ...page,
    category: optional(words),
    /** Part of label, category, kind or path, case-insensitive. */
    filter: optional(words),
    sort: optional(sortBy(regionColumns)),
  }).gives<Page<RegionRow>>(),
  "core/regionAt": request({ dump, address }).gives<RegionPlace>(),
};
export type RegionQuery = ParamsIn<(typeof regionRequests)["core/regions"]>;
