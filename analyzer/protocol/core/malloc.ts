import { dump } from "../dump/open";
import { request } from "../request";
import { amount, flag, name, optional, whole } from "../shapes";
import type { Bytes, WireProblem } from "../wire";
import { address, type HexAddress } from "./process";

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
  /** True when a collector frees its blocks: what nothing refers to is garbage, no leak. */
  readonly collected: boolean;
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
  /** C++ class by virtual table, type of a Go object. */
  readonly type?: string;
  /** What it was recognised as otherwise: text of a string, node of a map. */
  readonly pattern?: string;
  readonly size: Bytes;
  readonly count: number;
  readonly bytes: Bytes;
  readonly samples: readonly HexAddress[];
}

export interface LeakResult {
  readonly leakedBytes: Bytes;
  readonly leakedBlocks: number;
  readonly leaks: readonly LeakGroupRow[];
  /** Blocks in use by what they are, as far as it can be told, leaked or not; most bytes first. */
  readonly kinds: readonly BlockKindRow[];
  /** Of all blocks in use, and of those that have a name. */
  readonly blockBytes: Bytes;
  readonly namedBytes: Bytes;
  /** Of a heap whose objects have types: blocks of which none is known, by size and whether they have pointers. */
  readonly rest: readonly BlockKindRow[];
}

export interface BlockKindRow {
  /** C++ class, type of Go, or what it was recognised as otherwise. */
  readonly name: string;
  readonly count: number;
  readonly bytes: Bytes;
  /** The largest one. */
  readonly largest: HexAddress;
  readonly largestBytes: Bytes;
}

/** A block of a size class with what it holds and what points at it. */
export interface BlockSample {
  readonly address: HexAddress;
  readonly type?: string;
  /** First bytes, base64. */
  readonly data: string;
  readonly referrers: readonly BlockHolder[];
}

/** A block by itself. */
export interface BlockRow {
  readonly address: HexAddress;
  /** As the allocator counts it. */
  readonly size: Bytes;
  /** C++ class, or what it was recognised as otherwise. */
  readonly type?: string;
}

/** One step of the way from a block to what keeps it. */
export interface BlockHolder {
  /** Of the word that holds it; absent for a register. */
  readonly at?: HexAddress;
  /** The variable, stack, register or region it is in, in words; empty inside a block. */
  readonly place: string;
  /** The block the word is in; absent at the last step. */
  readonly block?: BlockRow;
}

/** Who keeps a block, and what it keeps. */
export interface BlockHolders {
  /** Absent when the address is in no block. */
  readonly block?: BlockRow;
  /** The shortest way to a variable, stack or register; empty when nothing refers to the block. */
  readonly holders: readonly BlockHolder[];
  /** Blocks its words point into, in their order, capped. */
  readonly targets: readonly (BlockRow & { readonly offset: Bytes })[];
  /** Every word that points into the block, capped; only when asked for, since all memory is looked at. */
  readonly referrers?: readonly BlockHolder[];
}

export const mallocRequests = {
  "core/malloc": request({ dump }).gives<MallocSummary>(),
  /** Blocks nothing refers to: conservative marking over the whole core. */
  "core/leaks": request({ dump }).gives<LeakResult>(),
  /** The way from the block at an address to what keeps it, and the blocks that it points at. */
  "core/holders": request({ dump, address, all: optional(flag) }).gives<BlockHolders>(),
  /** The largest blocks of one name, largest first. */
  "core/blocksNamed": request({ dump, name, count: whole(10_000) }).gives<{
    readonly blocks: readonly BlockRow[];
  }>(),
  /** A few blocks of one size. */
  "core/sizeClass": request({ dump, size: amount, count: whole(10_000) }).gives<{
    readonly samples: readonly BlockSample[];
  }>(),
};
