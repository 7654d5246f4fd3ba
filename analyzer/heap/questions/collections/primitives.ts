import type { BasicType, Heap, ObjectIndex, Value } from "../../heap";

type PrimitiveType = Exclude<BasicType, "object">;

/** Decodes big-endian array contents as HPROF writes them. */
export function primitiveValues(type: PrimitiveType, bytes: Uint8Array): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = widths[type];
  const values: Value[] = [];
  for (let at = 0; at + width <= bytes.byteLength; at += width) values.push(primitiveAt(type, view, at));
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

const widths: Readonly<Record<PrimitiveType, number>> = {
  boolean: 1,
  byte: 1,
  char: 2,
  short: 2,
  int: 4,
  float: 4,
  long: 8,
  double: 8,
};

function primitiveAt(type: PrimitiveType, view: DataView, at: number): Value {
  switch (type) {
    case "boolean":
      return { type, value: view.getUint8(at) !== 0 };
    case "byte":
      return { type, value: view.getInt8(at) };
    case "char":
      return { type, value: view.getUint16(at) };
    case "short":
      return { type, value: view.getInt16(at) };
    case "int":
      return { type, value: view.getInt32(at) };
    case "float":
      return { type, value: view.getFloat32(at) };
    case "long":
      return { type, value: view.getBigInt64(at) };
    case "double":
      return { type, value: view.getFloat64(at) };
  }
}
