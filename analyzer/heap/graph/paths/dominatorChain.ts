import type { Graph } from "../graph";
import { isObject, type ObjectIndex } from "../nodes";

/** The immediate dominator when it is an object; undefined also when dominators were left out. */
export function dominatorOf(graph: Graph, object: ObjectIndex): ObjectIndex | undefined {
  if (!graph.hasDominators) return undefined;
  const dominator = graph.immediateDominatorOf(object);
  return isObject(dominator) ? dominator : undefined;
}

/** True when `ancestor` is on the dominator chain above `object` or is the object itself. */
export function isDominatedBy(graph: Graph, object: ObjectIndex, ancestor: ObjectIndex): boolean {
  for (const step of dominatorChain(graph, object)) if (step === ancestor) return true;
  return false;
}

/** The object, its immediate dominator, and so on up to the virtual root's child. */
export function* dominatorChain(graph: Graph, object: ObjectIndex): Generator<ObjectIndex> {
  let current: ObjectIndex | undefined = object;
  for (let guard = graph.nodeCount; current !== undefined && guard > 0; guard--) {
    yield current;
    current = dominatorOf(graph, current);
  }
}

/** Dominators walked over for one sum, in all. */
const maximumWalked = 5_000_000;

/**
 * What would be freed with all of these objects together: each byte once, also when one of them is listed twice or lies
 * below another.
 */
export function retainedTogether(graph: Graph, objects: Iterable<ObjectIndex>): number {
  const listed = new Set(objects);
  /** Objects known to lie below a listed one, and those known not to. */
  const inside = new Map<ObjectIndex, boolean>();
  let walked = 0;
  let bytes = 0;
  for (const object of listed) {
    const passed: ObjectIndex[] = [];
    let isInside = false;
    for (let at = dominatorOf(graph, object); at !== undefined; at = dominatorOf(graph, at)) {
      // A walk that was given up counts as inside: a sum may be too small, never more than there is.
      const known = listed.has(at) || ++walked > maximumWalked ? true : inside.get(at);
      if (known !== undefined) {
        isInside = known;
        break;
      }
      passed.push(at);
    }
    for (const at of passed) inside.set(at, isInside);
    if (!isInside) bytes += graph.retainedSizeOf(object);
  }
  return bytes;
}
