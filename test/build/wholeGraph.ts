import {
  type GraphColumns,
  type NodePart,
  type PartEdges,
  partOfLists,
} from "../../analyzer/heap/graph/edges/graphColumns";
import type { TextGraph } from "./graphText";

/** A graph as an adapter would hand it over: all nodes objects of one type that is itself a root. */
export function wholeGraphOf(graph: TextGraph, partLength = graph.edges.length): GraphColumns {
  const count = graph.edges.length;
  const outDegree = new Uint8Array(count);
  const state = new Uint8Array(count);
  const parts: NodePart[] = [];
  const edges: PartEdges[] = [];
  for (let first = 0; first < count; first += partLength) {
    const lists = graph.edges
      .slice(first, first + partLength)
      .map((targets, k) => targets.filter((target) => target !== first + k));
    parts.push({ firstObject: first, objects: lists.length });
    edges.push(partOfLists(lists, first, outDegree, state));
  }
  return {
    nodeCount: count,
    instanceCount: count,
    typeCount: 1,
    typeByObject: new Uint16Array(count),
    typeOfTypes: 0,
    typeEdge: Int32Array.of(-1),
    parts,
    edges,
    outDegree,
    state,
    extraEdges: new Map(),
    roots: Uint32Array.from(new Set(graph.roots)),
  };
}
