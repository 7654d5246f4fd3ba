import type { BasicType, ClassIndex, FieldValue, ObjectIndex, Reference } from "../../heap";
import { isWeakField } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";

interface ReferenceSource {
  indexOf(id: bigint): ObjectIndex | undefined;
  classOf(object: number): ClassIndex;
  fieldsOf(object: number): FieldValue[];
  elementIdsOf(object: number, start: number, count: number): bigint[];
  lengthOf(object: number): number;
  elementTypeOf(object: number): BasicType | undefined;
  staticFieldsOf(type: ClassIndex): readonly FieldValue[];
  readonly locals: ReadonlyMap<number, readonly number[]>;
}

/** Outgoing references, read from the file, with the names through which they are held. */
export function makeReferenceReader(columns: HeapColumns, heap: ReferenceSource) {
  const { objectCount, classes: rows } = columns;

  function ofClassObject(type: ClassIndex): Reference[] {
    const row = rows[type]!;
    const result: Reference[] = [];
    for (const field of heap.staticFieldsOf(type)) {
      if (field.value.type !== "object") continue;
      const target = heap.indexOf(field.value.id);
      if (target === undefined) continue;
      result.push({ target, kind: "static", declaredBy: type, name: field.name, strong: true });
    }
    if (row.superclass >= 0) {
      result.push({
        target: (objectCount + row.superclass) as ObjectIndex,
        kind: "superclass",
        strong: true,
      });
    }
    const loader = heap.indexOf(row.loaderId);
    if (loader !== undefined) result.push({ target: loader, kind: "loader", strong: true });
    for (const id of [row.signersId, row.protectionDomainId, ...row.constants]) {
      const target = heap.indexOf(id);
      if (target !== undefined) result.push({ target, kind: "other", strong: true });
    }
    return result;
  }

  return (object: ObjectIndex): Reference[] => {
    if (object >= objectCount) return ofClassObject((object - objectCount) as ClassIndex);
    const result: Reference[] = [];
    for (const field of heap.fieldsOf(object)) {
      if (field.value.type !== "object") continue;
      const target = heap.indexOf(field.value.id);
      if (target === undefined) continue;
      const strong = !isWeakField(rows[field.declaredBy]!.name, field.name);
      result.push({ target, kind: "field", declaredBy: field.declaredBy, name: field.name, strong });
    }
    if (heap.elementTypeOf(object) === "object") {
      const length = heap.lengthOf(object);
      const step = 1 << 16;
      for (let start = 0; start < length; start += step) {
        heap.elementIdsOf(object, start, step).forEach((id, k) => {
          const target = heap.indexOf(id);
          if (target !== undefined) result.push({ target, kind: "element", slot: start + k, strong: true });
        });
      }
    }
    const type = heap.classOf(object);
    if (rows[type]!.id !== 0n) {
      result.push({ target: (objectCount + type) as ObjectIndex, kind: "class", strong: true });
    }
    for (const local of heap.locals.get(object) ?? []) {
      result.push({ target: local as ObjectIndex, kind: "local", strong: true });
    }
    return result;
  };
}
