import type { GcTrend } from "./gcTrend";

/** What one input says about a process. Small plain data, so that inputs can be read in different threads. */
export interface Evidence {
  /** File it comes from, for the user. */
  readonly source: string;
  readonly kind: EvidenceKind;
  readonly rss?: ResidentEvidence;
  readonly heap?: HeapEvidence;
  /** Native categories, by NMT's names where the process is a JVM. Java heap included. */
  readonly categories?: readonly CategoryEvidence[];
  /** Where the categories lie; NMT in detail mode, System.map and cores know it. */
  readonly reservations?: readonly RangeEvidence[];
  readonly mappings?: readonly MappingEvidence[];
  readonly malloc?: MallocEvidence;
  /** Used bytes of malloc by block size. */
  readonly sizeClasses?: readonly { readonly size: number; readonly bytes: number }[];
  /** malloc's arenas one by one. */
  readonly arenas?: readonly ArenaEvidence[];
  /** Bytes by owner, finer than categories: a library, a file, an arena. */
  readonly owners?: readonly { readonly name: string; readonly bytes: number }[];
  readonly threads?: ThreadEvidence;
  /** The largest groups of threads with identical stacks, by their innermost frames. */
  readonly threadGroups?: readonly { readonly name: string; readonly count: number }[];
  readonly collections?: GcTrend;
  readonly loadedClasses?: number;
  /** True when the input shows that the process is a JVM, e.g. by its mapped libjvm.so. */
  readonly isJvm?: boolean;
}

export type EvidenceKind =
  | "heap dump"
  | "NMT"
  | "memory map"
  | "status"
  | "GC log"
  | "thread dump"
  | "goroutine dump"
  | "core";

export interface ResidentEvidence {
  readonly bytes: number;
  readonly anonymousBytes?: number;
  readonly fileBytes?: number;
  readonly swapBytes?: number;
  /** False when estimated, e.g. from the pages of a core that are not zero. */
  readonly exact: boolean;
}

export interface HeapEvidence {
  /** Strongly reachable bytes; from a heap dump. */
  readonly liveBytes?: number;
  /** Bytes that soft references or finalizers alone keep: they go only when memory runs short, or later. */
  readonly softBytes?: number;
  /** All else still in the heap; 0 in dumps that were collected first. */
  readonly garbageBytes?: number;
  readonly usedBytes?: number;
  readonly committedBytes?: number;
  readonly maxBytes?: number;
  /** What the leak suspects of a heap dump come to; absent where they could not be looked for. */
  readonly suspects?: SuspectEvidence;
}

export interface SuspectEvidence {
  /** The verdict as the suspects have it. */
  readonly sentence: string;
  /** Of what is kept on the heap: `none` where only threads, or memory outside it, stand out. */
  readonly confidence: "none" | "possible" | "likely" | "certain";
  /** Share of the reachable heap that the biggest one of that confidence keeps. */
  readonly share: number;
}

export interface CategoryEvidence {
  readonly name: string;
  readonly committedBytes: number;
  readonly reservedBytes: number;
  /** malloc'ed part of the committed bytes. */
  readonly mallocBytes: number;
  /** Change since an NMT baseline. */
  readonly changeBytes?: number;
  readonly exact: boolean;
}

export interface RangeEvidence {
  readonly start: number;
  readonly end: number;
  readonly category: string;
}

/** A mapping with its resident bytes. User-space addresses are below 2^53 on every supported machine. */
export interface MappingEvidence {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly writable: boolean;
  readonly rssBytes: number;
}

export interface MallocEvidence {
  readonly allocator: string;
  readonly usedBytes: number;
  /** Free inside arenas, not returnable: everything free but the ends that could be trimmed. */
  readonly freeBytes: number;
  /** Free at the ends of arenas, which trimming gives back. */
  readonly topBytes: number;
  readonly mmappedBytes: number;
  readonly leakedBytes: number;
  readonly leakedBlocks: number;
  readonly arenas: number;
}

export interface ArenaEvidence {
  readonly name: string;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

export interface ThreadEvidence {
  readonly what: "java" | "goroutine" | "native";
  readonly count: number;
  /** Largest group with identical stacks. */
  readonly largestGroup?: ThreadGroupEvidence;
}

export interface ThreadGroupEvidence {
  readonly count: number;
  readonly frames: readonly string[];
  readonly namePattern?: string;
  readonly createdBy?: string;
  readonly states: readonly string[];
}
