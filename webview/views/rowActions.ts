import { withoutEnding } from "../../analyzer/base/endings";
import type { HoldingField } from "../../analyzer/protocol/heap/objects";
import type { SourceTarget } from "../../analyzer/protocol/view/hostCalls";
import { callHost } from "../host";
import type { MenuAction } from "../widgets/contextMenu";

// Actions that rows of many views share; those of objects and classes are put together in `heap/objectActions`. Array
// classes have no source of their own: their element class does.

/** undefined for arrays of primitives, which no source declares. */
export function goToClass(className: string): MenuAction | undefined {
  const element = withoutEnding(className, "[]");
  if (/^(boolean|byte|char|short|int|long|float|double)$/.test(element)) return undefined;
  return {
    id: "goToClass",
    title: "Go to Class",
    run: () => openSource({ kind: "class", className: element }),
  };
}

/** undefined for array slots, which have no declaration. */
export function goToHoldingField(held: HoldingField | undefined): MenuAction | undefined {
  if (held === undefined || held.field.startsWith("[") || held.field.startsWith("<")) return undefined;
  return {
    id: "goToField",
    title: `Go to Holding Field (${held.field})`,
    run: () => openSource({ kind: "field", className: held.className, field: held.field }),
  };
}

export function copyAction(id: string, title: string, text: string): MenuAction {
  return { id, title, run: () => void callHost("copyText", { text }) };
}

export function openSource(target: SourceTarget): void {
  void callHost("openSource", target);
}

/** A stack frame of a heap dump, at its line when the dump has one. */
export function openFrame({ className, method, file, line }: StackFrameName): void {
  openSource({
    kind: "frame",
    className,
    method,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
}

interface StackFrameName {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  readonly line?: number;
}

/** Leaves out what does not apply. */
export function presentActions(actions: readonly (MenuAction | undefined)[]): MenuAction[] {
  return actions.filter((action) => action !== undefined);
}
