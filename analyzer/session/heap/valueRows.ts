import { formatHex } from "../../base/units";
import type { ClassIndex, Heap, Value } from "../../heap/heap";
import { describedHeap } from "../../heap/java/objects/describedHeap";
import { plainValue } from "../../heap/java/objects/labels";
import type { ValueRow } from "../../protocol/heap/objects";
import { objectRow } from "../graph/objectRows";

/** A value in words, with the object when it is a reference to one. */
export function valueRow(heap: Heap, value: Value): ValueRow {
  if (value.type !== "object") return { type: value.type, text: plainValue(value) ?? "" };
  if (value.id === 0n) return { type: "object", text: "null" };
  const object = heap.indexOf(value.id);
  if (object === undefined) {
    return { type: "object", text: `${formatHex(value.id)} (no such object in the dump)` };
  }
  const row = objectRow(describedHeap(heap), object);
  const text = row.label ?? `${row.className} @ ${row.objectId}`;
  return { type: "object", text: row.isClass === true ? `class ${row.className}` : text, object: row };
}

export function classNames(heap: Heap, types: Iterable<ClassIndex>): string[] {
  return [...types].map((type) => heap.classes.nameOf(type));
}
