import type { Work } from "../../../base/work";
import type { Heap, ObjectIndex } from "../../heap";
import type { Expression, Query } from "./ast";
import { checkNames } from "./check";
import { isScript } from "./dialect";
import { evaluate, type Scope, type Sees, seesAll } from "./evaluate";
import { queryFault } from "./faults";
import { aggregates } from "./functions";
import { parseQuery } from "./parse";
import { retainedSetOf } from "./retainedSet";
import { objectCells, objectColumns, type QueryResult, type QueryRow } from "./rows";
import type { Script } from "./script/ast";
import { parseScript } from "./script/parse";
import { runScript } from "./script/run";
import { forEachMeant, forEachObjectOf, objectNumbered } from "./sources";
import { compareValues, isList, isObjectValue, isTrue, numberOf, type QueryValue, textOf } from "./values";

/** Objects a result keeps: one number each. */
const maximumMatches = 20_000_000;
/** Rows that are kept worked out, for sorting, grouping and distinct values. */
const maximumRows = 2_000_000;

/**
 * @param sees the objects there are for the query; all of them without it
 * @throws ExhumeError `invalid` with the column, `notFound`, `cancelled`.
 */
export function runQuery(heap: Heap, text: string, work: Work, sees: Sees = seesAll): QueryResult {
  const script = isScript(text) ? scriptOrQuery(text) : undefined;
  return script === undefined
    ? resultOf(heap, parseQuery(text), sees, work)
    : runScript(heap, script, text, sees, work);
}

/** What looks like a script but has what only MAT's queries have, such as several columns, is one of theirs. */
function scriptOrQuery(text: string): Script | undefined {
  try {
    return parseScript(text);
  } catch (error) {
    try {
      parseQuery(text);
    } catch {
      throw error;
    }
    return undefined;
  }
}

function resultOf(heap: Heap, query: Query, sees: Sees, work: Work): QueryResult {
  const own = resultWithoutUnion(heap, query, sees, work);
  if (query.union.length === 0) return own;
  const parts = [own, ...query.union.map((part) => resultOf(heap, part, sees, work))];
  const columns = own.columns;
  return {
    columns,
    total: parts.reduce((sum, part) => sum + part.total, 0),
    cut: parts.some((part) => part.cut),
    rows: (start, count) => rowsOfParts(parts, start, count),
  };
}

function rowsOfParts(parts: readonly QueryResult[], start: number, count: number): QueryRow[] {
  const rows: QueryRow[] = [];
  let before = 0;
  for (const part of parts) {
    const from = Math.max(0, start - before);
    const missing = count - rows.length;
    if (missing > 0 && from < part.total) for (const row of part.rows(from, missing)) rows.push(row);
    before += part.total;
  }
  return rows;
}

function resultWithoutUnion(heap: Heap, query: Query, sees: Sees, work: Work): QueryResult {
  checkNames(heap, query);
  const subqueries = subqueryObjects(heap, query, sees, work);
  const scopeOf = (object: ObjectIndex): Scope => ({ heap, object, alias: query.alias, subqueries, sees });
  const matched = matchedObjects(heap, query, scopeOf, sees, work);
  const aggregated =
    query.groupBy.length > 0 || query.select.some(({ expression }) => isAggregate(expression));
  if (aggregated) return groupedResult(heap, query, matched, scopeOf, work);
  if (query.objects) return objectsResult(heap, query, matched, scopeOf, work);
  const objects = query.retainedSet ? retainedSetOf(heap, matched.objects, work) : matched.objects;
  return plainResult(heap, query, { ...matched, objects }, scopeOf, work);
}

interface Matched {
  readonly objects: readonly ObjectIndex[];
  readonly cut: boolean;
}

function matchedObjects(heap: Heap, query: Query, scopeOf: ScopeOf, sees: Sees, work: Work): Matched {
  const objects: ObjectIndex[] = [];
  const { where } = query;
  // Sorting and grouping need all matches; otherwise LIMIT stops the reading.
  const needsAll = query.orderBy.length > 0 || query.groupBy.length > 0 || query.distinct || query.objects;
  const isAggregated = query.select.some(({ expression }) => isAggregate(expression));
  const enough =
    needsAll || isAggregated || query.retainedSet ? maximumMatches : (query.limit ?? maximumMatches);
  const visit = (object: ObjectIndex): boolean => {
    work.throwIfCancelled();
    if (sees(object) && (where === null || isTrue(evaluate(where, scopeOf(object))))) objects.push(object);
    return objects.length < enough;
  };
  if (enough === 0) return { objects, cut: false };
  if (query.from.source === "query") {
    const inner = resultOf(heap, query.from.query, sees, work);
    const selected: ObjectIndex[] = [];
    for (const { object, cells } of inner.rows(0, maximumMatches)) {
      for (const each of rowObjects(object, cells)) selected.push(each);
    }
    forEachMeant(heap, query, selected, work, visit);
  } else forEachObjectOf(heap, query, work, visit);
  return { objects, cut: objects.length >= maximumMatches };
}

/** What a row of an inner query stands for: the objects it selects, or its own when it selects none. */
function rowObjects(object: ObjectIndex | undefined, cells: readonly QueryValue[]): ObjectIndex[] {
  const selected = objectsIn(cells);
  const selectsObjects = selected.length > 0 || cells.every((cell) => cell === null);
  return selectsObjects || object === undefined ? selected : [object];
}

function objectsIn(cells: readonly QueryValue[]): ObjectIndex[] {
  return cells.flatMap((cell) => (cell !== null && isObjectValue(cell) ? [cell.object] : []));
}

/** Runs every `IN (SELECT …)` once. */
function subqueryObjects(heap: Heap, query: Query, sees: Sees, work: Work): Map<Query, Set<ObjectIndex>> {
  const found = new Map<Query, Set<ObjectIndex>>();
  const stack: Expression[] = query.where === null ? [] : [query.where];
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    if (each.node === "binary") stack.push(each.left, each.right);
    else if (each.node === "not") stack.push(each.operand);
    else if (each.node === "in" && !Array.isArray(each.values)) {
      const inner = resultOf(heap, each.values as Query, sees, work);
      const objects = new Set<ObjectIndex>();
      for (const row of inner.rows(0, maximumRows)) {
        for (const object of rowObjects(row.object, row.cells)) objects.add(object);
      }
      found.set(each.values as Query, objects);
    }
  }
  return found;
}

type ScopeOf = (object: ObjectIndex) => Scope;

/** `*`, or the alias alone, shows the object with its sizes. */
function isWholeObject(query: Query): boolean {
  if (query.select.length === 0) return true;
  const only = query.select.length === 1 ? query.select[0]!.expression : undefined;
  return only?.node === "name" && only.name === query.alias;
}

function plainResult(
  heap: Heap,
  query: Query,
  { objects, cut }: Matched,
  scopeOf: ScopeOf,
  work: Work,
): QueryResult {
  const whole = isWholeObject(query);
  const columns = whole ? objectColumns(heap) : query.select.map(({ name }) => name);
  const rowOf = (object: ObjectIndex): QueryRow => ({
    object,
    cells: whole
      ? objectCells(heap, object)
      : query.select.map(({ expression }) => evaluate(expression, scopeOf(object))),
  });
  let order: readonly ObjectIndex[] = objects;
  if (query.orderBy.length > 0) order = sorted(heap, query, objects, scopeOf, work);
  if (query.distinct) return rowsResult(columns, distinctRows(heap, order, rowOf, work), cut, query.limit);
  const limited = query.limit === null ? order : order.slice(0, query.limit);
  return {
    columns,
    total: limited.length,
    cut,
    rows: (start, count) => limited.slice(start, start + count).map(rowOf),
  };
}

/** Names of columns may be used in ORDER BY. */
function orderExpression(query: Query, expression: Expression): Expression {
  if (expression.node !== "name") return expression;
  return query.select.find(({ name }) => name === expression.name)?.expression ?? expression;
}

function sorted(
  heap: Heap,
  query: Query,
  objects: readonly ObjectIndex[],
  scopeOf: ScopeOf,
  work: Work,
): ObjectIndex[] {
  const keys = query.orderBy.map(({ expression }) => {
    const key = orderExpression(query, expression);
    return objects.map((object) => {
      work.throwIfCancelled();
      const value = evaluate(key, scopeOf(object));
      return value !== null && isObjectValue(value) ? textOf(heap, value) : value;
    });
  });
  const positions = objects.map((_, position) => position);
  positions.sort((a, b) => {
    for (const [at, { descending }] of query.orderBy.entries()) {
      const order = compareForSort(heap, keys[at]![a]!, keys[at]![b]!);
      if (order !== 0) return descending ? -order : order;
    }
    return a - b;
  });
  return positions.map((position) => objects[position]!);
}

/** null comes first, as it has nothing to say. */
function compareForSort(heap: Heap, a: QueryValue, b: QueryValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareValues(heap, a, b) ?? 0;
}

function distinctRows(
  heap: Heap,
  objects: readonly ObjectIndex[],
  rowOf: (object: ObjectIndex) => QueryRow,
  work: Work,
): QueryRow[] {
  const seen = new Map<string, QueryRow>();
  for (const object of objects) {
    work.throwIfCancelled();
    const row = rowOf(object);
    const key = keyOf(heap, row.cells);
    if (!seen.has(key)) seen.set(key, row);
    if (seen.size >= maximumRows) break;
  }
  return [...seen.values()];
}

function keyOf(heap: Heap, cells: readonly QueryValue[]): string {
  return JSON.stringify(cells.map((cell) => textOf(heap, cell)));
}

function rowsResult(
  columns: readonly string[],
  rows: readonly QueryRow[],
  cut: boolean,
  limit: number | null,
): QueryResult {
  const limited = limit === null ? rows : rows.slice(0, limit);
  return {
    columns,
    total: limited.length,
    cut: cut || rows.length >= maximumRows,
    rows: (start, count) => limited.slice(start, start + count),
  };
}

/** Addresses and numbers of objects stand for them, as in MAT. */
function objectMeant(heap: Heap, value: QueryValue): ObjectIndex | undefined {
  if (typeof value === "bigint") return heap.indexOf(value);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return objectNumbered(heap, value);
  return value !== null && isObjectValue(value) ? value.object : undefined;
}

/** `SELECT OBJECTS e`: every object the expression yields becomes a row, each once. */
function objectsResult(
  heap: Heap,
  query: Query,
  { objects, cut }: Matched,
  scopeOf: ScopeOf,
  work: Work,
): QueryResult {
  const found = new Set<ObjectIndex>();
  for (const object of objects) {
    work.throwIfCancelled();
    if (query.select.length === 0) found.add(object);
    for (const { expression } of query.select) {
      const value = evaluate(expression, scopeOf(object));
      for (const each of isList(value) ? value : [value]) {
        const meant = objectMeant(heap, each);
        if (meant !== undefined) found.add(meant);
      }
    }
    if (found.size >= maximumRows) break;
  }
  const shown = query.retainedSet ? retainedSetOf(heap, [...found], work) : [...found];
  const rows = shown.map((object) => ({
    object,
    cells: objectCells(heap, object),
  }));
  return rowsResult(objectColumns(heap), rows, cut, query.limit);
}

function isAggregate(expression: Expression): expression is Extract<Expression, { node: "call" }> {
  return (
    expression.node === "call" && expression.of === null && aggregates.has(expression.name.toLowerCase())
  );
}

interface Tally {
  count: number;
  sum: number;
  minimum: QueryValue;
  maximum: QueryValue;
}

interface Group {
  readonly first: ObjectIndex;
  readonly tallies: readonly Tally[];
}

function groupedResult(
  heap: Heap,
  query: Query,
  { objects, cut }: Matched,
  scopeOf: ScopeOf,
  work: Work,
): QueryResult {
  if (query.select.length === 0) throw queryFault("GROUP BY needs columns to select, not *", 0);
  const groups = new Map<string, Group>();
  for (const object of objects) {
    work.throwIfCancelled();
    const scope = scopeOf(object);
    const key = keyOf(
      heap,
      query.groupBy.map((each) => evaluate(each, scope)),
    );
    let group = groups.get(key);
    if (group === undefined) {
      if (groups.size >= maximumRows) break;
      group = { first: object, tallies: query.select.map(newTally) };
      groups.set(key, group);
    }
    addToGroup(heap, query, group, scope);
  }
  // The totals of nothing are one row too: count(*) is 0.
  const all =
    groups.size === 0 && query.groupBy.length === 0
      ? [{ first: undefined, tallies: query.select.map(newTally) }]
      : [...groups.values()];
  const rows = all.map(({ first, tallies }) => ({
    object: undefined,
    cells: query.select.map(({ expression }, at) =>
      isAggregate(expression)
        ? aggregateOf(expression.name.toLowerCase(), tallies[at]!)
        : first === undefined
          ? null
          : evaluate(expression, scopeOf(first)),
    ),
  }));
  return rowsResult(
    query.select.map(({ name }) => name),
    sortedRows(heap, query, rows),
    cut,
    query.limit,
  );
}

function newTally(): Tally {
  return { count: 0, sum: 0, minimum: null, maximum: null };
}

function addToGroup(heap: Heap, query: Query, group: Group, scope: Scope): void {
  for (const [at, { expression }] of query.select.entries()) {
    if (!isAggregate(expression)) continue;
    const tally = group.tallies[at]!;
    const parameter = expression.parameters[0];
    const value = parameter === undefined ? true : evaluate(parameter, scope);
    if (value === null) continue;
    tally.count++;
    tally.sum += Number(numberOf(heap, value) ?? 0);
    if (tally.minimum === null || (compareValues(heap, value, tally.minimum) ?? 0) < 0) tally.minimum = value;
    if (tally.maximum === null || (compareValues(heap, value, tally.maximum) ?? 0) > 0) tally.maximum = value;
  }
}

function aggregateOf(name: string, { count, sum, minimum, maximum }: Tally): QueryValue {
  switch (name) {
    case "count":
      return count;
    case "sum":
      return sum;
    case "min":
      return minimum;
    case "max":
      return maximum;
    default:
      return count === 0 ? null : sum / count;
  }
}

/** Groups are sorted by their columns: ORDER BY names one, or repeats its expression. */
function sortedRows(heap: Heap, query: Query, rows: readonly QueryRow[]): QueryRow[] {
  const orders = query.orderBy.map(({ expression, descending }) => {
    const text = JSON.stringify(withoutPositions(expression));
    const column = query.select.findIndex(
      (item) =>
        (expression.node === "name" && item.name === expression.name) ||
        JSON.stringify(withoutPositions(item.expression)) === text,
    );
    if (column < 0) throw queryFault("ORDER BY of groups names a selected column", expression.at);
    return { column, descending };
  });
  return [...rows].sort((a, b) => {
    for (const { column, descending } of orders) {
      const order = compareForSort(heap, a.cells[column]!, b.cells[column]!);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function withoutPositions(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value) =>
      key === "at" ? undefined : typeof value === "bigint" ? `${value}` : value,
    ),
  );
}
