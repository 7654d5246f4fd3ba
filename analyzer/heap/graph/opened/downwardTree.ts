import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import { type ObjectIndex, unreachable, virtualRoot } from "../nodes";

/**
 * The whole dominator tree turned downwards, as CSR: for passes that visit every node. 8 bytes a node while such a
 * pass runs; single questions ask `dominatedBy`, which keeps nothing.
 */
export interface DownwardTree {
  /** Children of node n are `children[starts[n] … starts[n+1])`; the virtual root is node `nodeCount`. */
  readonly starts: Uint32Array;
  readonly children: Uint32Array;
}

const stride = 1 << 16;

export function downwardTree(graph: Graph, work: Work): DownwardTree {
  const { nodeCount } = graph;
  const starts = new Uint32Array(nodeCount + 3);
  const parentOf = (node: number): number => {
    if (node % stride === 0) work.throwIfCancelled();
    const dominator = graph.immediateDominatorOf(node as ObjectIndex);
    return dominator === virtualRoot ? nodeCount : dominator;
  };
  let edges = 0;
  for (let node = 0; node < nodeCount; node++) {
    const parent = parentOf(node);
    if (parent === unreachable) continue;
    starts[parent + 2]!++;
    edges++;
  }
  for (let node = 2; node < starts.length; node++) starts[node]! += starts[node - 1]!;
  const children = new Uint32Array(edges);
  for (let node = 0; node < nodeCount; node++) {
    const parent = parentOf(node);
    if (parent !== unreachable) children[starts[parent + 1]!++] = node;
  }
  return { starts: starts.subarray(0, nodeCount + 2), children };
}

/** Objects that `node` (or the virtual root) dominates directly, in index order. */
export function childrenIn(
  { starts, children }: DownwardTree,
  node: ObjectIndex | typeof virtualRoot,
): Uint32Array {
  const at = node === virtualRoot ? starts.length - 2 : node;
  return children.subarray(starts[at]!, starts[at + 1]!);
}
