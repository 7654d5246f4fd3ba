import { ExhumeError } from "../../base/errors";
import type { DebugField, DebugValue } from "../../protocol/heap/debugging";
import type { HeapView } from "./heapView";
import type { ObjectPath, PathStep } from "./objectPath";

/** The names an expression may begin with, besides classes and ids. */
export interface EvaluationScope {
  /** Class of the selected frame. */
  readonly className?: string;
  /** Classes whose statics are meant by their bare names: those of the file an expression stands in. */
  readonly nearClasses?: readonly string[];
  /** `this`, `local0`… of the selected frame. */
  readonly locals: ReadonlyMap<string, DebugValue>;
}

export interface Start {
  readonly value: DebugValue;
  /** Steps that were not needed to name it. */
  readonly rest: readonly PathStep[];
}

/** Classes of one simple name that a message names. */
const mostCandidates = 5;

/**
 * What a path begins with: an id, a local, a field of `this`, a static of the frame's class, a class.
 * @throws ExhumeError `invalid` when it is nothing, or several things
 */
export async function startOf(
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
  for (const className of nearClassesOf(scope)) {
    const field = await staticField(view, className, start, signal);
    if (field !== undefined) return { value: field, rest: steps };
  }
  const found = await classAtStart(view, start, steps, scope, signal);
  if (found !== undefined) return found;
  const why =
    start === "this"
      ? "there is no this in this frame: a static method, or the dump has no object of it"
      : `${start} is not a local, field, class or object id here; a heap dump has no names of locals`;
  throw new ExhumeError({ code: "invalid", what: why });
}

/** Classes whose statics need no class before them: the frame's own, the ones around it, those of the file. */
export function nearClassesOf({ className, nearClasses = [] }: EvaluationScope): readonly string[] {
  const around: string[] = [];
  for (let name = className ?? ""; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf("$")))) {
    around.push(name);
  }
  return [...new Set([...around, ...nearClasses])];
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
    for (const candidate of namesOf([start, ...names.slice(0, length)], scope)) {
      const object = await view.classObjectOrUndefined(candidate, signal);
      if (object !== undefined)
        return { value: await view.inspect(object, signal), rest: steps.slice(length) };
    }
  }
  return classOfSimpleName(view, start, names, steps, signal);
}

/** `a.B.C` is a class of the package `a.B`, or one inside `a.B`; a simple name is beside the frame's, or inside it. */
function namesOf(parts: readonly string[], scope: EvaluationScope): string[] {
  const names = parts.map((_, nested) =>
    [parts.slice(0, parts.length - nested).join("."), ...parts.slice(parts.length - nested)].join("$"),
  );
  const [first = ""] = nearClassesOf(scope);
  const packageName = first.slice(0, first.lastIndexOf(".") + 1);
  const nested = parts.join("$");
  const near = nearClassesOf(scope).map((className) => `${className}$${nested}`);
  return [...names, `${packageName}${nested}`, ...near, `java.lang.${nested}`];
}

/** A class of another package, when only one has that simple name: sources import it, an expression cannot. */
async function classOfSimpleName(
  view: HeapView,
  start: string,
  names: readonly string[],
  steps: readonly PathStep[],
  signal: AbortSignal,
): Promise<Start | undefined> {
  const beginning = await view.classNames(start, mostCandidates + 1, signal);
  const found = beginning.filter((name) => name.endsWith(`.${start}`));
  if (found.length > 1) {
    const some = found.slice(0, mostCandidates).join(", ");
    throw new ExhumeError({
      code: "invalid",
      what: `${start} is several classes: ${some}; write the package`,
    });
  }
  const [className] = found;
  if (className === undefined) return undefined;
  for (let length = names.length; length >= 0; length--) {
    const nested = [className, ...names.slice(0, length)].join("$");
    const object = await view.classObjectOrUndefined(nested, signal);
    if (object !== undefined) return { value: await view.inspect(object, signal), rest: steps.slice(length) };
  }
  return undefined;
}

async function staticField(
  view: HeapView,
  className: string,
  name: string,
  signal: AbortSignal,
): Promise<DebugField | undefined> {
  const object = await view.classObjectOrUndefined(className, signal);
  return object === undefined ? undefined : fieldNamed((await view.inspect(object, signal)).fields, name);
}

export function fieldNamed(fields: readonly DebugField[], name: string): DebugField | undefined {
  return fields.find((field) => field.name === name);
}
