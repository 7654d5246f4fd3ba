/** Adjacency in two columns: what belongs to node n is `targets[starts[n] … starts[n+1])`. */
export interface Csr {
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
}

/**
 * Builds adjacency by counting, adding up and filling: `walk` is called twice and visits the same edges in the same
 * order, which is the order of each node's targets.
 * @returns undefined when the columns would take more than `maximumBytes`
 */
export function csrOf(nodeCount: number, walk: (visit: (from: number, target: number) => void) => void): Csr;
export function csrOf(
  nodeCount: number,
  walk: (visit: (from: number, target: number) => void) => void,
  maximumBytes: number,
): Csr | undefined;
export function csrOf(
  nodeCount: number,
  walk: (visit: (from: number, target: number) => void) => void,
  maximumBytes = Number.POSITIVE_INFINITY,
): Csr | undefined {
  if (4 * nodeCount > maximumBytes) return undefined;
  // Counted two cells further, so that after filling each start is in its own cell.
  const starts = new Uint32Array(nodeCount + 2);
  let edges = 0;
  walk((from) => {
    starts[from + 2]!++;
    edges++;
  });
  if (4 * (nodeCount + edges) > maximumBytes) return undefined;
  for (let node = 2; node < starts.length; node++) starts[node]! += starts[node - 1]!;
  const targets = new Uint32Array(edges);
  walk((from, target) => {
    const at = starts[from + 1]!++;
    // Whatever the second walk finds more must not be written elsewhere.
    if (at < edges) targets[at] = target;
  });
  return { starts: starts.subarray(0, nodeCount + 1), targets };
}

/** The same edges the other way round: of each node those that refer to it, ascending. */
export function turnedAround({ starts, targets }: Csr): Csr {
  const nodeCount = starts.length - 1;
  return csrOf(nodeCount, (visit) => {
    for (let node = 0; node < nodeCount; node++) {
      for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) visit(targets[edge]!, node);
    }
  });
}

/** Targets of one node, ascending, each once, itself left out. */
export function othersOf({ starts, targets }: Csr, node: number): number[] {
  return othersAmong(targets, starts[node]!, starts[node + 1]!, node);
}

/** What is listed between two places, ascending, each once, one node left out. */
export function othersAmong(listed: Uint32Array, start: number, end: number, leftOut: number): number[] {
  const found: number[] = [];
  let last = -1;
  let isAscending = true;
  for (let at = start; at < end; at++) {
    const other = listed[at]!;
    if (other === leftOut || other === last) continue;
    if (other < last) isAscending = false;
    found.push(other);
    last = other;
  }
  return isAscending ? found : [...new Set(found)].sort((a, b) => a - b);
}
