/** Out-degrees of this value and more are listed apart. */
export const listedDegree = 255;
/** In-degrees are counted to 2: none, one, several. */
export const severalReferrers = 2;

/** A stretch of nodes whose edges are one array. Parts are what workers share a graph by. */
export interface NodePart {
  readonly firstObject: number;
  readonly objects: number;
}

/** The edges that begin in one part. */
export interface PartEdges {
  /** Targets of the part's nodes, one node after another. Nodes do not refer to themselves. */
  readonly targets: Uint32Array;
  /** Out-degrees of nodes whose degree does not fit its cell, in the order of the nodes. */
  readonly listedDegrees: Uint32Array;
}

/**
 * A graph as an adapter hands it over: strong edges only, all of them in columns. Columns that workers write to are
 * shared memory.
 */
export interface GraphColumns {
  readonly nodeCount: number;
  /** Nodes below this have a type in {@link typeByObject}; node `instanceCount + t`, if there is one, is type t itself. */
  readonly instanceCount: number;
  readonly typeCount: number;
  /** Away while the core is worked on, when memory is short. */
  typeByObject: Uint16Array | Uint32Array;
  /** Type of the nodes that are types themselves. */
  readonly typeOfTypes: number;
  /**
   * By type, the node its instances refer to besides the edges in {@link edges}: -1 when there is no such edge, or when
   * that node is a root and the edge cannot matter.
   */
  readonly typeEdge: Int32Array;
  /** All nodes, in order. */
  readonly parts: readonly NodePart[];
  /** By part. Emptied once the core is made of it. */
  readonly edges: PartEdges[];
  /** Edges per node, {@link listedDegree} for more. Empty once the core is made. */
  outDegree: Uint8Array;
  /** Referrers per node, saturating at {@link severalReferrers}; then what became of the node. */
  readonly state: Uint8Array;
  /** Edges beyond those in {@link edges}, of few nodes: thread objects to the locals of their frames. */
  readonly extraEdges: ReadonlyMap<number, readonly number[]>;
  /** Nodes the virtual root holds, each once. */
  readonly roots: Uint32Array;
}

/**
 * Edges of nodes that are few, as a part; their degrees and those of their targets are entered into the columns.
 * @param firstObject the node the first list belongs to
 */
export function partOfLists(
  lists: readonly (readonly number[])[],
  firstObject: number,
  outDegree: Uint8Array,
  inDegree: Uint8Array,
): PartEdges {
  const listedDegrees: number[] = [];
  lists.forEach((targets, k) => {
    outDegree[firstObject + k] = Math.min(listedDegree, targets.length);
    if (targets.length >= listedDegree) listedDegrees.push(targets.length);
    for (const target of targets) if (inDegree[target]! < severalReferrers) inDegree[target]!++;
  });
  return { targets: Uint32Array.from(lists.flat()), listedDegrees: Uint32Array.from(listedDegrees) };
}
