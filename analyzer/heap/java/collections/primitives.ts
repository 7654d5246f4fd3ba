import { basicTypeBytes, basicTypeName } from "../../../formats/hprof/tags";
import type { BasicType, Heap, ObjectIndex, Value } from "../../heap";
import { readValue } from "../../hprof/contents/values";

type PrimitiveType = Exclude<BasicType, "object">;

/** Decodes big-endian array contents as HPROF writes them. */
export function primitiveValues(type: PrimitiveType, bytes: Uint8Array): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = basicTypeBytes(basicTypeName.indexOf(type), 0);
  const values: Value[] = [];
  for (let at = 0; at + width <= bytes.byteLength; at += width) values.push(readValue(view, at, type, 0));
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
