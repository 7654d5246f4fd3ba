import type { Work } from "../../../base/work";
import type { ClassIndex, Heap } from "../../heap";
import { reachableBytesOf } from "../paths/rootFacts";
import { type CollectionSizeRow, collectionSizes } from "./collectionSizes";
import { dominatorPaths, type PathNode } from "./dominatorPaths";
import { stableName } from "./stableName";

/** Figures of one class, loaders merged: addresses and loaders change from run to run, names do not. */
export interface ClassFigures {
  readonly name: string;
  readonly objects: number;
  readonly shallowBytes: number;
  /** Absent without dominators. */
  readonly retainedBytes?: number;
}

/**
 * What is compared of a dump: plain data without addresses, small enough to send between processes whatever the
 * size of the heap.
 */
export interface HeapProfile {
  /** Absent without dominators. */
  readonly reachableBytes?: number;
  /** Of all objects, reachable or not. */
  readonly shallowBytes: number;
  readonly objects: number;
  readonly classes: readonly ClassFigures[];
  /** Merged dominator paths, parents before children; none without dominators. */
  readonly paths: readonly PathNode[];
  readonly collections: readonly CollectionSizeRow[];
}

export function heapProfile(heap: Heap, work: Work): HeapProfile {
  const classes = classFigures(heap);
  const always = {
    shallowBytes: classes.reduce((sum, row) => sum + row.shallowBytes, 0),
    objects: heap.instanceCount,
    classes,
    collections: collectionSizes(heap, work),
  };
  if (!heap.hasDominators) return { ...always, paths: [] };
  const reachableBytes = reachableBytesOf(heap);
  return { ...always, reachableBytes, paths: dominatorPaths(heap, reachableBytes, work) };
}

function classFigures(heap: Heap): ClassFigures[] {
  const byName = new Map<string, { objects: number; shallowBytes: number; retainedBytes?: number }>();
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const objects = heap.classes.instanceCountOf(type);
    if (objects === 0) continue;
    const name = stableName(heap.classes.nameOf(type));
    const row = byName.get(name) ?? { objects: 0, shallowBytes: 0 };
    row.objects += objects;
    row.shallowBytes += heap.classes.shallowBytesOf(type);
    const retainedBytes = heap.classes.retainedBytesOf(type);
    if (retainedBytes !== undefined) row.retainedBytes = (row.retainedBytes ?? 0) + retainedBytes;
    byName.set(name, row);
  }
  return [...byName].map(([name, row]) => ({ name, ...row }));
}
