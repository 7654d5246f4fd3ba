import { dump } from "../dump/open";
import { request } from "../request";
import { amount, whole } from "../shapes";
import type { Bytes, WireProblem } from "../wire";
import type { HexAddress } from "./process";

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
  /** Part of `usedBytes` that others took by sbrk amid the main heap. */
  readonly foreignBytes: Bytes;
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

export const mallocRequests = {
  "core/malloc": request({ dump }).gives<MallocSummary>(),
  /** Blocks nothing refers to: conservative marking over the whole core. */
  "core/leaks": request({ dump }).gives<LeakResult>(),
  /** A few blocks of one size. */
  "core/sizeClass": request({ dump, size: amount, count: whole(10_000) }).gives<{
    readonly samples: readonly BlockSample[];
  }>(),
};
