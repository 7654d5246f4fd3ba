import type { Work } from "../../../base/work";
import type { DescribedGraph, ReferenceFilter } from "../describedGraph";
import type { GraphReference } from "../graph";
import type { ObjectIndex } from "../nodes";
import { perGraph } from "../perGraph";
import { dominatorChain } from "./dominatorChain";

export interface PathSearch {
  readonly maximumPaths: number;
  /** Which references count. */
  readonly allows: ReferenceFilter;
  /** Objects that are as good as roots: a search ends there too. */
  readonly isEnd?: (object: ObjectIndex) => boolean;
  /** Objects visited before the search gives up. */
  readonly maximumVisited?: number;
}

/** One object on the way from a root to the target, with the reference to the next one. */
export interface RootPathStep {
  readonly object: ObjectIndex;
  /** How this object refers to the next; undefined for the target itself. */
  readonly reference?: GraphReference;
}

export interface RootPath {
  /** What kind of root the first step is; empty for what is as good as one. */
  readonly roots: readonly string[];
  readonly steps: readonly RootPathStep[];
}

export interface RootPaths {
  readonly paths: readonly RootPath[];
  /** False when the search stopped at its limit: there may be more, or shorter, paths. */
  readonly complete: boolean;
  /** True when only the dominators could be named, because the search gave up before it met a root. */
  readonly dominatorsOnly: boolean;
}

/** What a search remembers at most: enough for any sensible distance, little enough for any heap. */
const defaultMaximumVisited = 400_000;

const rootObjects = perGraph(
  (graph: DescribedGraph): ReadonlySet<ObjectIndex> => new Set(graph.roots.map(({ object }) => object)),
);

/**
 * Shortest paths from GC roots to an object, one per root, the shortest first: a breadth-first search backwards.
 * An object no root reaches has none. Cost is the part of the heap nearer to the object than the roots found.
 */
export function shortestPaths(
  graph: DescribedGraph,
  target: ObjectIndex,
  { maximumPaths, allows, isEnd, maximumVisited = defaultMaximumVisited }: PathSearch,
  work: Work,
): RootPaths {
  graph.listReferrers(work);
  const roots = rootObjects(graph);
  /** Next object towards the target. */
  const towards = new Map<ObjectIndex, ObjectIndex>();
  const queue: ObjectIndex[] = [target];
  const ends: ObjectIndex[] = [];
  const seen = new Set<ObjectIndex>([target]);
  let complete = true;
  for (let head = 0; head < queue.length && ends.length < maximumPaths; head++) {
    if (head % 256 === 0) {
      work.throwIfCancelled();
      work.report("Searching for roots", Math.min(1, seen.size / maximumVisited));
    }
    const object = queue[head]!;
    if (roots.has(object) || isEnd?.(object)) {
      ends.push(object);
      continue;
    }
    for (const referrer of graph.referrersOf(object)) {
      if (seen.has(referrer) || !allows(referrer, object)) continue;
      if (seen.size >= maximumVisited) {
        complete = false;
        break;
      }
      seen.add(referrer);
      towards.set(referrer, object);
      queue.push(referrer);
    }
  }
  if (ends.length === 0 && !complete && graph.hasDominators && !graph.isKnownGarbage(target)) {
    const objects = [...dominatorChain(graph, target)].reverse();
    return { paths: [pathAlong(graph, objects)], complete, dominatorsOnly: true };
  }
  return {
    paths: ends.map((end) => pathAlong(graph, objectsFrom(end, target, towards))),
    complete,
    dominatorsOnly: false,
  };
}

function objectsFrom(
  end: ObjectIndex,
  target: ObjectIndex,
  towards: ReadonlyMap<ObjectIndex, ObjectIndex>,
): ObjectIndex[] {
  const objects = [end];
  for (let at = end; at !== target; ) {
    at = towards.get(at)!;
    objects.push(at);
  }
  return objects;
}

function pathAlong(graph: DescribedGraph, objects: readonly ObjectIndex[]): RootPath {
  const steps = objects.map((object, position) => {
    const next = objects[position + 1];
    const reference = next === undefined ? undefined : graph.referenceBetween(object, next);
    return reference === undefined ? { object } : { object, reference };
  });
  return { roots: graph.rootsInWords(objects[0]!), steps };
}
