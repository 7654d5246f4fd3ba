import { ExhumeError } from "../../base/errors";
import type { DebugValue } from "../../protocol/heap/debugging";
import { attributeNames, evaluatePath } from "./heapEvaluator";
import { type EvaluationScope, nearClassesOf } from "./heapNames";
import type { HeapView } from "./heapView";
import { escapedKey } from "./objectPath";

/** Something that could stand where an expression is being typed. */
export interface PathCompletion {
  readonly text: string;
  readonly kind: "local" | "field" | "class" | "attribute" | "key";
  /** What it is, in a few words. */
  readonly detail: string;
}

export interface PathCompletions {
  /** Where what is replaced begins, counted from 0. */
  readonly from: number;
  readonly items: readonly PathCompletion[];
}

const mostClasses = 50;
/** Keys looked at; those that begin as typed are offered. */
const mostKeys = 1_000;
const mostItems = 200;

/** What was typed after a dot, bracket or `@`. */
const memberPattern = /(?:\?|!!)?\.\s*([\p{L}\p{N}_$]{0,200})$/u;
const attributePattern = /\.?@([A-Za-z]{0,200})$/;
const keyPattern = /\[\s*("[^"]*|[^\s"[\]]*)$/;

/** What could stand at the end of an expression that is being typed; nothing when what is before it leads nowhere. */
export async function completePath(
  view: HeapView,
  before: string,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<PathCompletions> {
  const key = keyPattern.exec(before);
  if (key !== null)
    return completions(before, key[1]!, await keysOf(view, before.slice(0, key.index), scope, signal));
  const attribute = attributePattern.exec(before);
  if (attribute !== null) {
    const items = attributeNames.map((text) => ({
      text,
      kind: "attribute" as const,
      detail: "of the object",
    }));
    return completions(before, attribute[1]!, items);
  }
  const member = memberPattern.exec(before);
  if (member !== null) {
    const of = before.slice(0, member.index);
    const typed = member[1]!;
    const items = [
      ...(await membersOf(view, of, scope, signal)),
      ...(await classesBelow(view, `${of.trim()}.${typed}`, signal)),
    ];
    return completions(before, typed, items);
  }
  const typed = /(?:^|[^\p{L}\p{N}_$])([\p{L}\p{N}_$]{0,200})$/u.exec(before)?.[1] ?? "";
  return completions(before, typed, [
    ...(await namesIn(view, scope, signal)),
    ...(typed === "" ? [] : await classesNamed(view, typed, signal)),
  ]);
}

/** Those that begin with what was typed, whatever the case, each once. */
function completions(before: string, typed: string, items: readonly PathCompletion[]): PathCompletions {
  const wanted = typed.toLowerCase();
  const byText = new Map<string, PathCompletion>();
  for (const item of items) {
    if (item.text.toLowerCase().startsWith(wanted) && !byText.has(item.text)) byText.set(item.text, item);
  }
  return { from: before.length - typed.length, items: [...byText.values()].slice(0, mostItems) };
}

/** `this`, the locals, the fields of `this` and the statics in reach. */
async function namesIn(
  view: HeapView,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<PathCompletion[]> {
  const items: PathCompletion[] = [...scope.locals].map(([text, value]) => ({
    text,
    kind: "local",
    detail: value.type,
  }));
  const self = scope.locals.get("this");
  if (self !== undefined) for (const field of await fieldsOf(view, self, signal)) items.push(field);
  for (const className of nearClassesOf(scope)) {
    const object = await view.classObjectOrUndefined(className, signal);
    if (object === undefined) continue;
    const fields = await fieldsOf(view, await view.inspect(object, signal), signal);
    for (const field of fields) items.push(field);
  }
  return items;
}

async function membersOf(
  view: HeapView,
  of: string,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<PathCompletion[]> {
  const value = await valueOrUndefined(view, of, scope, signal);
  return value === undefined ? [] : fieldsOf(view, value, signal);
}

async function fieldsOf(view: HeapView, value: DebugValue, signal: AbortSignal): Promise<PathCompletion[]> {
  if (value.objectId === undefined) return [];
  const { fields, length, entries } = await view.inspect(value.objectId, signal);
  const items: PathCompletion[] = fields
    .filter(({ name }) => /^[\p{L}_$]/u.test(name))
    .map(({ name, type }) => ({ text: name, kind: "field", detail: type }));
  if (length !== undefined) items.unshift({ text: "length", kind: "field", detail: "int" });
  if (entries !== undefined) items.unshift({ text: "size", kind: "field", detail: "int" });
  return items;
}

async function keysOf(
  view: HeapView,
  of: string,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<PathCompletion[]> {
  const value = await valueOrUndefined(view, of, scope, signal);
  if (value?.objectId === undefined) return [];
  const { entries, length } = await view.inspect(value.objectId, signal);
  if (entries === undefined) return length === undefined || length === 0 ? [] : [indexItem(0)];
  const found = await view.entries(value.objectId, 0, mostKeys, signal);
  return found.flatMap(({ key, value: held }, index): PathCompletion[] => {
    if (key === undefined) return index === 0 ? [indexItem(0)] : [];
    const detail = held.text;
    if (/^-?\d+$/.test(key.text)) return [{ text: key.text, kind: "key", detail }];
    const text = /^"(.*[^…])"$/s.exec(key.text)?.[1];
    return text === undefined ? [] : [{ text: `"${escapedKey(text)}"`, kind: "key", detail }];
  });
}

function indexItem(index: number): PathCompletion {
  return { text: String(index), kind: "key", detail: "by position" };
}

async function classesNamed(view: HeapView, typed: string, signal: AbortSignal): Promise<PathCompletion[]> {
  const names = await view.classNames(typed, mostClasses, signal);
  return names.filter(isWritten).map((name) => {
    const text = name.slice(name.lastIndexOf(".") + 1).replaceAll("$", ".");
    return { text, kind: "class", detail: name };
  });
}

/** `com.shop.` is the beginning of the names of classes. */
async function classesBelow(view: HeapView, typed: string, signal: AbortSignal): Promise<PathCompletion[]> {
  if (!/^[\p{L}\p{N}_$.]+$/u.test(typed)) return [];
  const names = await view.classNames(typed, mostClasses, signal);
  const from = typed.lastIndexOf(".") + 1;
  return names
    .filter((name) => isWritten(name) && name.startsWith(typed))
    .map((name) => ({ text: name.slice(from).replaceAll("$", "."), kind: "class", detail: name }));
}

/** Arrays, lambdas and other classes without a name in any source are not typed by anybody. */
function isWritten(className: string): boolean {
  return !/[[/]|\$\$|\$\d/.test(className);
}

async function valueOrUndefined(
  view: HeapView,
  text: string,
  scope: EvaluationScope,
  signal: AbortSignal,
): Promise<DebugValue | undefined> {
  try {
    return await evaluatePath(view, text, scope, signal);
  } catch (error) {
    // Half an expression leads nowhere more often than not.
    if (error instanceof ExhumeError && error.fault.code !== "cancelled") return undefined;
    throw error;
  }
}
