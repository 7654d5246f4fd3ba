import type { Work } from "../../../base/work";
import type { ClassIndex, Heap } from "../../heap";
import { reachableBytesOf } from "../rootFacts";
import { type CollectionSizeRow, collectionSizes } from "./collectionSizes";
import { dominatorPaths, type PathNode } from "./dominatorPaths";
import { stableName } from "./stableName";

/** Figures of one class, loaders merged: addresses and loaders change from run to run, names do not. */
export interface ClassFigures {
  readonly name: string;
  readonly objects: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
}

/**
 * What is compared of a dump: plain data without addresses, small enough to send between processes whatever the
 * size of the heap.
 */
export interface HeapProfile {
  readonly reachableBytes: number;
  readonly objects: number;
  readonly classes: readonly ClassFigures[];
  /** Merged dominator paths, parents before children. */
  readonly paths: readonly PathNode[];
  readonly collections: readonly CollectionSizeRow[];
}

export function heapProfile(heap: Heap, work: Work): HeapProfile {
  const reachableBytes = reachableBytesOf(heap);
  return {
    reachableBytes,
    objects: heap.instanceCount,
    classes: classFigures(heap),
    paths: dominatorPaths(heap, reachableBytes, work),
    collections: collectionSizes(heap, work),
  };
}

function classFigures(heap: Heap): ClassFigures[] {
  const byName = new Map<string, { objects: number; shallowBytes: number; retainedBytes: number }>();
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const objects = heap.classes.instanceCountOf(type);
    if (objects === 0) continue;
    const name = stableName(heap.classes.nameOf(type));
    const row = byName.get(name) ?? { objects: 0, shallowBytes: 0, retainedBytes: 0 };
    row.objects += objects;
    row.shallowBytes += heap.classes.shallowBytesOf(type);
    row.retainedBytes += heap.classes.retainedBytesOf(type) ?? 0;
    byName.set(name, row);
  }
  return [...byName].map(([name, row]) => ({ name, ...row }));
}
