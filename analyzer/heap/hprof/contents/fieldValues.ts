import { readId } from "../../../formats/hprof/window";
import type { BasicType, Value } from "../../heap";
import { readPrimitive } from "../../primitiveValues";

/** Reads one value of a basic type from a record. */
export function readValue(view: DataView, index: number, type: BasicType, idSize: number): Value {
  return type === "object" ? { type, id: readId(view, index, idSize) } : readPrimitive(view, index, type);
}
