import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import type { ShownField, ShownObject, ShownValue } from "../../protocol/shownRequests";
import type { HeapView } from "./heapView";
import { type ObjectPath, type PathStep, parseObjectPath } from "./objectPath";

/** Entries of one map looked through for a key. */
const mostKeysRead = 200_000;
const keysAtOnce = 1_000;

/** The names an expression may begin with, besides classes and ids. */
export interface EvaluationScope {
  /** Class of the selected frame. */
  readonly className?: string;
  /** `this`, `local0`… of the selected frame. */
  readonly locals: ReadonlyMap<string, ShownValue>;
}

/**
 * Follows a path such as `this.orders[3].total` or `com.shop.Cache.ENTRIES["key"]@retained`.
 * @throws ExhumeError `invalid` or `notFound` naming the step that leads nowhere.
 */
export async function evaluatePath(
  view: HeapView,
  text: string,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<ShownValue> {
  const path = parseObjectPath(text);
  const { value, rest } = await startOf(view, path, scope, signal);
  let current = value;
  for (const step of rest) current = await follow(view, current, step, signal);
  return current;
}

interface Start {
  readonly value: ShownValue;
  readonly rest: readonly PathStep[];
}

async function startOf(
  view: HeapView,
  { start, steps }: ObjectPath,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<Start> {
  if (/^0x/i.test(start)) return { value: await view.inspect(start.toLowerCase(), signal), rest: steps };
  const local = scope.locals.get(start);
  if (local !== undefined) return { value: local, rest: steps };
  const self = scope.locals.get("this");
  if (self?.objectId !== undefined) {
    const field = fieldNamed((await view.inspect(self.objectId, signal)).fields, start);
    if (field !== undefined) return { value: field, rest: steps };
  }
  if (scope.className !== undefined) {
    const field = await staticField(view, scope.className, start, signal);
    if (field !== undefined) return { value: field, rest: steps };
  }
  const found = await classAtStart(view, start, steps, scope, signal);
  if (found !== undefined) return found;
  throw new ExhumeError({
    code: "notFound",
    what: `${start} is no local, field, class or object id here; a heap dump has no names of locals`,
  });
}

/** The longest beginning of `a.b.C.d.e` that is a loaded class. */
async function classAtStart(
  view: HeapView,
  start: string,
  steps: readonly PathStep[],
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<Start | undefined> {
  const firstOther = steps.findIndex((step) => step.kind !== "field");
  const names = steps
    .slice(0, firstOther < 0 ? steps.length : firstOther)
    .map((step) => (step as { name: string }).name);
  for (let length = names.length; length >= 0; length--) {
    const className = [start, ...names.slice(0, length)].join(".");
    const candidates = [className, ...(length === 0 ? inPackageOf(scope.className, className) : [])];
    for (const candidate of candidates) {
      const object = await view.classObjectOrUndefined(candidate, signal);
      if (object !== undefined)
        return { value: await view.inspect(object, signal), rest: steps.slice(length) };
    }
  }
  return undefined;
}

/** A simple name means the class beside the frame's own, or inside it. */
function inPackageOf(className: string | undefined, name: string): string[] {
  if (className === undefined) return [];
  const packageName = className.slice(0, className.lastIndexOf(".") + 1);
  return [`${packageName}${name}`, `${className}$${name}`, `java.lang.${name}`];
}

async function staticField(
  view: HeapView,
  className: string,
  name: string,
  signal: AbortSignal,
): Promise<ShownField | undefined> {
  const object = await view.classObjectOrUndefined(className, signal);
  return object === undefined ? undefined : fieldNamed((await view.inspect(object, signal)).fields, name);
}

async function follow(
  view: HeapView,
  value: ShownValue,
  step: PathStep,
  signal: AbortSignal,
): Promise<ShownValue> {
  if (value.objectId === undefined) {
    const what = value.text === "null" ? "null has nothing inside" : `a ${value.type} has nothing inside`;
    throw new ExhumeError({ code: "invalid", what });
  }
  const object = await view.inspect(value.objectId, signal);
  switch (step.kind) {
    case "field":
      return fieldOf(object, step.name);
    case "index":
      return elementOf(view, object, step.index, signal);
    case "key":
      return valueOfKey(view, object, step.key, signal);
    case "attribute":
      return attributeOf(object, step.name);
  }
}

function fieldOf(object: ShownObject, name: string): ShownValue {
  const field = fieldNamed(object.fields, name);
  if (field !== undefined) return field;
  if (name === "length" && object.length !== undefined) return { type: "int", text: String(object.length) };
  throw new ExhumeError({ code: "notFound", what: `${object.className} has no field ${name}` });
}

function fieldNamed(fields: readonly ShownField[], name: string): ShownField | undefined {
  return fields.find((field) => field.name === name);
}

async function elementOf(
  view: HeapView,
  object: ShownObject,
  index: number,
  signal: AbortSignal,
): Promise<ShownValue> {
  const id = object.objectId!;
  const total = object.length ?? object.entries;
  if (total === undefined) {
    throw new ExhumeError({ code: "invalid", what: `a ${object.className} has no elements` });
  }
  const found =
    object.length === undefined
      ? (await view.entries(id, index, 1, signal))[0]?.value
      : (await view.elements(id, index, 1, signal))[0];
  if (found !== undefined) return found;
  throw new ExhumeError({ code: "notFound", what: `element ${index} of ${total}` });
}

async function valueOfKey(
  view: HeapView,
  object: ShownObject,
  key: string,
  signal: AbortSignal,
): Promise<ShownValue> {
  const total = object.entries;
  if (total === undefined)
    throw new ExhumeError({ code: "invalid", what: `a ${object.className} has no keys` });
  for (let start = 0; start < Math.min(total, mostKeysRead); start += keysAtOnce) {
    const page = await view.entries(object.objectId!, start, keysAtOnce, signal);
    const found = page.find((entry) => entry.key?.text === `"${key}"` || entry.key?.text === key);
    if (found !== undefined) return found.value;
    if (page.length === 0) break;
  }
  throw new ExhumeError({
    code: "notFound",
    what: `key ${key} among the first ${Math.min(total, mostKeysRead)}`,
  });
}

function attributeOf(object: ShownObject, name: string): ShownValue {
  switch (name) {
    case "retained":
    case "retainedHeapSize":
      return bytesValue(object.retainedBytes ?? 0);
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
      return { type: "int", text: String(object.length ?? object.entries ?? 0) };
    default:
      throw new ExhumeError({
        code: "invalid",
        what: `@${name} is unknown: @retained, @shallow, @id, @class and @length are known`,
      });
  }
}

function bytesValue(bytes: number): ShownValue {
  return { type: "bytes", text: `${bytes} (${formatBytes(bytes)})` };
}
