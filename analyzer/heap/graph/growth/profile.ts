import type { Work } from "../../../base/work";
import type { DescribedGraph } from "../describedGraph";
import type { Graph } from "../graph";
import { type TypeIndex, virtualRoot } from "../nodes";
import { perGraph } from "../perGraph";
import { dominatorPaths, type OwnerField, type PathNode } from "./dominatorPaths";

/** Figures of one type, types of one name merged: addresses and loaders change from run to run, names do not. */
export interface TypeFigures {
  readonly name: string;
  readonly objects: number;
  readonly shallowBytes: number;
  /** Absent without dominators. */
  readonly retainedBytes?: number;
}

/** Collections of one class held by one field. */
export interface CollectionSizeRow {
  readonly className: string;
  /** Field that leads to them; absent when none was found. */
  readonly field?: OwnerField;
  readonly collections: number;
  readonly elements: number;
  /** Absent without dominators. */
  readonly retainedBytes?: number;
}

/**
 * What is compared of a dump: plain data without addresses, small enough to send between processes whatever the
 * size of the heap.
 */
export interface GraphProfile {
  /** Absent without dominators. */
  readonly reachableBytes?: number;
  /** Of all objects, reachable or not. */
  readonly shallowBytes: number;
  readonly objects: number;
  readonly classes: readonly TypeFigures[];
  /** Merged dominator paths, parents before children; none without dominators. */
  readonly paths: readonly PathNode[];
  /** None where collections are not known. */
  readonly collections: readonly CollectionSizeRow[];
}

/** Bytes of everything a GC root reaches: the retained sizes of the dominator tree's first level. */
export const reachableBytesOf = perGraph((graph: Graph): number => {
  let bytes = 0;
  for (const node of graph.dominatedNodes(virtualRoot)) bytes += graph.retainedSizeOf(node as never);
  return bytes;
});

export function graphProfile(
  graph: DescribedGraph,
  work: Work,
  collections: readonly CollectionSizeRow[] = [],
): GraphProfile {
  const classes = typeFigures(graph);
  const always = {
    shallowBytes: classes.reduce((sum, row) => sum + row.shallowBytes, 0),
    objects: graph.instanceCount,
    classes,
    collections,
  };
  if (!graph.hasDominators) return { ...always, paths: [] };
  const reachableBytes = reachableBytesOf(graph);
  return { ...always, reachableBytes, paths: dominatorPaths(graph, reachableBytes, work) };
}

function typeFigures({ types, stableName }: DescribedGraph): TypeFigures[] {
  const byName = new Map<string, { objects: number; shallowBytes: number; retainedBytes?: number }>();
  for (let index = 0; index < types.count; index++) {
    const type = index as TypeIndex;
    const objects = types.instanceCountOf(type);
    if (objects === 0) continue;
    const name = stableName(types.nameOf(type));
    const row = byName.get(name) ?? { objects: 0, shallowBytes: 0 };
    row.objects += objects;
    row.shallowBytes += types.shallowBytesOf(type);
    const retainedBytes = types.retainedBytesOf(type);
    if (retainedBytes !== undefined) row.retainedBytes = (row.retainedBytes ?? 0) + retainedBytes;
    byName.set(name, row);
  }
  return [...byName].map(([name, row]) => ({ name, ...row }));
}
