import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import { type ObjectIndex, virtualRoot } from "../nodes";
import { linksOf, objectsInLink } from "./chains";

/** An object must keep this share of the heap to be a suspect by size alone. */
export const leastSuspectShare = 0.2;
const leastBytes = 1024 * 1024;
/** The walk goes on while one child keeps this share of its parent. */
const followedShare = 0.75;
const maximumWalk = 200;
/** A node none of whose children is big is where memory piles up. */
const childrenLooked = 50;

/** What an object must retain to be a suspect by size alone. */
export function leastSuspectBytes(totalBytes: number): number {
  return Math.max(leastBytes, leastSuspectShare * totalBytes);
}

/**
 * Walks down from the biggest dominators to where their memory piles up: objects that keep much, none of whose children
 * does.
 * @param passesOn objects that only pass on what they hold, such as loaders: their children count instead
 */
export function accumulations(
  graph: Graph,
  totalBytes: number,
  passesOn: (object: ObjectIndex) => boolean,
  work: Work,
): ObjectIndex[] {
  const least = leastSuspectBytes(totalBytes);
  const bigChildren = (parent: ObjectIndex | typeof virtualRoot): ObjectIndex[] =>
    graph.dominatedBy(parent, 0, childrenLooked).filter((child) => graph.retainedSizeOf(child) >= least);
  const found: ObjectIndex[] = [];
  const open = bigChildren(virtualRoot).map((object): Step => ({ object, above: [] }));
  for (let guard = maximumWalk; open.length > 0 && guard > 0; guard--) {
    work.throwIfCancelled();
    const { object, above } = open.pop()!;
    const first = firstLinkOf(graph, object, above);
    if (first !== undefined) {
      const end = endOfChain(graph, object, work);
      if (graph.retainedSizeOf(end) < spreadShare * graph.retainedSizeOf(first)) found.push(first);
      else open.push({ object: end, above: [] });
      continue;
    }
    const children = bigChildren(object);
    const kept = children.reduce((sum, child) => sum + graph.retainedSizeOf(child), 0);
    if (kept >= followedShare * graph.retainedSizeOf(object) || passesOn(object)) {
      const ways = children.length === 1 ? [...above, object] : [];
      for (const child of children) open.push({ object: child, above: ways });
    } else found.push(object);
  }
  return found;
}

/** Where the walk is, and what it came through while one child had it all. */
interface Step {
  readonly object: ObjectIndex;
  readonly above: readonly ObjectIndex[];
}

/** So many objects of a type one below the other are a chain, as of nodes or of arrays that each hold the next. */
const leastAlike = 16;
/** Memory is in the links of a chain, not behind it, when less than this is left where it was followed to. */
const spreadShare = 0.5;
/** Where the chain begins that has led to an object; undefined when it is too short to be one. */
function firstLinkOf(
  graph: Graph,
  object: ObjectIndex,
  above: readonly ObjectIndex[],
): ObjectIndex | undefined {
  let first = object;
  let links = 0;
  let between = 0;
  for (let at = above.length - 1; at >= 0 && between < objectsInLink; at--, between++) {
    if (graph.typeOf(above[at]!) !== graph.typeOf(object)) continue;
    first = above[at]!;
    links++;
    between = -1;
  }
  return links < leastAlike ? undefined : first;
}

/** The last object of a chain, or the first that keeps less than half of its memory. */
function endOfChain(graph: Graph, start: ObjectIndex, work: Work): ObjectIndex {
  const half = spreadShare * graph.retainedSizeOf(start);
  let end = start;
  let links = 0;
  for (const link of linksOf(graph, start)) {
    if (links++ % 1024 === 0) work.throwIfCancelled();
    end = link;
    if (graph.retainedSizeOf(end) < half) break;
  }
  return end;
}
