import { popCount } from "../bits";
import { type GraphColumns, listedDegree } from "../edges/graphColumns";
import type { CoreGraph } from "./coreGraph";
import { hasTypeEdge, isInCore, nodeState } from "./fold";

/** Which nodes are in the core, as [nodes before the word, one bit per node] per 32 nodes. */
export type CoreRanks = Uint32Array;

export function rankCore(graph: GraphColumns): { readonly ranks: CoreRanks; readonly count: number } {
  const { state, nodeCount } = graph;
  const ranks = new Uint32Array(new SharedArrayBuffer(8 * (Math.ceil(nodeCount / 32) + 1)));
  let count = 0;
  for (let node = 0; node < nodeCount; node += 32) {
    let bits = 0;
    const upto = Math.min(32, nodeCount - node);
    for (let k = 0; k < upto; k++) if (isInCore(state[node + k]!)) bits |= 1 << k;
    const word = node / 16;
    ranks[word] = count;
    ranks[word + 1] = bits;
    count += popCount(bits);
  }
  return { ranks, count };
}

/** Core node of a node that is in the core. */
export function coreNodeOf(ranks: CoreRanks, node: number): number {
  const word = (node >>> 5) * 2;
  return ranks[word]! + popCount(ranks[word + 1]! & ((1 << (node & 31)) - 1));
}

/** Place of a node that is not in the core among those that are not. */
export function outerNodeOf(ranks: CoreRanks, node: number): number {
  return node - coreNodeOf(ranks, node);
}

/** Nodes by core node. */
export function nodesOfCore(ranks: CoreRanks, count: number): Uint32Array {
  const nodes = new Uint32Array(count);
  let core = 0;
  for (let word = 0; word < ranks.length; word += 2) {
    let bits = ranks[word + 1]!;
    while (bits !== 0) {
      const lowest = bits & -bits;
      nodes[core++] = word * 16 + (31 - Math.clz32(lowest));
      bits = (bits & (bits - 1)) >>> 0;
    }
  }
  return nodes;
}

/** Edges of the core that begin in a part. */
export function countPartEdges(graph: GraphColumns, index: number): number {
  const { parts, edges, outDegree, state } = graph;
  const { firstObject, objects } = parts[index]!;
  const { targets, listedDegrees } = edges[index]!;
  let listed = 0;
  let cursor = 0;
  let count = 0;
  for (let node = firstObject; node < firstObject + objects; node++) {
    let degree = outDegree[node]!;
    if (degree === listedDegree) degree = listedDegrees[listed++]!;
    const upto = cursor + degree;
    if (isInCore(state[node]!)) {
      for (; cursor < upto; cursor++) {
        const is = state[targets[cursor]!]!;
        if (is < nodeState.folded || is === nodeState.kept) count++;
      }
      if (hasTypeEdge(graph, node)) count++;
    }
    cursor = upto;
  }
  for (const [node, extra] of graph.extraEdges) {
    if (node < firstObject || node >= firstObject + objects || !isInCore(state[node]!)) continue;
    for (const target of extra) if (state[target] !== nodeState.root) count++;
  }
  return count;
}

/**
 * Writes the core's edges of one part, and the dominator of every folded node a node of the part refers to.
 * @param firstEdge where the part's edges begin in the core's targets
 * @param outerDominator node + 1 of the dominator, by {@link outerNodeOf}: the core's nodes have no room there yet
 */
export function emitPart(
  graph: GraphColumns,
  index: number,
  ranks: CoreRanks,
  core: Pick<CoreGraph, "cells" | "targets">,
  firstEdge: number,
  outerDominator: Uint32Array,
): void {
  const { parts, edges, outDegree, state, typeByObject, typeEdge, instanceCount, extraEdges } = graph;
  const { firstObject, objects } = parts[index]!;
  const { targets, listedDegrees } = edges[index]!;
  const { cells, targets: coreTargets } = core;
  const hasExtra = extraEdges.size > 0;
  let listed = 0;
  let cursor = 0;
  let edge = firstEdge;
  let coreNode = coreNodeOf(ranks, firstObject);
  for (let node = firstObject; node < firstObject + objects; node++) {
    let degree = outDegree[node]!;
    if (degree === listedDegree) degree = listedDegrees[listed++]!;
    const upto = cursor + degree;
    const own = state[node]!;
    if (own === nodeState.unreferenced) {
      cursor = upto;
      continue;
    }
    const inCore = own < nodeState.folded || own >= nodeState.kept;
    if (inCore) cells[2 * coreNode++] = edge;
    for (; cursor < upto; cursor++) {
      const target = targets[cursor]!;
      const is = state[target]!;
      if (is >= nodeState.folded && is < nodeState.kept)
        outerDominator[outerNodeOf(ranks, target)] = node + 1;
      else if (inCore && is !== nodeState.root) coreTargets[edge++] = coreNodeOf(ranks, target);
    }
    if (!inCore) continue;
    if (node < instanceCount && own !== nodeState.singleOfType) {
      const typeNode = typeEdge[typeByObject[node]!]!;
      if (typeNode >= 0) coreTargets[edge++] = coreNodeOf(ranks, typeNode);
    }
    // Nodes with extra edges are kept, or roots.
    if (!hasExtra || own < nodeState.kept) continue;
    for (const target of extraEdges.get(node) ?? []) {
      if (state[target] !== nodeState.root) coreTargets[edge++] = coreNodeOf(ranks, target);
    }
  }
}
