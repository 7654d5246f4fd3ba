import { rankedPositions } from "../../../base/ranking";
import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import type { ObjectIndex, TypeIndex, virtualRoot } from "../nodes";
import { perGraph } from "../perGraph";

export type Parent = ObjectIndex | typeof virtualRoot;

export interface ChildrenQuery {
  readonly sort: "retainedBytes" | "shallowBytes" | "typeName";
  readonly descending: boolean;
  /** Only children of types for which this holds; absent for all. */
  readonly accepts?: (type: TypeIndex) => boolean;
  readonly start: number;
  readonly count: number;
}

export interface ChildrenPage {
  readonly total: number;
  readonly objects: readonly ObjectIndex[];
}

/** How many objects a loop handles between two looks at the cancel flag. */
const stride = 1 << 16;

/**
 * A part of what `parent` dominates directly, sorted and filtered. The usual order costs only the part; any other
 * goes through the children once or twice without sorting them: ten million take a fraction of a second.
 */
export function dominatorChildren(
  graph: Graph,
  parent: Parent,
  query: ChildrenQuery,
  work: Work,
): ChildrenPage {
  const { start, count, sort, descending, accepts } = query;
  const all = graph.dominatedCountOf(parent);
  if (accepts === undefined && sort === "retainedBytes") {
    if (descending) return { total: all, objects: graph.dominatedBy(parent, start, count) };
    const end = Math.max(0, all - start);
    const first = Math.max(0, end - count);
    return { total: all, objects: graph.dominatedBy(parent, first, end - first).reverse() };
  }
  const recent = recentOf(graph);
  const children = acceptedChildren(graph, parent, accepts, recent, work);
  const total = children.length;
  if (sort === "retainedBytes") {
    const end = descending ? start + count : Math.max(0, total - start);
    const first = descending ? start : Math.max(0, end - count);
    const objects = Array.from(children.subarray(first, end)) as ObjectIndex[];
    return { total, objects: descending ? objects : objects.reverse() };
  }
  const name = `${sort} ${descending}`;
  const isFirstPage = start === 0 && count < total;
  if (recent.orderName !== name || recent.ordered === undefined) {
    const order = orderOf(graph, sort);
    if (isFirstPage) return { total, objects: orderedPart(children, order, descending, start, count, work) };
    // Somebody goes on: the next pages come from here.
    recent.ordered = orderedWhole(children, order, descending, work);
    recent.orderName = name;
  }
  return { total, objects: Array.from(recent.ordered.subarray(start, start + count)) as ObjectIndex[] };
}

/** What the last question went through, for its next page: 8 bytes a child at most. */
interface RecentChildren {
  parent: Parent | undefined;
  /** Types that pass. */
  passes: Uint8Array | undefined;
  accepted: Uint32Array;
  ordered: Uint32Array | undefined;
  orderName: string;
}

const recentOf = perGraph(
  (): RecentChildren => ({
    parent: undefined,
    passes: undefined,
    accepted: new Uint32Array(0),
    ordered: undefined,
    orderName: "",
  }),
);

/** An order told by a small number of each object; objects of one rank may be told apart further. */
interface ChildOrder {
  readonly ranks: number;
  /** Ranks of some objects at once; `into` is at least as long. */
  ranksOf(objects: Uint32Array, into: Uint32Array): void;
  /** What tells objects of this rank apart; undefined when they count as equal. */
  keyWithin(rank: number): ((object: number) => number) | undefined;
}

function orderOf(graph: Graph, sort: "shallowBytes" | "typeName"): ChildOrder {
  return sort === "shallowBytes" ? shallowOrder(graph) : typeNameOrder(graph);
}

/** By bytes in words of 8 up to half a megabyte; what is bigger is rare and compared. */
function shallowOrder(graph: Graph): ChildOrder {
  const last = 0xffff;
  const sizes = new Float64Array(stride);
  return {
    ranks: last + 1,
    ranksOf(objects, into) {
      graph.shallowSizesOf(objects, sizes);
      for (let k = 0; k < objects.length; k++) {
        const units = sizes[k]! / 8;
        into[k] = Math.min(units, last);
      }
    },
    keyWithin: (rank) => (rank === last ? (object) => graph.shallowSizeOf(object as ObjectIndex) : undefined),
  };
}

function typeNameOrder(graph: Graph): ChildOrder {
  const { types: table } = graph;
  const names = Array.from({ length: table.count }, (_, type) => table.nameOf(type as TypeIndex));
  const types = names.map((_, type) => type);
  types.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0));
  const rankOfType = new Uint32Array(table.count);
  let rank = 0;
  types.forEach((type, at) => {
    if (at > 0 && names[type] !== names[types[at - 1]!]) rank++;
    rankOfType[type] = rank;
  });
  return {
    ranks: rank + 1,
    ranksOf(objects, into) {
      graph.typesOf(objects, into);
      for (let k = 0; k < objects.length; k++) into[k] = rankOfType[into[k]!]!;
    },
    keyWithin: () => undefined,
  };
}

/** Objects and their ranks, some at a time, until `visit` returns false. */
function forEachRanked(
  objects: Uint32Array,
  order: ChildOrder,
  work: Work,
  visit: (some: Uint32Array, ranks: Uint32Array) => boolean,
): void {
  const ranks = new Uint32Array(stride);
  for (let from = 0; from < objects.length; from += stride) {
    work.throwIfCancelled();
    const some = objects.subarray(from, from + stride);
    order.ranksOf(some, ranks);
    if (!visit(some, ranks)) return;
  }
}

/** All objects in an order, equal ones as they come: a counting sort. */
function orderedWhole(objects: Uint32Array, order: ChildOrder, descending: boolean, work: Work): Uint32Array {
  const counts = countRanks(objects, order, work);
  const places = new Uint32Array(order.ranks);
  for (let k = 0, before = 0; k < order.ranks; k++) {
    const rank = descending ? order.ranks - 1 - k : k;
    places[rank] = before;
    before += counts[rank]!;
  }
  const firsts = places.slice();
  const result = new Uint32Array(objects.length);
  forEachRanked(objects, order, work, (some, ranks) => {
    for (let k = 0; k < some.length; k++) {
      const rank = ranks[k]!;
      const at = places[rank]!;
      result[at] = some[k]!;
      places[rank] = at + 1;
    }
    return true;
  });
  for (let rank = 0; rank < order.ranks; rank++) {
    const key = counts[rank]! > 1 ? order.keyWithin(rank) : undefined;
    if (key === undefined) continue;
    const stretch = result.subarray(firsts[rank]!, firsts[rank]! + counts[rank]!);
    const same = stretch.slice();
    const ranked = rankedPositions(Float64Array.from(same, key), descending, 0, same.length);
    ranked.forEach((position, k) => {
      stretch[k] = same[position]!;
    });
  }
  return result;
}

/**
 * Where `object` stands among the unfiltered children of its dominator `parent` in an order: the index it has in the
 * pages of {@link dominatorChildren}. undefined when `parent` does not dominate it directly.
 */
export function dominatorRankOf(
  graph: Graph,
  parent: Parent,
  object: ObjectIndex,
  { sort, descending }: Pick<ChildrenQuery, "sort" | "descending">,
  work: Work,
): number | undefined {
  const children = graph.dominatedNodes(parent);
  let at: number;
  if (sort === "retainedBytes") {
    at = children.indexOf(object);
    if (at >= 0 && !descending) at = children.length - 1 - at;
  } else at = placeOf(children, orderOf(graph, sort), descending, object, work);
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
  forEachRanked(objects, order, work, (some, ranks) => {
    for (let k = 0; k < some.length && missing > 0; k++) {
      const stretch = byRank.get(ranks[k]!);
      if (stretch === undefined) continue;
      const place = stretch.seen++;
      if (order.keyWithin(stretch.rank) === undefined) {
        if (place >= stretch.end) continue;
        if (place >= stretch.first) stretch.found.push(some[k]!);
      } else stretch.found.push(some[k]!);
      missing--;
    }
    return missing > 0;
  });
}

function countRanks(objects: Uint32Array, order: ChildOrder, work: Work): Uint32Array {
  const counts = new Uint32Array(order.ranks);
  forEachRanked(objects, order, work, (some, ranks) => {
    for (let k = 0; k < some.length; k++) {
      const rank = ranks[k]!;
      counts[rank] = counts[rank]! + 1;
    }
    return true;
  });
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
  const position = objects.indexOf(object);
  if (position < 0) return -1;
  const ownRank = new Uint32Array(1);
  order.ranksOf(objects.subarray(position, position + 1), ownRank);
  const own = ownRank[0]!;
  const key = order.keyWithin(own) ?? (() => 0);
  const ownKey = key(object);
  let before = 0;
  let at = 0;
  forEachRanked(objects, order, work, (some, ranks) => {
    for (let k = 0; k < some.length; k++, at++) {
      const rank = ranks[k]!;
      const difference = rank === own ? key(some[k]!) - ownKey : rank - own;
      if (difference === 0 ? at < position : difference < 0 !== descending) before++;
    }
    return true;
  });
  return before;
}

/** All children that pass, biggest retained size first. */
function acceptedChildren(
  graph: Graph,
  parent: Parent,
  accepts: ChildrenQuery["accepts"],
  recent: RecentChildren,
  work: Work,
): Uint32Array {
  const passes = new Uint8Array(graph.types.count);
  for (let type = 0; type < passes.length; type++) {
    passes[type] = accepts === undefined || accepts(type as TypeIndex) ? 1 : 0;
  }
  if (recent.parent === parent && recent.passes?.every((passed, type) => passed === passes[type]) === true) {
    return recent.accepted;
  }
  const all = graph.dominatedNodes(parent);
  recent.parent = undefined;
  recent.ordered = undefined;
  recent.accepted = accepts === undefined ? all : filtered(graph, all, passes, work);
  recent.passes = passes;
  recent.parent = parent;
  return recent.accepted;
}

function filtered(graph: Graph, all: Uint32Array, passes: Uint8Array, work: Work): Uint32Array {
  const result = new Uint32Array(all.length);
  const types = new Uint32Array(stride);
  let count = 0;
  for (let from = 0; from < all.length; from += stride) {
    work.throwIfCancelled();
    const some = all.subarray(from, from + stride);
    graph.typesOf(some, types);
    for (let k = 0; k < some.length; k++) if (passes[types[k]!] === 1) result[count++] = some[k]!;
  }
  return result.subarray(0, count);
}

/** All objects of one type among the children of `parent`, as one row. */
export interface ChildType {
  readonly type: TypeIndex;
  readonly objects: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
}

/** What `parent` dominates directly, added up by type; in no particular order. */
export function dominatorChildTypes(graph: Graph, parent: Parent, work: Work): ChildType[] {
  const objects = new Float64Array(graph.types.count);
  const shallow = new Float64Array(graph.types.count);
  const retained = new Float64Array(graph.types.count);
  const children = graph.dominatedNodes(parent);
  for (let at = 0; at < children.length; at++) {
    if (at % stride === 0) work.throwIfCancelled();
    const child = children[at]! as ObjectIndex;
    const type = graph.typeOf(child);
    objects[type]! += 1;
    shallow[type]! += graph.shallowSizeOf(child);
    retained[type]! += graph.retainedSizeOf(child);
  }
  const rows: ChildType[] = [];
  objects.forEach((count, type) => {
    if (count === 0) return;
    rows.push({
      type: type as TypeIndex,
      objects: count,
      shallowBytes: shallow[type]!,
      retainedBytes: retained[type]!,
    });
  });
  return rows;
}
