import { ExhumeError } from "../../base/errors";
import { formatHex, parseHexOrUndefined } from "../../base/units";
import type { Work } from "../../base/work";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { NamedGraph } from "../../heap/graph/graph";
import { isObject, type ObjectIndex, virtualRoot } from "../../heap/graph/nodes";
import {
  type ChildrenQuery,
  type ChildType,
  dominatorChildren,
  dominatorChildTypes,
  dominatorRankOf,
  type Parent,
} from "../../heap/graph/opened/childPages";
import type { DominatorQuery, DominatorRow } from "../../protocol/heap/dominators";
import type { Page } from "../../protocol/wire";
import { holdingField } from "./objectRows";

type Query = Omit<DominatorQuery, "dump">;

/** Nobody opens more levels one below the other; chains of a linked list go on for millions. */
const deepestPosition = 2000;

/** One page of the dominator tree below `query.parent`. */
export function dominatorPage(graph: DescribedGraph, query: Query, work: Work): Page<DominatorRow> {
  const parent = query.parent === undefined ? virtualRoot : findObject(graph, query.parent);
  if (query.groupByClass === true && query.ofClass === undefined)
    return classPage(graph, parent, query, work);
  const accepts = acceptorFor(graph, query);
  const { total, objects } = dominatorChildren(
    graph,
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
  return page(query.start, total, dominatorRows(graph, parent, objects));
}

/**
 * Chain of dominators from the virtual root's child down to the object; positions when an order is asked for. Of
 * deep chains the levels above the object are left out.
 */
export function dominatorPath(
  graph: DescribedGraph,
  objectId: string,
  sort: Query["sort"] | undefined,
  work: Work,
): { path: DominatorRow[]; positions?: number[]; omitted?: number } {
  const object = findObject(graph, objectId);
  let levels = 1;
  for (let at = graph.immediateDominatorOf(object); isObject(at); at = graph.immediateDominatorOf(at))
    levels++;
  const chain = new Array<ObjectIndex>(Math.min(levels, deepestPosition));
  let each = object;
  for (let level = levels - 1; level >= 0; level--) {
    if (level % 65_536 === 0) work.throwIfCancelled();
    if (level < chain.length) chain[level] = each;
    each = graph.immediateDominatorOf(each) as ObjectIndex;
  }
  const parentAt = (at: number): Parent => (at === 0 ? virtualRoot : chain[at - 1]!);
  const path = chain.map((one, at) => dominatorRows(graph, parentAt(at), [one])[0]!);
  const order = sort === undefined ? undefined : { sort: childOrderOf(sort), descending: sort.descending };
  const positions =
    order && chain.map((one, at) => dominatorRankOf(graph, parentAt(at), one, order, work) ?? 0);
  const found = { path, ...(positions === undefined ? {} : { positions }) };
  if (levels === chain.length) return found;
  const holder = graph.immediateDominatorOf(object) as ObjectIndex;
  path.push(dominatorRows(graph, holder, [object])[0]!);
  return { ...found, omitted: levels - path.length };
}

/** @throws ExhumeError `invalid` when the text is not an id, `notFound` when the dump has no such object. */
export function findObject(graph: NamedGraph, objectId: string): ObjectIndex {
  const id = parseHexOrUndefined(objectId);
  if (id === undefined) throw new ExhumeError({ code: "invalid", what: `${objectId} is not an object id` });
  const object = graph.indexOf(id);
  if (object === undefined) {
    const what = `this dump has no object ${objectId}; ids hold for one dump only, it may be of another`;
    throw new ExhumeError({ code: "notFound", what });
  }
  return object;
}

/** Wire rows of objects that `parent` dominates. */
export function dominatorRows(
  graph: DescribedGraph,
  parent: Parent,
  objects: readonly ObjectIndex[],
): DominatorRow[] {
  const references = isObject(parent) ? graph.referencesAmong(parent, objects) : undefined;
  return objects.map((object) => {
    const label = graph.labelOf(object);
    const heldBy = isObject(parent) ? holdingField(graph, parent, references?.get(object)) : undefined;
    const rootKinds = graph.rootsInWords(object);
    const meant = graph.typeMeantBy(object);
    return {
      objectId: formatHex(graph.idOf(object)),
      className: graph.types.nameOf(graph.typeOf(object)),
      ...(meant === undefined ? {} : { classMeant: graph.types.nameOf(meant) }),
      shallowBytes: graph.shallowSizeOf(object),
      retainedBytes: graph.retainedSizeOf(object),
      children: graph.dominatedCountOf(object),
      ...(label === undefined ? {} : { label }),
      ...(heldBy === undefined ? {} : { heldBy }),
      ...(rootKinds.length === 0 ? {} : { rootKinds }),
    };
  });
}

/** The wire calls a type a class, as Java does. */
function childOrderOf({ column }: Query["sort"]): ChildrenQuery["sort"] {
  return column === "className" ? "typeName" : column;
}

function classPage(graph: DescribedGraph, parent: Parent, query: Query, work: Work): Page<DominatorRow> {
  const accepts = filterFor(graph, query.filter);
  const sums = dominatorChildTypes(graph, parent, work).filter(({ type }) => accepts?.(type) ?? true);
  const rows = mergeByName(graph, sums);
  const direction = query.sort.descending ? -1 : 1;
  rows.sort((a, b) => direction * compareRows(a, b, query.sort.column));
  return page(query.start, rows.length, rows.slice(query.start, query.start + query.count));
}

/** Classes of one name from several loaders are one row: `ofClass` asks by name. */
function mergeByName(graph: DescribedGraph, sums: readonly ChildType[]): DominatorRow[] {
  const byName = new Map<string, { objects: number; shallowBytes: number; retainedBytes: number }>();
  for (const sum of sums) {
    const name = graph.types.nameOf(sum.type);
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

function acceptorFor(
  graph: DescribedGraph,
  { filter, ofClass }: Query,
): ((type: number) => boolean) | undefined {
  if (ofClass === undefined) return filterFor(graph, filter);
  const types = new Set<number>(graph.types.findByName(ofClass));
  return (type) => types.has(type);
}

function filterFor(
  graph: DescribedGraph,
  filter: string | undefined,
): ((type: number) => boolean) | undefined {
  if (filter === undefined || filter === "") return undefined;
  const needle = filter.toLowerCase();
  return (type) =>
    graph.types
      .nameOf(type as never)
      .toLowerCase()
      .includes(needle);
}

function page(start: number, total: number, rows: readonly DominatorRow[]): Page<DominatorRow> {
  return { start, end: start + rows.length, total, rows };
}
