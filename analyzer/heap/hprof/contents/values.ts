import { readId } from "../../../formats/hprof/window";
import type { BasicType, Value } from "../../heap";

/** Reads one value of a basic type; big-endian, as the whole format. */
export function readValue(view: DataView, index: number, type: BasicType, idSize: number): Value {
  switch (type) {
    case "object":
      return { type, id: readId(view, index, idSize) };
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
