import { csrOf } from "../../analyzer/heap/graph/edges/csr";
import type { MemoryGraph } from "../../analyzer/heap/graph/memory/memoryGraph";
import type { TextGraph } from "./graphText";

/** A text graph as an adapter would give it: node n has `sizeOf(n)` bytes and type `typeOf(n)`. */
export function memoryGraphOf(
  graph: TextGraph,
  typeNames: readonly string[],
  typeOf: (node: number) => number,
  sizeOf: (node: number) => number,
  weak: readonly (readonly [number, number])[] = [],
): MemoryGraph {
  const count = graph.edges.length;
  const edges = csrOf(count, (visit) => {
    graph.edges.forEach((targets, node) => {
      for (const target of targets) visit(node, target);
    });
  });
  const flags = new Uint8Array(edges.targets.length);
  for (const [from, target] of weak) {
    for (let edge = edges.starts[from]!; edge < edges.starts[from + 1]!; edge++) {
      if (edges.targets[edge] === target) flags[edge] = 1;
    }
  }
  return {
    typeNames,
    typeByObject: Uint16Array.from({ length: count }, (_, node) => typeOf(node)),
    shallowBytes: Float64Array.from({ length: count }, (_, node) => sizeOf(node)),
    edges,
    ...(weak.length === 0 ? {} : { weak: flags }),
    roots: Uint32Array.from(graph.roots),
  };
}
