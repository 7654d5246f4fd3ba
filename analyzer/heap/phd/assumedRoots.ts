import type { Csr } from "../graph/edges/csr";

/** Why a node is taken for a root. */
export const assumedRoot = { class: 1, thread: 2, unreferenced: 3, ring: 4 } as const;

/**
 * Roots of a graph whose dump names none and holds live objects only: classes, threads, what nothing refers to, and of
 * every ring that nothing outside refers to one object. All objects are reachable from them.
 * @param certain by node what it is a root as in any case, 0 for others
 * @returns by node why it is a root, 0 for others
 */
export function assumedRootsOf({ starts, targets }: Csr, certain: Uint8Array): Uint8Array {
  const nodeCount = starts.length - 1;
  const roots = certain.slice();
  const isReferenced = new Uint8Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      if (targets[edge] !== node) isReferenced[targets[edge]!] = 1;
    }
  }
  const isReached = new Uint8Array(nodeCount);
  const stack = new Uint32Array(nodeCount);
  const nextEdge = new Uint32Array(nodeCount);
  /** Walks depth first over what is not reached yet; `left` is called for each node behind all it refers to. */
  function reachFrom(from: number, left?: (node: number) => void): void {
    if (isReached[from] === 1) return;
    let depth = 0;
    const enter = (node: number): void => {
      isReached[node] = 1;
      nextEdge[node] = starts[node]!;
      stack[depth++] = node;
    };
    enter(from);
    while (depth > 0) {
      const node = stack[depth - 1]!;
      let edge = nextEdge[node]!;
      const end = starts[node + 1]!;
      while (edge < end && isReached[targets[edge]!] === 1) edge++;
      nextEdge[node] = edge + 1;
      if (edge < end) enter(targets[edge]!);
      else {
        depth--;
        left?.(node);
      }
    }
  }

  for (let node = 0; node < nodeCount; node++) {
    if (roots[node] === 0 && isReferenced[node] === 0) roots[node] = assumedRoot.unreferenced;
    if (roots[node] !== 0) reachFrom(node);
  }
  // What is left are rings and what hangs off them. Left last, walking depth first, is a node that reaches all of the
  // others of its walk and that only its own ring can reach: the walk is made anew in that order.
  const before = isReached.slice();
  const leftOrder: number[] = [];
  for (let node = 0; node < nodeCount; node++) reachFrom(node, (one) => leftOrder.push(one));
  isReached.set(before);
  for (let at = leftOrder.length - 1; at >= 0; at--) {
    const node = leftOrder[at]!;
    if (isReached[node] === 1) continue;
    roots[node] = assumedRoot.ring;
    reachFrom(node);
  }
  return roots;
}
