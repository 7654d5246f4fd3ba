import type { Heap } from "../../heap";
import { isObjectValue, type QueryValue } from "./values";

/** Whether a value is an object of a class of this name, or of one that extends it. */
export function isInstance(heap: Heap, value: QueryValue, className: string): boolean {
  if (value === null || !isObjectValue(value)) return false;
  const type = heap.classOf(value.object);
  return heap.classes
    .findByName(className)
    .some((ancestor) => type === ancestor || heap.classes.isSubclassOf(type, ancestor));
}
