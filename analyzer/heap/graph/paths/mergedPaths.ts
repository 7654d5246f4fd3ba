import type { Work } from "../../../base/work";
import type { DescribedGraph } from "../describedGraph";
import type { ObjectIndex, TypeIndex } from "../nodes";
import { type PathSearch, shortestPaths } from "./shortestPaths";

/** A node of the tree of paths from roots to many objects, merged by type and field. */
export interface MergedPathNode {
  readonly className: string;
  /** GraphReference by which the node above holds these; undefined for roots. */
  readonly field?: string;
  /** How many of the objects asked for are reached through here. */
  objects: number;
  /** Their retained bytes; absent without dominators. */
  retainedBytes?: number;
  /** Root kinds, on the first level. */
  readonly roots: readonly string[];
  readonly children: MergedPathNode[];
}

export interface MergedPaths {
  readonly roots: readonly MergedPathNode[];
  /** How many objects were followed of how many there are. */
  readonly followed: number;
  readonly total: number;
}

/**
 * Shortest paths to the instances of a type, merged where they run through the same types and fields.
 * The instances retaining most are followed when there are more than `maximumObjects`.
 */
export function mergedPathsToType(
  graph: DescribedGraph,
  type: TypeIndex,
  maximumObjects: number,
  search: Omit<PathSearch, "maximumPaths">,
  work: Work,
): MergedPaths {
  const objects = biggestInstances(graph, type, maximumObjects);
  const roots: MergedPathNode[] = [];
  for (const [position, object] of objects.entries()) {
    work.throwIfCancelled();
    work.report("Merging paths", position / objects.length);
    const path = shortestPaths(graph, object, { ...search, maximumPaths: 1 }, work).paths[0];
    if (path === undefined) continue;
    let level = roots;
    let field: string | undefined;
    for (const [depth, step] of path.steps.entries()) {
      const node = findOrAdd(level, graph.nameOf(step.object), field, depth === 0 ? path.roots : []);
      node.objects++;
      if (graph.hasDominators) {
        node.retainedBytes = (node.retainedBytes ?? 0) + graph.retainedSizeOf(object);
      }
      level = node.children;
      field = step.reference === undefined ? undefined : (step.reference.name ?? `[${step.reference.kind}]`);
    }
  }
  sortByRetained(roots);
  return { roots, followed: objects.length, total: graph.types.instanceCountOf(type) };
}

function findOrAdd(
  level: MergedPathNode[],
  className: string,
  field: string | undefined,
  roots: readonly string[],
): MergedPathNode {
  const known = level.find((node) => node.className === className && node.field === field);
  if (known !== undefined) return known;
  const node: MergedPathNode = {
    className,
    ...(field === undefined ? {} : { field }),
    objects: 0,
    roots,
    children: [],
  };
  level.push(node);
  return node;
}

function sortByRetained(roots: MergedPathNode[]): void {
  const levels = [roots];
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    level.sort((a, b) => (b.retainedBytes ?? 0) - (a.retainedBytes ?? 0) || b.objects - a.objects);
    for (const node of level) levels.push(node.children);
  }
}

/** The reachable instances of a type that retain most, at most `count` of them; without dominators, the biggest. */
export function biggestInstances(graph: DescribedGraph, type: TypeIndex, count: number): ObjectIndex[] {
  let kept: ObjectIndex[] = [];
  const sizeOf = graph.hasDominators ? graph.retainedSizeOf : graph.shallowSizeOf;
  const byRetained = (a: ObjectIndex, b: ObjectIndex) => sizeOf(b) - sizeOf(a);
  graph.forEachInstance(type, (object) => {
    if (!graph.isKnownGarbage(object)) kept.push(object);
    if (kept.length >= 4 * count + 1024) kept = kept.sort(byRetained).slice(0, count);
    return true;
  });
  return kept.sort(byRetained).slice(0, count);
}
