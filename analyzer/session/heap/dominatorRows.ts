import { ExhumeError } from "../../base/errors";
import { formatHex, parseHexOrUndefined } from "../../base/units";
import type { Work } from "../../base/work";
import {
  type ChildrenQuery,
  type ChildType,
  dominatorChildren,
  dominatorChildTypes,
  dominatorRankOf,
  type Parent,
} from "../../heap/graph/opened/childPages";
import { type Heap, isObject, type ObjectIndex, virtualRoot } from "../../heap/heap";
import { labelOf } from "../../heap/java/objects/labels";
import { type Holding, holdingsOf } from "../../heap/java/paths/holding";
import { rootsInWords } from "../../heap/java/paths/rootFacts";
import type { DominatorQuery, DominatorRow } from "../../protocol/heap/dominators";
import type { HoldingField } from "../../protocol/heap/objects";
import type { Page } from "../../protocol/wire";

type Query = Omit<DominatorQuery, "dump">;

/** Nobody opens more levels one below the other; chains of a linked list go on for millions. */
const deepestPosition = 2000;

/** One page of the dominator tree below `query.parent`. */
export function dominatorPage(heap: Heap, query: Query, work: Work): Page<DominatorRow> {
  const parent = query.parent === undefined ? virtualRoot : findObject(heap, query.parent);
  if (query.groupByClass === true && query.ofClass === undefined) return classPage(heap, parent, query, work);
  const accepts = acceptorFor(heap, query);
  const { total, objects } = dominatorChildren(
    heap,
    parent,
    {
      sort: childOrderOf(query.sort),
      descending: query.sort.descending,
      start: query.start,
      count: query.count,
      ...(accepts === undefined ? {} : { accepts }),
    },
    work,
  );
  return page(query.start, total, dominatorRows(heap, parent, objects));
}

/**
 * Chain of dominators from the virtual root's child down to the object; positions when an order is asked for. Of
 * deep chains the levels above the object are left out.
 */
export function dominatorPath(
  heap: Heap,
  objectId: string,
  sort: Query["sort"] | undefined,
  work: Work,
): { path: DominatorRow[]; positions?: number[]; omitted?: number } {
  const object = findObject(heap, objectId);
  let levels = 1;
  for (let at = heap.immediateDominatorOf(object); isObject(at); at = heap.immediateDominatorOf(at)) levels++;
  const chain = new Array<ObjectIndex>(Math.min(levels, deepestPosition));
  let each = object;
  for (let level = levels - 1; level >= 0; level--) {
    if (level % 65_536 === 0) work.throwIfCancelled();
    if (level < chain.length) chain[level] = each;
    each = heap.immediateDominatorOf(each) as ObjectIndex;
  }
  const parentAt = (at: number): Parent => (at === 0 ? virtualRoot : chain[at - 1]!);
  const path = chain.map((one, at) => dominatorRows(heap, parentAt(at), [one])[0]!);
  const order = sort === undefined ? undefined : { sort: childOrderOf(sort), descending: sort.descending };
  const positions =
    order && chain.map((one, at) => dominatorRankOf(heap, parentAt(at), one, order, work) ?? 0);
  const found = { path, ...(positions === undefined ? {} : { positions }) };
  if (levels === chain.length) return found;
  const holder = heap.immediateDominatorOf(object) as ObjectIndex;
  path.push(dominatorRows(heap, holder, [object])[0]!);
  return { ...found, omitted: levels - path.length };
}

/** @throws ExhumeError `invalid` when the text is not an id, `notFound` when the dump has no such object. */
export function findObject(heap: Heap, objectId: string): ObjectIndex {
  const id = parseHexOrUndefined(objectId);
  if (id === undefined) throw new ExhumeError({ code: "invalid", what: `${objectId} is not an object id` });
  const object = heap.indexOf(id);
  if (object === undefined) {
    const what = `this dump has no object ${objectId}; ids hold for one dump only, it may be of another`;
    throw new ExhumeError({ code: "notFound", what });
  }
  return object;
}

/** Wire rows of objects that `parent` dominates. */
export function dominatorRows(heap: Heap, parent: Parent, objects: readonly ObjectIndex[]): DominatorRow[] {
  const holdings = isObject(parent) ? holdingsOf(heap, parent, objects) : new Map<ObjectIndex, Holding>();
  return objects.map((object) => {
    const label = labelOf(heap, object);
    const holding = holdings.get(object);
    const kinds = rootsInWords(heap, object);
    return {
      objectId: formatHex(heap.idOf(object)),
      className: heap.classNameOf(object),
      shallowBytes: heap.shallowSizeOf(object),
      retainedBytes: heap.retainedSizeOf(object),
      children: heap.dominatedCountOf(object),
      ...(label === undefined ? {} : { label }),
      ...(holding === undefined ? {} : { heldBy: wireHolding(heap, holding) }),
      ...(kinds.length === 0 ? {} : { rootKinds: kinds }),
    };
  });
}

/** A holding as it crosses to a client. */
export function wireHolding(heap: Heap, { declaredBy, name, isStatic }: Holding): HoldingField {
  return { className: heap.classes.nameOf(declaredBy), field: name, static: isStatic };
}

/** The wire calls a type a class, as Java does. */
function childOrderOf({ column }: Query["sort"]): ChildrenQuery["sort"] {
  return column === "className" ? "typeName" : column;
}

function classPage(heap: Heap, parent: Parent, query: Query, work: Work): Page<DominatorRow> {
  const accepts = filterFor(heap, query.filter);
  const sums = dominatorChildTypes(heap, parent, work).filter(({ type }) => accepts?.(type) ?? true);
  const rows = mergeByName(heap, sums);
  const direction = query.sort.descending ? -1 : 1;
  rows.sort((a, b) => direction * compareRows(a, b, query.sort.column));
  return page(query.start, rows.length, rows.slice(query.start, query.start + query.count));
}

/** Classes of one name from several loaders are one row: `ofClass` asks by name. */
function mergeByName(heap: Heap, sums: readonly ChildType[]): DominatorRow[] {
  const byName = new Map<string, { objects: number; shallowBytes: number; retainedBytes: number }>();
  for (const sum of sums) {
    const name = heap.classes.nameOf(sum.type);
    const row = byName.get(name) ?? { objects: 0, shallowBytes: 0, retainedBytes: 0 };
    row.objects += sum.objects;
    row.shallowBytes += sum.shallowBytes;
    row.retainedBytes += sum.retainedBytes;
    byName.set(name, row);
  }
  return [...byName].map(([className, row]) => ({ objectId: "", className, children: row.objects, ...row }));
}

function compareRows(a: DominatorRow, b: DominatorRow, column: Query["sort"]["column"]): number {
  if (column === "className") return a.className < b.className ? -1 : a.className > b.className ? 1 : 0;
  return a[column] - b[column];
}

function acceptorFor(heap: Heap, { filter, ofClass }: Query): ((type: number) => boolean) | undefined {
  if (ofClass === undefined) return filterFor(heap, filter);
  const types = new Set<number>(heap.classes.findByName(ofClass));
  return (type) => types.has(type);
}

function filterFor(heap: Heap, filter: string | undefined): ((type: number) => boolean) | undefined {
  if (filter === undefined || filter === "") return undefined;
  const needle = filter.toLowerCase();
  return (type) =>
    heap.classes
      .nameOf(type as never)
      .toLowerCase()
      .includes(needle);
}

function page(start: number, total: number, rows: readonly DominatorRow[]): Page<DominatorRow> {
  return { start, end: start + rows.length, total, rows };
}
