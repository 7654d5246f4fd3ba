import type { StoredColumn } from "../columns/storedColumn";

/** Cells of {@link DominatorColumns.immediateDominator} that name no node. */
export const noDominator = 0;
export const heldByRoots = 0xffffffff;
/** Cell of {@link DominatorColumns.retainedUnits} for sizes that do not fit. */
export const listedRetained = 0xffffffff;

/** The dominator tree over all nodes of a graph. Structured-cloneable: columns are shared memory. */
export interface DominatorColumns {
  /** Node + 1 of the immediate dominator; {@link noDominator} or {@link heldByRoots}. */
  readonly immediateDominator: Uint32Array;
  /** Retained size in units; {@link listedRetained} when it does not fit. 0 for unreachable nodes. */
  readonly retainedUnits: Uint32Array;
  /** Nodes whose size does not fit, ascending, and their sizes in bytes. */
  readonly bigRetainedNodes: Uint32Array;
  readonly bigRetainedBytes: Float64Array;
  /** Bytes of a unit: what all shallow sizes are multiples of. */
  readonly unitBytes: number;
  /** Bytes kept by all reachable instances of a type together, each object once. */
  readonly retainedBytesByType: Float64Array;
  readonly reachableObjects: number;
  readonly reachableBytes: number;
  readonly children: ChildColumns;
}

/** The dominator tree turned downwards (`childLists.ts`), in memory or left in a file. */
export interface ChildColumns {
  readonly starts: Uint32Array | StoredColumn;
  readonly nodes: Uint32Array | StoredColumn;
}
