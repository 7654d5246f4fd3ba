import { formatHex } from "../../base/units";
import type { ClassIndex, Heap, ObjectIndex, Reference, Value } from "../../heap/heap";
import { labelOf, plainValue } from "../../heap/java/objects/labels";
import { holdingOfReference } from "../../heap/java/paths/holders";
import type { ReferenceRow } from "../../protocol/heap/inspector";
import type { HoldingField, ObjectRow, ValueRow } from "../../protocol/heap/objects";
import type { Page } from "../../protocol/wire";

/** An object as lists show it. */
export function objectRow(heap: Heap, object: ObjectIndex): ObjectRow {
  const type = heap.classOfClassObject(object);
  const label = type === undefined ? labelOf(heap, object) : undefined;
  return {
    objectId: formatHex(heap.idOf(object)),
    className: type === undefined ? heap.classNameOf(object) : heap.classes.nameOf(type),
    ...(type === undefined ? {} : { isClass: true as const }),
    ...(label === undefined ? {} : { label }),
    shallowBytes: heap.shallowSizeOf(object),
    ...retainedIn(heap, object),
  };
}

/** The retained size as rows have it: absent when dominators were left out. */
export function retainedIn(heap: Heap, object: ObjectIndex): { readonly retainedBytes?: number } {
  const retainedBytes = heap.retainedSizeOrUndefined(object);
  return retainedBytes === undefined ? {} : { retainedBytes };
}

export function holdingField(
  heap: Heap,
  holder: ObjectIndex,
  reference: Reference | undefined,
): HoldingField | undefined {
  const holding = reference === undefined ? undefined : holdingOfReference(heap, holder, reference);
  if (holding === undefined) return undefined;
  return { className: holding.className, field: holding.field, static: holding.static };
}

/** A row about `shown`, which is one end of a reference that `holder` has. */
export function referenceRow(
  heap: Heap,
  shown: ObjectIndex,
  holder: ObjectIndex,
  reference: Reference | undefined,
): ReferenceRow {
  const field = holdingField(heap, holder, reference);
  return {
    ...objectRow(heap, shown),
    ...(field === undefined ? {} : { field }),
    kind: reference?.kind ?? "other",
    strong: reference?.strong ?? true,
  };
}

/** A value in words, with the object when it is a reference to one. */
export function valueRow(heap: Heap, value: Value): ValueRow {
  if (value.type !== "object") return { type: value.type, text: plainValue(value) ?? "" };
  if (value.id === 0n) return { type: "object", text: "null" };
  const object = heap.indexOf(value.id);
  if (object === undefined) {
    return { type: "object", text: `${formatHex(value.id)} (no such object in the dump)` };
  }
  const row = objectRow(heap, object);
  const text = row.label ?? `${row.className} @ ${row.objectId}`;
  return { type: "object", text: row.isClass === true ? `class ${row.className}` : text, object: row };
}

export function classNames(heap: Heap, types: Iterable<ClassIndex>): string[] {
  return [...types].map((type) => heap.classes.nameOf(type));
}

export function pageOf<Row>(rows: readonly Row[], start: number, count: number): Page<Row> {
  const part = rows.slice(start, start + count);
  return { start, end: start + part.length, total: rows.length, rows: part };
}
