import type { Heap, ObjectIndex, Value } from "../../heap";
import { type PrimitiveType, primitiveWidths, readPrimitive } from "../../primitiveValues";

/** Decodes array contents as `primitiveBytesOf` gives them. */
export function primitiveValues(type: PrimitiveType, bytes: Uint8Array): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = primitiveWidths[type];
  const values: Value[] = [];
  for (let at = 0; at + width <= bytes.byteLength; at += width) values.push(readPrimitive(view, at, type));
  return values;
}

/** Slots of an array as values: ids of references, decoded primitives. */
export function arrayValues(heap: Heap, array: ObjectIndex, start: number, count: number): Value[] {
  const type = heap.elementTypeOf(array);
  if (type === undefined) return [];
  return type === "object"
    ? heap.elementIdsOf(array, start, count).map((id) => ({ type, id }))
    : primitiveValues(type, heap.primitiveBytesOf(array, start, count));
}

/** True for null, zero and false: what a slot that was never written holds. */
export function isZero(value: Value): boolean {
  return value.type === "object" ? value.id === 0n : Number(value.value) === 0;
}
