import { withoutEnding } from "../../analyzer/base/endings";
import type { HoldingField, ObjectId } from "../../analyzer/protocol/heap/objects";
import type { SourceTarget } from "../../analyzer/protocol/view/hostCalls";
import { callHost } from "../host";
import type { Navigate } from "../navigation";
import type { MenuAction } from "../widgets/contextMenu";

// Actions that rows of many views share. Array classes have no source of their own: their element class does.

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

export function revealInDominators(navigate: Navigate, objectId: ObjectId): MenuAction {
  return {
    id: "revealInDominators",
    title: "Reveal in Dominator Tree",
    run: () => navigate({ view: "dominators", params: { reveal: objectId } }),
  };
}

export function inspectAction(navigate: Navigate, objectId: ObjectId): MenuAction {
  return {
    id: "inspect",
    title: "Inspect Object",
    run: () => navigate({ view: "inspector", params: { objectId } }),
  };
}

export function whyAlive(navigate: Navigate, objectId: ObjectId): MenuAction {
  return {
    id: "whyAlive",
    title: "Why Is It Alive?",
    run: () => navigate({ view: "paths", params: { objectId } }),
  };
}

/** What can be done with any object. */
export function objectActions(navigate: Navigate, objectId: ObjectId): MenuAction[] {
  return [
    inspectAction(navigate, objectId),
    whyAlive(navigate, objectId),
    revealInDominators(navigate, objectId),
    copyAction("copyId", "Copy Object Id", objectId),
    copyObjectLink(objectId),
    writeNote(objectId),
  ];
}

/** A note on an object: kept beside the index and part of an exported investigation. */
export function writeNote(objectId: ObjectId): MenuAction {
  const place = { view: "dominators", params: { reveal: objectId } } as const;
  return {
    id: "writeNote",
    title: "Write Note…",
    run: () => void callHost("writeNote", { id: objectId, title: `object ${objectId}`, place }),
  };
}

export function copyObjectLink(objectId: ObjectId): MenuAction {
  return {
    id: "copyLink",
    title: "Copy Link to Object",
    run: () => void callHost("copyLink", { view: "dominators", params: { reveal: objectId } }),
  };
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
