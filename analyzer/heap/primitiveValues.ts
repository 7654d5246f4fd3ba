import type { BasicType, Value } from "./heap";

export type PrimitiveType = Exclude<BasicType, "object">;

/** Bytes of a primitive value in an array. */
export const primitiveWidths: Readonly<Record<PrimitiveType, number>> = {
  boolean: 1,
  char: 2,
  float: 4,
  double: 8,
  byte: 1,
  short: 2,
  int: 4,
  long: 8,
};

/** Reads one primitive value, big-endian as `primitiveBytesOf` gives them. */
export function readPrimitive(view: DataView, index: number, type: PrimitiveType): Value {
  switch (type) {
    case "boolean":
      return { type, value: view.getUint8(index) !== 0 };
    case "char":
      return { type, value: view.getUint16(index) };
    case "float":
      return { type, value: view.getFloat32(index) };
    case "double":
      return { type, value: view.getFloat64(index) };
    case "byte":
      return { type, value: view.getInt8(index) };
    case "short":
      return { type, value: view.getInt16(index) };
    case "int":
      return { type, value: view.getInt32(index) };
    case "long":
      return { type, value: view.getBigInt64(index) };
  }
}
