import type { Csr } from "../edges/csr";

/**
 * A whole graph in memory: what the adapter of a format gives whose file is not read again for edges.
 * Structured-cloneable; nodes are 0 … typeByObject.length-1.
 */
export interface MemoryGraph {
  readonly typeNames: readonly string[];
  readonly typeByObject: Uint16Array | Uint32Array;
  readonly shallowBytes: Uint32Array | Float64Array;
  /** Every target is a node. */
  readonly edges: Csr;
  /** By edge, 1 for those that keep nothing alive; absent when all are strong. */
  readonly weak?: Uint8Array;
  /** What is alive by itself. */
  readonly roots: Uint32Array;
}
