/**
 * The graph the dominator algorithm works on, compact: every edge explicit, roots listed.
 */
export interface CoreGraph {
  readonly nodeCount: number;
  /**
   * Per node two cells: where its edges begin in {@link targets}, and a cell the algorithm numbers it in
   * (0 at first). One more begin ends the last node's edges.
   */
  readonly cells: Uint32Array;
  readonly targets: Uint32Array;
  /** Nodes the virtual root holds, each once. */
  readonly roots: Uint32Array;
  /** Let go of the columns: they are the largest of their time. */
  forgetTargets(): void;
  forgetCells(): void;
}

/** Depth-first numbers carry this bit when several nodes refer to the node: a join. */
export const joinBit = 0x80000000;

export function newCoreGraph(
  nodeCount: number,
  cells: Uint32Array,
  targets: Uint32Array,
  roots: Uint32Array,
): CoreGraph {
  let columns = { cells, targets };
  return {
    nodeCount,
    roots,
    get cells() {
      return columns.cells;
    },
    get targets() {
      return columns.targets;
    },
    forgetTargets() {
      columns = { ...columns, targets: new Uint32Array(0) };
    },
    forgetCells() {
      columns = { ...columns, cells: new Uint32Array(0) };
    },
  };
}
