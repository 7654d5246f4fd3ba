import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import { type ObjectIndex, virtualRoot } from "../nodes";

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
  const open = bigChildren(virtualRoot);
  for (let guard = maximumWalk; open.length > 0 && guard > 0; guard--) {
    work.throwIfCancelled();
    const object = open.pop()!;
    const children = bigChildren(object);
    const kept = children.reduce((sum, child) => sum + graph.retainedSizeOf(child), 0);
    if (kept >= followedShare * graph.retainedSizeOf(object) || passesOn(object)) {
      for (const child of children) open.push(child);
    } else found.push(object);
  }
  return found;
}
