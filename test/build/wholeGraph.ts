import type { WholeGraph } from "../../analyzer/heap/graph/dominators/foldGraph";
import type { PartEdges } from "../../analyzer/heap/hprof/index/edgePass";
import type { Part } from "../../analyzer/heap/hprof/index/scanPass";
import type { TextGraph } from "./graphText";

/** A graph as the edge pass would leave it: all nodes objects of one class whose class object is a root. */
export function wholeGraphOf(graph: TextGraph, partLength = graph.edges.length): WholeGraph {
  const count = graph.edges.length;
  const outDegree = new Uint8Array(count);
  const state = new Uint8Array(count);
  const parts: Part[] = [];
  const edges: PartEdges[] = [];
  for (let first = 0; first < count; first += partLength) {
    const objects = Math.min(partLength, count - first);
    const targets: number[] = [];
    const listedObjects: number[] = [];
    const listedDegrees: number[] = [];
    for (let node = first; node < first + objects; node++) {
      const own = graph.edges[node]!.filter((target) => target !== node);
      outDegree[node] = Math.min(255, own.length);
      if (own.length >= 255) {
        listedObjects.push(node);
        listedDegrees.push(own.length);
      }
      for (const target of own) if (state[target]! < 2) state[target]!++;
      for (const target of own) targets.push(target);
    }
    parts.push({ start: 0, end: 0, firstObject: first, objects });
    edges.push({
      part: parts.length - 1,
      targets: Uint32Array.from(targets),
      listedObjects: Uint32Array.from(listedObjects),
      listedDegrees: Uint32Array.from(listedDegrees),
      bigArrays: new Uint32Array(0),
      bigArrayBytes: new Float64Array(0),
    });
  }
  return {
    nodeCount: count,
    objectCount: count,
    parts,
    edges,
    outDegree,
    state,
    classByObject: new Uint16Array(count),
    classEdge: Int32Array.of(-1),
    extraEdges: new Map(),
  };
}
