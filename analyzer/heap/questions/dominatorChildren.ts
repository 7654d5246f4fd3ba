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
const stride = 1 << 20;

/**
 * A part of what `parent` dominates directly, sorted and filtered. The usual order costs only the part; any other
 * goes through the children once or twice without sorting them: ten million take a fraction of a second.
 */
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
  const children = acceptedChildren(heap, parent, accepts, work);
  const total = children.length;
  if (sort === "retainedBytes") {
    const end = descending ? start + count : Math.max(0, total - start);
    const first = descending ? start : Math.max(0, end - count);
    const objects = Array.from(children.subarray(first, end)) as ObjectIndex[];
    return { total, objects: descending ? objects : objects.reverse() };
  }
  return { total, objects: orderedPart(children, orderOf(heap, sort), descending, start, count, work) };
}

/** An order told by a small number of each object; objects of one rank may be told apart further. */
interface ChildOrder {
  readonly ranks: number;
  rankOf(object: number): number;
  /** What tells objects of this rank apart; undefined when they count as equal. */
  keyWithin(rank: number): ((object: number) => number) | undefined;
}

function orderOf(heap: Heap, sort: "shallowBytes" | "className"): ChildOrder {
  return sort === "shallowBytes" ? shallowOrder(heap) : classNameOrder(heap);
}

/** By bytes in words of 8 up to half a megabyte; what is bigger is rare and compared. */
function shallowOrder(heap: Heap): ChildOrder {
  const last = 0xffff;
  const sizeOf = (object: number): number => heap.shallowSizeOf(object as ObjectIndex);
  return {
    ranks: last + 1,
    rankOf: (object) => Math.min(last, Math.floor(sizeOf(object) / 8)),
    keyWithin: (rank) => (rank === last ? sizeOf : undefined),
  };
}

function classNameOrder(heap: Heap): ChildOrder {
  const { classes } = heap;
  const names = Array.from({ length: classes.count }, (_, type) => classes.nameOf(type as ClassIndex));
  const types = names.map((_, type) => type);
  types.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0));
  const rankOfType = new Uint32Array(classes.count);
  let rank = 0;
  types.forEach((type, at) => {
    if (at > 0 && names[type] !== names[types[at - 1]!]) rank++;
    rankOfType[type] = rank;
  });
  return {
    ranks: rank + 1,
    rankOf: (object) => rankOfType[heap.classOf(object as ObjectIndex)]!,
    keyWithin: () => undefined,
  };
}

/**
 * Where `object` stands among the unfiltered children of its dominator `parent` in an order: the index it has in the
 * pages of {@link dominatorChildren}. undefined when `parent` does not dominate it directly.
 */
export function dominatorRankOf(
  heap: Heap,
  parent: Parent,
  object: ObjectIndex,
  { sort, descending }: Pick<ChildrenQuery, "sort" | "descending">,
  work: Work,
): number | undefined {
  const children = heap.dominatedNodes(parent);
  let at: number;
  if (sort === "retainedBytes") {
    at = children.indexOf(object);
    if (at >= 0 && !descending) at = children.length - 1 - at;
  } else at = placeOf(children, orderOf(heap, sort), descending, object, work);
  return at < 0 ? undefined : at;
}

/**
 * Objects start … start+count-1 in an order, equal ones as they come: the ranks are counted, then only objects of
 * ranks that reach into the part are collected.
 */
function orderedPart(
  objects: Uint32Array,
  order: ChildOrder,
  descending: boolean,
  start: number,
  count: number,
  work: Work,
): ObjectIndex[] {
  const counts = countRanks(objects, order, work);
  const end = Math.min(objects.length, start + count);
  const stretches: Stretch[] = [];
  for (let k = 0, before = 0; k < order.ranks && before < end; k++) {
    const rank = descending ? order.ranks - 1 - k : k;
    const here = counts[rank]!;
    if (before + here > start && here > 0) {
      const first = Math.max(0, start - before);
      stretches.push({ rank, first, end: Math.min(here, end - before), all: here, seen: 0, found: [] });
    }
    before += here;
  }
  collect(objects, order, stretches, work);
  return stretches.flatMap(({ rank, first, end, found }) => {
    const key = order.keyWithin(rank);
    if (key === undefined) return found;
    const ranked = rankedPositions(Float64Array.from(found, key), descending, first, end - first);
    return Array.from(ranked, (position) => found[position]!);
  }) as ObjectIndex[];
}

/** Objects of one rank in a part of the order: first … end-1 of them. */
interface Stretch {
  readonly rank: number;
  readonly first: number;
  readonly end: number;
  readonly all: number;
  seen: number;
  readonly found: number[];
}

function collect(objects: Uint32Array, order: ChildOrder, stretches: readonly Stretch[], work: Work): void {
  const byRank = new Map(stretches.map((stretch) => [stretch.rank, stretch]));
  let missing = 0;
  for (const { rank, end, all } of stretches) missing += order.keyWithin(rank) === undefined ? end : all;
  for (let at = 0; at < objects.length && missing > 0; at++) {
    if (at % stride === 0) work.throwIfCancelled();
    const object = objects[at]!;
    const stretch = byRank.get(order.rankOf(object));
    if (stretch === undefined) continue;
    const place = stretch.seen++;
    if (order.keyWithin(stretch.rank) !== undefined) stretch.found.push(object);
    else if (place >= stretch.end) continue;
    else if (place >= stretch.first) stretch.found.push(object);
    missing--;
  }
}

function countRanks(objects: Uint32Array, order: ChildOrder, work: Work): Uint32Array {
  const counts = new Uint32Array(order.ranks);
  for (let at = 0; at < objects.length; at++) {
    if (at % stride === 0) work.throwIfCancelled();
    const rank = order.rankOf(objects[at]!);
    counts[rank] = counts[rank]! + 1;
  }
  return counts;
}

/** The index `object` has among `objects` in an order; -1 when it is none of them. */
function placeOf(
  objects: Uint32Array,
  order: ChildOrder,
  descending: boolean,
  object: ObjectIndex,
  work: Work,
): number {
  if (!objects.includes(object)) return -1;
  const own = order.rankOf(object);
  const key = order.keyWithin(own) ?? (() => 0);
  const ownKey = key(object);
  let before = 0;
  let isBehind = true;
  for (let at = 0; at < objects.length; at++) {
    if (at % stride === 0) work.throwIfCancelled();
    const other = objects[at]!;
    if (other === object) isBehind = false;
    const rank = order.rankOf(other);
    const difference = rank === own ? key(other) - ownKey : rank - own;
    if (difference === 0 ? isBehind : difference < 0 !== descending) before++;
  }
  return before;
}

/** All children that pass, biggest retained size first. */
function acceptedChildren(
  heap: Heap,
  parent: Parent,
  accepts: ChildrenQuery["accepts"],
  work: Work,
): Uint32Array {
  const all = heap.dominatedNodes(parent);
  if (accepts === undefined) return all;
  const passes = new Uint8Array(heap.classes.count);
  for (let type = 0; type < passes.length; type++) passes[type] = accepts(type as ClassIndex) ? 1 : 0;
  const result = new Uint32Array(all.length);
  let count = 0;
  for (let at = 0; at < all.length; at++) {
    if (at % stride === 0) work.throwIfCancelled();
    const object = all[at]!;
    if (passes[heap.classOf(object as ObjectIndex)] === 1) result[count++] = object;
  }
  return result.subarray(0, count);
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
  const objects = new Float64Array(heap.classes.count);
  const shallow = new Float64Array(heap.classes.count);
  const retained = new Float64Array(heap.classes.count);
  const children = heap.dominatedNodes(parent);
  for (let at = 0; at < children.length; at++) {
    if (at % stride === 0) work.throwIfCancelled();
    const child = children[at]! as ObjectIndex;
    const type = heap.classOf(child);
    objects[type]! += 1;
    shallow[type]! += heap.shallowSizeOf(child);
    retained[type]! += heap.retainedSizeOf(child);
  }
  const rows: ChildClass[] = [];
  objects.forEach((count, type) => {
    if (count === 0) return;
    rows.push({
      type: type as ClassIndex,
      objects: count,
      shallowBytes: shallow[type]!,
      retainedBytes: retained[type]!,
    });
  });
  return rows;
}
