import { rankedPositions } from "../../base/ranking";
import type { Work } from "../../base/work";
import type { ClassIndex, Heap, ObjectIndex, virtualRoot } from "../heap";

export type Parent = ObjectIndex | typeof virtualRoot;

export interface ChildrenQuery {
  readonly sort: "retainedBytes" | "shallowBytes" | "className";
  readonly descending: boolean;
  /** Only children of classes for which this holds; absent for all. */
  readonly accepts?: (type: ClassIndex) => boolean;
  readonly start: number;
  readonly count: number;
}

export interface ChildrenPage {
  readonly total: number;
  readonly objects: readonly ObjectIndex[];
}

/** How many objects a loop handles between two looks at the cancel flag. */
const stride = 65_536;

/** A part of what `parent` dominates directly, sorted and filtered. The usual order costs only the part. */
export function dominatorChildren(
  heap: Heap,
  parent: Parent,
  query: ChildrenQuery,
  work: Work,
): ChildrenPage {
  const { start, count, sort, descending, accepts } = query;
  const all = heap.dominatedCountOf(parent);
  if (accepts === undefined && sort === "retainedBytes") {
    if (descending) return { total: all, objects: heap.dominatedBy(parent, start, count) };
    const end = Math.max(0, all - start);
    const first = Math.max(0, end - count);
    return { total: all, objects: heap.dominatedBy(parent, first, end - first).reverse() };
  }
  const children = acceptedChildren(heap, parent, all, accepts, work);
  const total = children.length;
  if (sort === "retainedBytes") {
    if (!descending) children.reverse();
    return { total, objects: children.slice(start, start + count) };
  }
  const keys = sort === "shallowBytes" ? shallowKeys(heap, children) : classNameKeys(heap, children);
  const ranked = rankedPositions(keys, descending, start, count);
  return { total, objects: Array.from(ranked, (position) => children[position]!) };
}

function shallowKeys(heap: Heap, objects: readonly ObjectIndex[]): Float64Array {
  return Float64Array.from(objects, (object) => heap.shallowSizeOf(object));
}

/** Class names as numbers that sort alike. */
function classNameKeys(heap: Heap, objects: readonly ObjectIndex[]): Float64Array {
  const types = new Set(objects.map((object) => heap.classOf(object)));
  const named = [...types].map((type) => ({ type, name: heap.classes.nameOf(type) }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const rankOf = new Map(named.map(({ type }, rank) => [type, rank]));
  return Float64Array.from(objects, (object) => rankOf.get(heap.classOf(object))!);
}

/** All children that pass, biggest retained size first. */
function acceptedChildren(
  heap: Heap,
  parent: Parent,
  all: number,
  accepts: ChildrenQuery["accepts"],
  work: Work,
): ObjectIndex[] {
  const result: ObjectIndex[] = [];
  const verdicts = new Map<ClassIndex, boolean>();
  for (let start = 0; start < all; start += stride) {
    work.throwIfCancelled();
    for (const child of heap.dominatedBy(parent, start, stride)) {
      if (accepts === undefined || acceptsClass(heap.classOf(child), accepts, verdicts)) result.push(child);
    }
  }
  return result;
}

function acceptsClass(
  type: ClassIndex,
  accepts: (type: ClassIndex) => boolean,
  verdicts: Map<ClassIndex, boolean>,
): boolean {
  let verdict = verdicts.get(type);
  if (verdict === undefined) {
    verdict = accepts(type);
    verdicts.set(type, verdict);
  }
  return verdict;
}

/** All objects of one class among the children of `parent`, as one row. */
export interface ChildClass {
  readonly type: ClassIndex;
  readonly objects: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
}

/** What `parent` dominates directly, added up by class; in no particular order. */
export function dominatorChildClasses(heap: Heap, parent: Parent, work: Work): ChildClass[] {
  const sums = new Map<
    ClassIndex,
    { type: ClassIndex; objects: number; shallowBytes: number; retainedBytes: number }
  >();
  const all = heap.dominatedCountOf(parent);
  for (let start = 0; start < all; start += stride) {
    work.throwIfCancelled();
    for (const child of heap.dominatedBy(parent, start, stride)) {
      const type = heap.classOf(child);
      const sum = sums.get(type) ?? { type, objects: 0, shallowBytes: 0, retainedBytes: 0 };
      sum.objects++;
      sum.shallowBytes += heap.shallowSizeOf(child);
      sum.retainedBytes += heap.retainedSizeOf(child);
      sums.set(type, sum);
    }
  }
  return [...sums.values()];
}
