import type { Work } from "../../../base/work";
import { popCount } from "../bits";
import { othersAmong } from "./csr";
import { listedDegree, type NodePart, type PartEdges } from "./graphColumns";

/**
 * Who refers to whom, for the nodes of which something else does not tell it already: in a heap most objects have one
 * referrer, and that is their dominator. Structured-cloneable.
 */
export interface ReferrerLists {
  /** A bit for every node: whether it has a list. */
  readonly isListed: Uint32Array;
  /** Lists of nodes below each word of {@link isListed}. */
  readonly ranks: Uint32Array;
  /** Of the k-th list: `referrers[starts[k] … starts[k+1])`, as the edges came by. */
  readonly starts: Uint32Array;
  readonly referrers: Uint32Array;
}

/** Edges as the workers of a pass read them, to be turned around. */
export interface EdgesToTurn {
  readonly nodeCount: number;
  readonly parts: readonly NodePart[];
  /** By part. */
  readonly edges: readonly PartEdges[];
  readonly outDegree: Uint8Array;
  /** Referrers per node, saturating at two. */
  readonly inDegree: Uint8Array;
  /** Edges beyond those in {@link edges}. */
  readonly extraEdges: ReadonlyMap<number, readonly number[]>;
  /** True for a node whose only referrer is known otherwise. */
  readonly isKnown: (node: number) => boolean;
}

/** Counts, adds up and fills, as `csrOf` does, but lists only what is not known otherwise. */
export function turnAround(graph: EdgesToTurn, work: Work): ReferrerLists {
  const { isListed, ranks, lists } = chooseNodes(graph);
  // Counted two cells further, so that after filling each start is in its own cell.
  const starts = new Uint32Array(lists + 2);
  const listOf = (node: number): number => rankOf(isListed, ranks, node);
  const step = "Listing who refers to whom";
  const { edges, extraEdges } = graph;
  edges.forEach(({ targets }, part) => {
    work.throwIfCancelled();
    work.report(step, part / (2 * edges.length));
    for (let k = 0; k < targets.length; k++) {
      const target = targets[k]!;
      if (((isListed[target >>> 5]! >>> (target & 31)) & 1) !== 0) starts[listOf(target) + 2]!++;
    }
  });
  for (const held of extraEdges.values())
    for (const target of held) if (hasList(isListed, target)) starts[listOf(target) + 2]!++;
  for (let list = 2; list < starts.length; list++) starts[list]! += starts[list - 1]!;
  const referrers = new Uint32Array(starts[lists + 1]!);
  const add = (from: number, target: number): void => {
    referrers[starts[listOf(target) + 1]!++] = from;
  };
  edges.forEach((each, part) => {
    work.throwIfCancelled();
    work.report(step, (edges.length + part) / (2 * edges.length));
    fillPart(graph, graph.parts[part]!, each, isListed, add);
  });
  for (const [from, held] of extraEdges)
    for (const target of held) if (hasList(isListed, target)) add(from, target);
  return { isListed, ranks, starts: starts.subarray(0, lists + 1), referrers };
}

function fillPart(
  { outDegree }: EdgesToTurn,
  { firstObject, objects }: NodePart,
  { targets, listedDegrees }: PartEdges,
  isListed: Uint32Array,
  add: (from: number, target: number) => void,
): void {
  let at = 0;
  let big = 0;
  for (let from = firstObject; from < firstObject + objects; from++) {
    const degree = outDegree[from]!;
    for (const end = at + (degree === listedDegree ? listedDegrees[big++]! : degree); at < end; at++) {
      const target = targets[at]!;
      if (((isListed[target >>> 5]! >>> (target & 31)) & 1) !== 0) add(from, target);
    }
  }
}

function chooseNodes({ nodeCount, inDegree, isKnown }: EdgesToTurn) {
  const isListed = new Uint32Array((nodeCount + 31) >>> 5);
  const ranks = new Uint32Array(isListed.length);
  let lists = 0;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & 31) === 0) ranks[node >>> 5] = lists;
    const degree = inDegree[node]!;
    if (degree === 0 || (degree === 1 && isKnown(node))) continue;
    isListed[node >>> 5]! |= 1 << (node & 31);
    lists++;
  }
  return { isListed, ranks, lists };
}

function hasList(isListed: Uint32Array, node: number): boolean {
  return ((isListed[node >>> 5]! >>> (node & 31)) & 1) !== 0;
}

function rankOf(isListed: Uint32Array, ranks: Uint32Array, node: number): number {
  return ranks[node >>> 5]! + popCount(isListed[node >>> 5]! & ~(-1 << (node & 31)));
}

/** Of a node, ascending, each once, itself left out; undefined when it has no list. */
export function referrersListed(
  { isListed, ranks, starts, referrers }: ReferrerLists,
  node: number,
): number[] | undefined {
  if (!hasList(isListed, node)) return undefined;
  const list = rankOf(isListed, ranks, node);
  return othersAmong(referrers, starts[list]!, starts[list + 1]!, node);
}
