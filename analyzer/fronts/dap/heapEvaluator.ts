import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import type { DebugEntry, DebugObject, DebugValue } from "../../protocol/heap/debugging";
import { type EvaluationScope, fieldNamed, startOf } from "./heapNames";
import type { HeapView } from "./heapView";
import { type PathStep, parseObjectPath, type Subscript } from "./objectPath";

/** Entries of one map looked through for a key. */
const mostKeysRead = 200_000;
const keysAtOnce = 1_000;

/**
 * Follows a path such as `this.orders[3].total` or `com.shop.Cache.ENTRIES["key"]@retained`.
 * @throws ExhumeError `invalid`, `notFound` or `refused`, naming the step that leads nowhere.
 */
export async function evaluatePath(
  view: HeapView,
  text: string,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<DebugValue> {
  const path = parseObjectPath(text);
  const { value, rest } = await startOf(view, path, scope, signal);
  let current = value;
  for (const step of rest) current = await follow(view, current, step, signal);
  return current;
}

async function follow(
  view: HeapView,
  value: DebugValue,
  step: PathStep,
  signal: AbortSignal,
): Promise<DebugValue> {
  if (value.objectId === undefined) {
    const what = value.text === "null" ? "null has nothing inside" : `a ${value.type} has nothing inside`;
    throw new ExhumeError({ code: "invalid", what });
  }
  const object = await view.inspect(value.objectId, signal);
  switch (step.kind) {
    case "field":
      return fieldOf(object, step.name);
    case "call":
      return callOf(view, object, step, signal);
    case "attribute":
      return attributeOf(object, step.name);
    case "index":
    case "key":
      return elementOf(view, object, step, signal);
  }
}

function fieldOf(object: DebugObject, name: string): DebugValue {
  const field = fieldNamed(object.fields, name);
  if (field !== undefined) return field;
  // As Java has it of arrays, and Kotlin and Scala of collections.
  const count = name === "length" || name === "size" ? countOf(object) : undefined;
  if (count !== undefined) return { type: "int", text: String(count) };
  throw new ExhumeError({ code: "invalid", what: `${object.className} has no field ${name}` });
}

/** Elements of an array or a collection; undefined when it is neither. */
function countOf({ length, entries }: DebugObject): number | undefined {
  return length ?? entries;
}

/** Calls whose result the dump shows without running them. @throws ExhumeError `refused` for all others. */
async function callOf(
  view: HeapView,
  object: DebugObject,
  { name, argument }: Extract<PathStep, { kind: "call" }>,
  signal: AbortSignal,
): Promise<DebugValue> {
  const count = countOf(object);
  if (count !== undefined && argument === undefined) {
    if (name === "size") return { type: "int", text: String(count) };
    if (name === "isEmpty") return { type: "boolean", text: String(count === 0) };
  }
  if (count !== undefined && argument !== undefined && name === "get") {
    return elementOf(view, object, argument, signal);
  }
  const field = fieldNamed(object.fields, fieldBehind(name)) ?? fieldNamed(object.fields, name);
  const hint = field === undefined ? "" : `; the field ${field.name} can be read: .${field.name}`;
  const what = `Nothing runs in a dump, so ${name}() cannot be called${hint}`;
  throw new ExhumeError({ code: "refused", what });
}

/** The field a getter is usually named after: `getName` and `isOpen` read `name` and `open`. */
function fieldBehind(method: string): string {
  const property = /^(?:get|is)(\p{Lu}.*)$/u.exec(method)?.[1];
  return property === undefined ? method : property[0]!.toLowerCase() + property.slice(1);
}

async function elementOf(
  view: HeapView,
  object: DebugObject,
  subscript: Subscript,
  signal: AbortSignal,
): Promise<DebugValue> {
  const id = object.objectId!;
  const total = countOf(object);
  if (total === undefined) {
    const what = subscript.kind === "key" ? "keys" : "elements";
    throw new ExhumeError({ code: "invalid", what: `a ${object.className} has no ${what}` });
  }
  if (object.length !== undefined) {
    if (subscript.kind === "key") {
      throw new ExhumeError({ code: "invalid", what: `a ${object.className} has no keys` });
    }
    const found = (await view.elements(id, subscript.index, 1, signal))[0];
    if (subscript.index >= 0 && found !== undefined) return found;
    throw new ExhumeError({ code: "notFound", what: `element ${subscript.index} of ${total}` });
  }
  const [first] = total === 0 ? [] : await view.entries(id, 0, 1, signal);
  if (subscript.kind === "key") return valueOfKey(view, object, total, subscript.key, signal);
  // A number is a key where keys are numbers, and else a position.
  if (first?.key !== undefined && isWholeNumber(first.key)) {
    return valueOfKey(view, object, total, String(subscript.index), signal);
  }
  const found = subscript.index < 0 ? undefined : (await view.entries(id, subscript.index, 1, signal))[0];
  if (found !== undefined) return found.value;
  throw new ExhumeError({ code: "notFound", what: `element ${subscript.index} of ${total}` });
}

function isWholeNumber({ type }: DebugValue): boolean {
  return /^java\.lang\.(?:Integer|Long|Short|Byte)$/.test(type);
}

async function valueOfKey(
  view: HeapView,
  object: DebugObject,
  total: number,
  key: string,
  signal: AbortSignal,
): Promise<DebugValue> {
  let isMap = false;
  for (let start = 0; start < Math.min(total, mostKeysRead); start += keysAtOnce) {
    const page = await view.entries(object.objectId!, start, keysAtOnce, signal);
    isMap ||= page.some((entry) => entry.key !== undefined);
    if (!isMap) throw new ExhumeError({ code: "invalid", what: `a ${object.className} has no keys` });
    const found = page.find((entry) => hasKey(entry, key));
    if (found !== undefined) return found.value;
    if (page.length === 0) break;
  }
  const read = Math.min(total, mostKeysRead);
  throw new ExhumeError({ code: "notFound", what: `key ${key} among the first ${read}` });
}

/** By the text of a string, number or character, or by what follows the class: an enum's constant, a UUID. */
function hasKey({ key }: DebugEntry, wanted: string): boolean {
  if (key === undefined) return false;
  const { text, type } = key;
  const simple = type.slice(type.lastIndexOf(".") + 1);
  return [`"${wanted}"`, wanted, `'${wanted}'`, `${simple} ${wanted}`].includes(text);
}

function attributeOf(object: DebugObject, name: string): DebugValue {
  switch (name) {
    case "retained":
    case "retainedHeapSize":
      if (object.retainedBytes === undefined) {
        const what = "Retained sizes of this dump were left out for its memory budget, see its overview";
        throw new ExhumeError({ code: "refused", what });
      }
      return bytesValue(object.retainedBytes);
    case "shallow":
    case "usedHeapSize":
      return bytesValue(object.shallowBytes);
    case "id":
    case "objectId":
    case "objectAddress":
      return { type: "address", text: object.objectId ?? "" };
    case "class":
    case "clazz":
      return { type: "class", text: object.className };
    case "length":
    case "size":
      return { type: "int", text: String(countOf(object) ?? 0) };
    default:
      throw new ExhumeError({
        code: "invalid",
        what: `@${name} is unknown: ${attributeNames.map((known) => `@${known}`).join(", ")} are known`,
      });
  }
}

/** Those offered; the names queries have for them are understood too. */
export const attributeNames = ["retained", "shallow", "id", "class", "length"] as const;

function bytesValue(bytes: number): DebugValue {
  return { type: "bytes", text: `${bytes} (${formatBytes(bytes)})` };
}
