import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { BasicType, Heap, ObjectIndex, Value } from "../../heap/heap";
import { walkedElements } from "../../heap/java/collections/checkpoints";
import { entryKeyOf, entryValueOf } from "../../heap/java/collections/entry";
import { classesBeginning } from "../../heap/java/objects/classNames";
import { arrayPart, entryPart, inspectObject } from "../../heap/java/objects/inspector";
import { labelOf, plainValue } from "../../heap/java/objects/labels";
import { stringOf } from "../../heap/java/objects/strings";
import { byRetained, localsOf, type ThreadFacts, threadsOf } from "../../heap/java/program/threads";
import { runQuery } from "../../heap/java/query/run";
import { isObjectValue, type QueryValue, textOf } from "../../heap/java/query/values";
import type {
  DebugField,
  DebugObject,
  DebugThread,
  DebugValue,
  heapDebugRequests,
} from "../../protocol/heap/debugging";
import { findObject } from "../graph/dominatorRows";
import { retainedIn } from "../graph/objectRows";
import type { AnswerTable } from "../room";
import type { HeapContext } from "./heapContext";

/** More rows than this are never sent in one answer. */
const mostRows = 10_000;
const mostCharacters = 1_000_000;

export const heapDebugAnswers: AnswerTable<HeapContext, keyof typeof heapDebugRequests> = {
  "heapDebug/threads": {
    lane: "quick",
    answer: ({ heap }, _params, work) => ({
      threads: threadsOf(heap, work)
        .sort(byInterest)
        .map((thread) => debugThread(heap, thread)),
    }),
  },
  "heapDebug/locals": {
    lane: "quick",
    answer: ({ heap }, { serial, frame }) => ({
      values: (localsOf(heap, serial).get(frame) ?? []).map(({ object }) => debugReference(heap, object)),
    }),
  },
  "heapDebug/object": {
    lane: "quick",
    answer: ({ heap }, { objectId }) => debugObject(heap, findObject(heap, objectId)),
  },
  "heapDebug/elements": {
    lane: "quick",
    answer: ({ heap }, { objectId, start, count }) => {
      const part = arrayPart(heap, findObject(heap, objectId), start, Math.min(count, mostRows));
      return { values: part.values.map((value) => debugValue(heap, value)) };
    },
  },
  "heapDebug/entries": {
    lane: { quickUpTo: walkedElements },
    answer: ({ heap }, { objectId, start, count }, work) => debugEntries(heap, objectId, start, count, work),
  },
  "heapDebug/class": {
    lane: "quick",
    answer: ({ heap }, { className }) => {
      const type = heap.classes.findByName(className)[0];
      return { objectId: type === undefined ? null : formatHex(heap.classes.idOf(type)) };
    },
  },
  "heapDebug/classNames": {
    lane: "quick",
    answer: ({ heap }, { start, count }) => ({
      names: classesBeginning(heap, start, Math.min(count, mostRows)).map(({ name }) => name),
    }),
  },
  "heapDebug/text": {
    lane: "quick",
    answer: ({ heap }, { objectId }) => {
      const text = stringOf(heap, findObject(heap, objectId), mostCharacters + 1) ?? null;
      const isWhole = text === null || text.length <= mostCharacters;
      return { text: isWhole ? text : text.slice(0, mostCharacters), isWhole };
    },
  },
  "heapDebug/query": {
    lane: "long",
    answer: ({ heap }, { query, count }, work) => {
      const result = runQuery(heap, query, work);
      const rows = result.rows(0, Math.min(count, mostRows));
      const values = rows.map(({ object, cells }): DebugValue => {
        const text = cells.map((cell) => textOf(heap, cell)).join(", ");
        const shown = object ?? onlyObjectOf(cells);
        if (shown === undefined) return { type: "row", text };
        const reference = debugReference(heap, shown);
        return cells.length <= 1 ? reference : { ...reference, text };
      });
      return { values, moreToCome: result.total > rows.length };
    },
  },
};

function onlyObjectOf(cells: readonly QueryValue[]): ObjectIndex | undefined {
  const [cell] = cells;
  return cells.length === 1 && cell !== null && cell !== undefined && isObjectValue(cell)
    ? cell.object
    : undefined;
}

/** Out of memory first, then threads with a stack, then by what they retain. */
function byInterest(a: ThreadFacts, b: ThreadFacts): number {
  return (
    Number(b.outOfMemory) - Number(a.outOfMemory) ||
    Number(b.frames.length > 0) - Number(a.frames.length > 0) ||
    byRetained(a, b)
  );
}

function debugThread(heap: Heap, thread: ThreadFacts): DebugThread {
  const { object, serial, name, state, outOfMemory } = thread;
  const frames = thread.frames.map(({ className, method, file, line }) => ({
    className,
    method,
    line,
    ...(file === undefined ? {} : { file }),
  }));
  const objectId = formatHex(heap.idOf(object));
  return { objectId, serial, name, state, outOfMemory, frames, ...retainedIn(heap, object) };
}

function debugEntries(heap: Heap, objectId: string, start: number, count: number, work: Work) {
  const part = entryPart(heap, findObject(heap, objectId), start, Math.min(count, mostRows), work);
  const entries = part.entries.map((entry) => {
    const key = entryKeyOf(entry);
    return {
      value: debugValue(heap, entryValueOf(entry)),
      ...(key === undefined ? {} : { key: debugValue(heap, key) }),
    };
  });
  return { entries };
}

/** An object with its fields, as far as one screen needs it. */
export function debugObject(heap: Heap, object: ObjectIndex): DebugObject {
  const { fields, array, collection } = inspectObject(heap, object);
  const debugFields = fields.map(
    (field): DebugField => ({
      name: field.name,
      declaredBy: heap.classes.nameOf(field.declaredBy),
      static: field.static,
      ...debugValue(heap, field.value),
    }),
  );
  return {
    ...debugReference(heap, object),
    className: heap.classNameOf(object),
    shallowBytes: heap.shallowSizeOf(object),
    fields: debugFields,
    ...(array === undefined ? {} : { length: array.length }),
    ...(collection?.size === undefined ? {} : { entries: collection.size }),
  };
}

function debugValue(heap: Heap, value: Value): DebugValue {
  if (value.type === "object") return debugId(heap, value.id);
  return { type: value.type satisfies BasicType, text: plainValue(value) ?? "" };
}

function debugId(heap: Heap, id: bigint): DebugValue {
  if (id === 0n) return { type: "java.lang.Object", text: "null" };
  const object = heap.indexOf(id);
  // A reference into what the dump does not have: a cut dump, or an object HotSpot did not write.
  if (object === undefined) return { type: "java.lang.Object", text: `not in the dump: ${formatHex(id)}` };
  return debugReference(heap, object);
}

/** Without the package: one line of a side bar is short, and the type is told beside it. */
function simpleNameOf(className: string): string {
  // A hidden class is `package.Name/0x…`, and its own name has no dots.
  return className.slice(className.split("/")[0]!.lastIndexOf(".") + 1);
}

function debugReference(heap: Heap, object: ObjectIndex): DebugValue {
  const type = heap.classNameOf(object);
  const label = labelOf(heap, object);
  const simple = simpleNameOf(type);
  // The label of a string, a class or a number says everything; others say how big or which.
  const isText = type === "java.lang.String" && label?.startsWith('"') === true;
  const isWhole = label !== undefined && (isText || /^'|^class |^-?[\d.]+$|^(true|false)$/.test(label));
  const text = label === undefined ? simple : isWhole ? label : `${simple} ${label}`;
  return { type, text, objectId: formatHex(heap.idOf(object)), ...retainedIn(heap, object) };
}
