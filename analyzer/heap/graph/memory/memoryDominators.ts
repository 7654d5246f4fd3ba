import type { Work } from "../../../base/work";
import { computeDominators, type DominatorOptions } from "../computeDominators";
import type { DominatorColumns } from "../dominators/dominatorColumns";
import { type GraphColumns, listedDegree, type PartEdges, severalReferrers } from "../edges/graphColumns";
import type { Parallel } from "../parallel";
import type { MemoryGraph } from "./memoryGraph";

/** Dominators of a graph in memory, in this thread or in those of `parallel`. */
export function memoryDominators(
  graph: MemoryGraph,
  options: DominatorOptions,
  parallel: Parallel,
  work: Work,
): Promise<DominatorColumns> {
  const { shallowBytes } = graph;
  const unitBytes = unitOf(shallowBytes);
  const unitsByObject = (): Uint32Array => {
    const units = new Uint32Array(new SharedArrayBuffer(4 * shallowBytes.length));
    for (let node = 0; node < units.length; node++) units[node] = Math.ceil(shallowBytes[node]! / unitBytes);
    return units;
  };
  return computeDominators(
    graphColumnsOf(graph, work),
    { unitBytes, unitsByObject },
    options,
    parallel,
    work,
  );
}

/** The biggest of 8, 4, 2 and 1 that divides all sizes; more where a size would not fit its cell otherwise. */
function unitOf(sizes: Uint32Array | Float64Array): number {
  let bits = 0;
  let most = 0;
  for (let node = 0; node < sizes.length; node++) {
    const size = sizes[node]!;
    bits |= size % 8;
    if (size > most) most = size;
  }
  let unit = bits === 0 ? 8 : bits & -bits;
  while (most / unit > 0xfffffffe) unit *= 2;
  return unit;
}

/** Nodes of a part: enough parts for all workers, few enough that posting them costs nothing. */
const partObjects = 1 << 16;

function graphColumnsOf(graph: MemoryGraph, work: Work): GraphColumns {
  const nodeCount = graph.typeByObject.length;
  const outDegree = new Uint8Array(new SharedArrayBuffer(nodeCount));
  const state = new Uint8Array(new SharedArrayBuffer(nodeCount));
  const columns: GraphColumns = {
    nodeCount,
    instanceCount: nodeCount,
    typeCount: graph.typeNames.length,
    typeByObject: graph.typeByObject,
    typeOfTypes: 0,
    typeEdge: new Int32Array(graph.typeNames.length).fill(-1),
    parts: Array.from({ length: Math.ceil(nodeCount / partObjects) }, (_, part) => ({
      firstObject: part * partObjects,
      objects: Math.min(partObjects, nodeCount - part * partObjects),
    })),
    edges: [],
    outDegree,
    state,
    extraEdges: new Map(),
    roots: Uint32Array.from(new Set(graph.roots)),
  };
  for (const { firstObject, objects } of columns.parts) {
    work.throwIfCancelled();
    columns.edges.push(edgesBetween(graph, firstObject, firstObject + objects, outDegree, state));
  }
  return columns;
}

/** Strong edges of some nodes, to themselves left out. */
function edgesBetween(
  { edges, weak }: MemoryGraph,
  from: number,
  upto: number,
  outDegree: Uint8Array,
  inDegree: Uint8Array,
): PartEdges {
  const { starts, targets: all } = edges;
  const targets = new Uint32Array(new SharedArrayBuffer(4 * (starts[upto]! - starts[from]!)));
  const listedDegrees: number[] = [];
  let count = 0;
  for (let node = from; node < upto; node++) {
    const first = count;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const target = all[edge]!;
      if (target === node || weak?.[edge] === 1) continue;
      targets[count++] = target;
      if (inDegree[target]! < severalReferrers) inDegree[target]!++;
    }
    const degree = count - first;
    outDegree[node] = Math.min(listedDegree, degree);
    if (degree >= listedDegree) listedDegrees.push(degree);
  }
  return { targets: targets.subarray(0, count), listedDegrees: Uint32Array.from(listedDegrees) };
}
