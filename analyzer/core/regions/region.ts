import { countAtMost } from "../../base/halving";
/** What a stretch of the address space is used for. */
export type RegionKind =
  | "java-heap"
  | "class-space"
  | "metaspace"
  | "code-cache"
  | "gc"
  | "cds"
  | "jvm"
  | "thread-stack"
  | "guard"
  | "malloc-heap"
  | "malloc-arena"
  | "malloc-mmapped"
  | "go-heap"
  | "go-stack"
  | "go-runtime"
  | "library-text"
  | "library-data"
  | "library-bss"
  | "library"
  | "mapped-file"
  | "shared-memory"
  | "thread-local"
  | "kernel"
  | "reserved"
  | "anonymous";

/** Category of what no rule explains. */
export const unexplained = "Unexplained";

/** Category of further views of the Java heap: ZGC without generations maps the same pages three times. */
export const heapMappedAgain = "Java Heap, mapped again";

/** A stretch of the process's memory, [start, end), with its owner. */
export interface Region {
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: RegionKind;
  /** NMT's names for what a JVM uses, plain words for the rest. */
  readonly category: string;
  readonly label: string;
  /** Bytes of it that are in the core. */
  readonly dumpedBytes: number;
  /** False when a heuristic said so. */
  readonly exact: boolean;
  /** Kernel id of the thread, for stacks. */
  readonly lwp?: number;
  /** Path, for files. */
  readonly path?: string;
  /** `r`, `w`, `x` and `-`. */
  readonly permissions: string;
}

/** What a recogniser says of a stretch, before the segments cut it. Addresses are numbers below 2^53. */
export interface Claim {
  readonly start: number;
  readonly end: number;
  readonly kind: RegionKind;
  readonly category: string;
  readonly label: string;
  readonly exact: boolean;
  readonly lwp?: number;
  readonly path?: string;
}

/** Stretches of memory in order, for asking which one holds an address. */
export class ClaimIndex {
  private readonly starts: Float64Array;
  private readonly claims: readonly Claim[];

  /** Claims may overlap: the shortest one that holds an address is meant. */
  constructor(claims: readonly Claim[]) {
    this.claims = [...claims].sort((a, b) => a.start - b.start || b.end - a.end);
    this.starts = Float64Array.from(this.claims, (claim) => claim.start);
  }

  at(address: number): Claim | undefined {
    const after = countAtMost(this.starts, address);
    // A long claim may start before several short ones that end before the address.
    for (let index = after - 1, steps = 0; index >= 0 && steps < 64; index--, steps++)
      if (address < this.claims[index]!.end) return this.claims[index];
    return undefined;
  }
}
