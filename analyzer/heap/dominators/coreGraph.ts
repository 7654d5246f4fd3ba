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
}

/** Depth-first numbers carry this bit when several nodes refer to the node: a join. */
export const joinBit = 0x80000000;
