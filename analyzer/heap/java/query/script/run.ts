import type { Work } from "../../../../base/work";
import type { Heap, ObjectIndex } from "../../../heap";
import { queryFault } from "../faults";
import { objectCells, objectColumns, type QueryResult, type QueryRow } from "../rows";
import type { Script, ScriptExpression, ScriptSource } from "./ast";
import { Budget } from "./budget";
import { globalsOf } from "./builtins";
import { CallFault } from "./callFault";
import { classMeantBy, instancesOf } from "./classMethods";
import { evaluateScript, type ScriptScope } from "./interpret";
import { parseCallback } from "./parse";
import { cellOf, isHeapObject, isScriptList, isTruthy, ScriptRecord, type ScriptValue } from "./values";
import type { ScriptWorld } from "./world";

/**
 * Runs a query as VisualVM has them. Rows of `select … from …` are worked out when a page of them is asked for.
 * @throws ExhumeError `invalid` with the column, `cancelled`
 */
export function runScript(
  heap: Heap,
  script: Script,
  text: string,
  sees: ScriptWorld["sees"],
  work: Work,
): QueryResult {
  const world = worldOf(heap, sees, work);
  const { select, from } = script;
  if (from === null) return listResult(heap, evaluateScript(world, select, emptyScope()));
  const objects = matchedObjects(world, from);
  const evaluated = (object: ObjectIndex) => evaluateScript(world, select, scopeOf(from, object));
  if (select.node === "name" && select.name === from.alias) return objectsResult(heap, objects);
  return {
    columns: columnsOf(script, text),
    total: objects.length,
    cut: false,
    rows: (start, count) =>
      objects
        .slice(start, start + count)
        .map((object) => ({ object, cells: cellsOf(heap, select, evaluated(object)) })),
  };
}

function worldOf(heap: Heap, sees: ScriptWorld["sees"], work: Work): ScriptWorld {
  const globals = new Map<string, ScriptValue>();
  const parsed = new Map<string, ScriptExpression>();
  const world: ScriptWorld = {
    heap,
    sees,
    globals,
    budget: new Budget(work),
    callbackOf: (code, names) => {
      const expression = parsed.get(code) ?? callbackCode(code);
      parsed.set(code, expression);
      return (values) => {
        const given = new Map(names.map((name, at) => [name, values[at]]));
        return inCallback(code, () => evaluateScript(world, expression, { ...emptyScope(), names: given }));
      };
    },
  };
  for (const [name, value] of globalsOf(world)) globals.set(name, value);
  return world;
}

function callbackCode(code: string): ScriptExpression {
  return inCallback(code, () => parseCallback(code));
}

/** Columns of a fault inside a callback count from its code, so the code is named and the call's column given. */
function inCallback<Result>(code: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const fault = (error as { fault?: { code: string; what?: string } }).fault;
    if (fault?.code !== "invalid") throw error;
    throw new CallFault(`In "${code.length > 60 ? `${code.slice(0, 60)}…` : code}": ${fault.what}`);
  }
}

function emptyScope(): ScriptScope {
  return { names: new Map(), outside: undefined, depth: 0 };
}

function scopeOf({ alias }: ScriptSource, object: ObjectIndex): ScriptScope {
  return { names: new Map([[alias, { object }]]), outside: undefined, depth: 0 };
}

function matchedObjects(world: ScriptWorld, from: ScriptSource): ObjectIndex[] {
  const type = classMeantBy(world, from.className);
  if (type === undefined) throw queryFault(`The dump has no class ${from.className}`, from.at);
  const objects: ObjectIndex[] = [];
  for (const value of instancesOf(world, type, from.instanceOf)) {
    if (!isHeapObject(value)) continue;
    const { where } = from;
    if (where === null || isTruthy(evaluateScript(world, where, scopeOf(from, value.object))))
      objects.push(value.object);
  }
  return objects;
}

/** `{a: …, b: …}` makes columns a and b; anything else one that is named like its text. */
function columnsOf({ select }: Script, text: string): readonly string[] {
  if (select.node === "record") return select.entries.map(([name]) => name);
  const end = /\sfrom\s/i.exec(text)?.index ?? text.length;
  return [
    text
      .slice(0, end)
      .replace(/^\s*select\s+/i, "")
      .trim(),
  ];
}

function cellsOf(heap: Heap, select: ScriptExpression, value: ScriptValue): QueryRow["cells"] {
  if (select.node !== "record" || !(value instanceof ScriptRecord)) return [cellOf(heap, value)];
  return Array.from(select.entries, ([name]) => cellOf(heap, value.entries.get(name)));
}

function objectsResult(heap: Heap, objects: readonly ObjectIndex[]): QueryResult {
  return {
    columns: objectColumns(heap),
    total: objects.length,
    cut: false,
    rows: (start, count) =>
      objects.slice(start, start + count).map((object) => ({ object, cells: objectCells(heap, object) })),
  };
}

/** A query without FROM: a list is a row an element, anything else is one row. */
function listResult(heap: Heap, value: ScriptValue): QueryResult {
  if (value instanceof ScriptRecord) {
    const pairs = Array.from(value.entries, ([name, each]): ScriptValue[] => [name, each]);
    return rowsOf(["name", "value"], pairs.length, (at) => pairs[at]!.map((each) => cellOf(heap, each)));
  }
  if (isHeapObject(value)) return objectsResult(heap, [value.object]);
  if (!isScriptList(value)) return rowsOf(["value"], 1, () => [cellOf(heap, value)]);
  const list: readonly ScriptValue[] = [...value];
  if (list.length > 0 && list.every(isHeapObject))
    return objectsResult(
      heap,
      list.map(({ object }) => object),
    );
  const columns = commonNames(list);
  if (columns === undefined) return rowsOf(["value"], list.length, (at) => [cellOf(heap, list[at])]);
  return rowsOf(columns, list.length, (at) => {
    const record = list[at] as ScriptRecord;
    return columns.map((name) => cellOf(heap, record.entries.get(name)));
  });
}

/** The names of records that all have the same ones. */
function commonNames(list: readonly ScriptValue[]): readonly string[] | undefined {
  const [first] = list;
  if (!(first instanceof ScriptRecord)) return undefined;
  const names = [...first.entries.keys()];
  const isSame = (value: ScriptValue) =>
    value instanceof ScriptRecord &&
    value.entries.size === names.length &&
    names.every((name) => value.entries.has(name));
  return list.every(isSame) ? names : undefined;
}

function rowsOf(
  columns: readonly string[],
  total: number,
  cellsAt: (at: number) => QueryRow["cells"],
): QueryResult {
  return {
    columns,
    total,
    cut: false,
    rows: (start, count) =>
      Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, at) => {
        const cells = cellsAt(start + at);
        const only = cells.length === 1 ? cells[0] : undefined;
        const object =
          only !== undefined && isHeapObject(only as ScriptValue)
            ? (only as { object: ObjectIndex }).object
            : undefined;
        return { object, cells };
      }),
  };
}
