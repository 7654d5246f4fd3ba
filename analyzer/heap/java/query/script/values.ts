import type { Heap } from "../../../heap";
import type { ObjectValue, QueryValue } from "../values";
import { isObjectValue, numberOf, textOf } from "../values";

/** A list that is read again and again without being kept: objects of a heap by the million. */
export class Sequence {
  constructor(readonly values: () => Iterable<ScriptValue>) {}

  [Symbol.iterator](): Iterator<ScriptValue> {
    return this.values()[Symbol.iterator]();
  }
}

/** `{name: value}`, and the static fields of a class. */
export class ScriptRecord {
  constructor(readonly entries: ReadonlyMap<string, ScriptValue>) {}
}

/** Something that can be called with values. */
export class ScriptFunction {
  constructor(readonly call: (parameters: readonly ScriptValue[]) => ScriptValue) {}
}

/** What a pattern finds in a text: the match and its groups; undefined when it does not match. */
export class ScriptPattern {
  constructor(
    readonly source: string,
    readonly find: (text: string) => readonly string[] | undefined,
  ) {}
}

export type ScriptList = readonly ScriptValue[] | Sequence;
export type ScriptValue =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | ObjectValue
  | ScriptList
  | ScriptRecord
  | ScriptFunction
  | ScriptPattern;

export function isScriptList(value: ScriptValue): value is ScriptList {
  return Array.isArray(value) || value instanceof Sequence;
}

export function isHeapObject(value: ScriptValue): value is ObjectValue {
  return typeof value === "object" && value !== null && "object" in value;
}

/** What can stand in a cell of a result; functions cannot. */
export function cellOf(heap: Heap, value: ScriptValue): QueryValue {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => cellOf(heap, each));
  if (value instanceof Sequence) return Array.from(value, (each) => cellOf(heap, each));
  return isHeapObject(value) ? value : textOfScript(heap, value);
}

/** Lists and records inside each other, as deep as their text is written. */
const deepestText = 4;
/** Elements of a list that its text has. */
const longestListText = 10_000;

/** As JavaScript makes a text of a value; of a Java object what `toString(x)` gives. */
export function textOfScript(heap: Heap, value: ScriptValue, depth = 0): string {
  if (value === undefined || value === null || typeof value !== "object") return String(value);
  if (isHeapObject(value)) return textOf(heap, value);
  if (value instanceof ScriptPattern) return value.source;
  if (value instanceof ScriptFunction) return "function";
  if (depth >= deepestText) return "…";
  if (value instanceof ScriptRecord) {
    const parts = Array.from(
      value.entries,
      ([name, each]) => `${name}: ${textOfScript(heap, each, depth + 1)}`,
    );
    return `{${parts.join(", ")}}`;
  }
  const parts: string[] = [];
  for (const each of value) {
    if (parts.length >= longestListText) {
      parts.push("…");
      break;
    }
    parts.push(each === null || each === undefined ? "" : textOfScript(heap, each, depth + 1));
  }
  return parts.join(",");
}

export function isTruthy(value: ScriptValue): boolean {
  return Boolean(value);
}

/** As JavaScript makes a number of a value; boxes of the dump are opened. NaN for what is none. */
export function numberOfScript(heap: Heap, value: ScriptValue): number {
  if (typeof value === "object" && value !== null) {
    if (!isHeapObject(value)) return Number.NaN;
    const number = numberOf(heap, value);
    return number === undefined ? Number(textIfString(heap, value) ?? Number.NaN) : Number(number);
  }
  return Number(value);
}

/** The text of a value that is one: of JavaScript, or a String of the dump. */
export function textIfString(heap: Heap, value: ScriptValue): string | undefined {
  if (typeof value === "string") return value;
  if (!isHeapObject(value) || heap.classNameOf(value.object) !== "java.lang.String") return undefined;
  return textOf(heap, value);
}

export function areSame(heap: Heap, left: ScriptValue, right: ScriptValue): boolean {
  if (left === right) return true;
  const isNothing = left === undefined || left === null;
  if (isNothing || right === undefined || right === null)
    return isNothing && (right === undefined || right === null);
  if (isHeapObject(left) && isHeapObject(right)) return left.object === right.object;
  const a = textIfString(heap, left);
  const b = textIfString(heap, right);
  if (a !== undefined && b !== undefined) return a === b;
  if (typeof left === "object" && !isHeapObject(left)) return false;
  if (typeof right === "object" && !isHeapObject(right)) return false;
  return exactNumber(heap, left) === exactNumber(heap, right);
}

/** -1, 0, 1; undefined when one of them is neither a number nor both are texts. */
export function orderOf(heap: Heap, left: ScriptValue, right: ScriptValue): number | undefined {
  const a = textIfString(heap, left);
  const b = textIfString(heap, right);
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : 0;
  const x = exactNumber(heap, left);
  const y = exactNumber(heap, right);
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : undefined;
}

/** 64-bit numbers stay exact, since ids and counters are compared. */
function exactNumber(heap: Heap, value: ScriptValue): number | bigint {
  if (typeof value === "bigint") return inRange(value);
  if (value !== undefined && isHeapObject(value)) {
    const number = isObjectValue(value) ? numberOf(heap, value) : undefined;
    if (typeof number === "bigint") return inRange(number);
  }
  return numberOfScript(heap, value);
}

function inRange(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
