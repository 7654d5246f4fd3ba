import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { JoinedFrame } from "../../core/managed/joinedStack";
import { managedValueAt } from "../../core/managed/managedPath";
import type { ManagedFrame } from "../../core/managed/managedStack";
import type { ManagedVariable } from "../../core/managed/managedValue";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { CoreFramePlace, CoreVariableRow, FrameScope } from "../../protocol/core/variables";
import { type CoreContext, findCoreThread } from "./coreContext";

/** The innermost frame of the program that a runtime tells of, at a native frame or further out; else one of a library. */
export function innermostManaged(
  context: CoreContext,
  thread: ThreadSnapshot,
  from = 0,
): CoreFrame | undefined {
  const told = context.managed.threadOf(thread);
  if (told === undefined) return undefined;
  const stack = context.core.stackOf(thread);
  const { beyond } = told;
  // A stack is only followed to its end where something stands there.
  const last = beyond.length === 0 ? [] : [{ nativeIndex: stack.count(), frames: beyond }];
  const places = told.places.filter(({ nativeIndex }) => nativeIndex >= from);
  const all = [...places, ...last].flatMap(({ nativeIndex, frames }) =>
    frames.map((managed, position) => ({ managed, nativeIndex, position })),
  );
  const innermost = all.find(({ managed }) => !managed.isLibrary) ?? all[0];
  if (innermost === undefined) return undefined;
  const { nativeIndex } = innermost;
  const native = stack.frameAt(Math.min(nativeIndex, stack.count(nativeIndex + 1) - 1));
  return wireManagedFrame({ ...innermost, native });
}

/** A frame a runtime tells of, as it goes over the wire. */
export function wireManagedFrame({
  managed,
  native,
  nativeIndex,
  position,
}: Exclude<JoinedFrame, { managed?: undefined }>): CoreFrame {
  const {
    language,
    function: name,
    className,
    file,
    line,
    column,
    isInlined = false,
    how,
    caution,
    locks,
  } = managed;
  return {
    index: nativeIndex,
    pc: formatHex(native?.pc ?? 0n),
    language,
    ...(name === undefined ? {} : { function: name }),
    ...(className === undefined ? {} : { className }),
    ...(how === undefined ? {} : { how }),
    ...(caution === undefined ? {} : { caution }),
    ...(locks === undefined ? {} : { locks }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(managed.isLibrary === true ? { library: true as const } : {}),
    ...(column === undefined ? {} : { column }),
    inline: position,
    inlined: isInlined,
    guessed: native?.origin === "guessed" && managed.isCertain !== true,
    signalFrame: false,
  };
}

/** Variables of a frame that a runtime tells of. */
export function managedVariableRows(
  context: CoreContext,
  place: CoreFramePlace,
  scope: Exclude<FrameScope, "registers">,
  { start, count }: { readonly start: number; readonly count: number },
) {
  const frame = managedFrameAt(context, place);
  const variables = variablesIn(frame, scope);
  // Only what has a name in the program can be evaluated.
  const isNamed = scope !== "threadLocals" && scope !== "thread";
  const rows = variables
    .slice(start, start + count)
    .map(({ name, value }) => context.values.managedRowOf(name, value, isNamed ? name : undefined));
  return { start, end: start + rows.length, total: variables.length, rows };
}

function variablesIn(
  frame: ManagedFrame,
  scope: Exclude<FrameScope, "registers">,
): readonly ManagedVariable[] {
  switch (scope) {
    case "globals":
    case "threadLocals":
    case "thread":
      return frame[scope]?.() ?? [];
    case "arguments":
    case "locals":
      return (frame.variables?.() ?? []).filter(({ isArgument }) => isArgument === (scope === "arguments"));
  }
}

/** @throws ExhumeError `invalid` for what is more than a way to a value */
export function managedEvaluation(
  context: CoreContext,
  expression: string,
  place: CoreFramePlace,
): CoreVariableRow {
  const frame = managedFrameAt(context, place);
  const value =
    managedValueAt(expression, frame.variables?.() ?? []) ??
    managedValueAt(expression, frame.globals?.() ?? []);
  if (value === undefined) {
    const what = `${expression} is not a variable of this frame with its attributes and elements, which is all that can be evaluated here`;
    throw new ExhumeError({ code: "invalid", what });
  }
  return context.values.managedRowOf(expression, value, expression);
}

function managedFrameAt(context: CoreContext, { lwp, frame, inline }: CoreFramePlace): ManagedFrame {
  const managed = context.managed.stackOf(findCoreThread(context, lwp)).managedAt(frame, inline);
  if (managed === undefined)
    throw new ExhumeError({ code: "notFound", what: `thread ${lwp} has no such frame at ${frame}` });
  return managed;
}
