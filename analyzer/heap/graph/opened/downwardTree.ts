import type { Work } from "../../../base/work";
import { type Csr, csrOf } from "../edges/csr";
import type { Graph } from "../graph";
import { isObject, type ObjectIndex, unreachable, virtualRoot } from "../nodes";

/**
 * The whole dominator tree turned downwards, children in index order; the virtual root is node `nodeCount`. For passes
 * that visit every node: 8 bytes a node while such a pass runs. Single questions ask `dominatedBy`, which keeps nothing.
 */
export type DownwardTree = Csr;

const stride = 1 << 16;

export function downwardTree(graph: Graph, work: Work): DownwardTree {
  const { nodeCount } = graph;
  return csrOf(nodeCount + 1, (visit) => {
    for (let node = 0; node < nodeCount; node++) {
      if (node % stride === 0) work.throwIfCancelled();
      const dominator = graph.immediateDominatorOf(node as ObjectIndex);
      if (dominator !== unreachable) visit(isObject(dominator) ? dominator : nodeCount, node);
    }
  });
}

/** Objects that `node` (or the virtual root) dominates directly, in index order. */
export function childrenIn(
  { starts, targets }: DownwardTree,
  node: ObjectIndex | typeof virtualRoot,
): Uint32Array {
  const at = node === virtualRoot ? starts.length - 2 : node;
  return targets.subarray(starts[at]!, starts[at + 1]!);
}
