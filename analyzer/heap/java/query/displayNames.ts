import type { Heap, ObjectIndex } from "../../heap";
import { labelOf } from "../objects/labels";

/** An object as lists show it: class, id and what it says of itself. */
export function displayNameOf(heap: Heap, object: ObjectIndex): string {
  const type = heap.classOfClassObject(object);
  const label = labelOf(heap, object);
  const name = `${heap.classNameOf(object)} @ 0x${heap.idOf(object).toString(16)}`;
  return type !== undefined || label === undefined ? name : `${name} ${label}`;
}
