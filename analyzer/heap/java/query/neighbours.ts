import type { Heap, ObjectIndex } from "../../heap";
import { softnessOf } from "../paths/edges";

/** Objects that keep another one alive by a field, a static field or an element. */
export function strongReferrers(heap: Heap, object: ObjectIndex): ObjectIndex[] {
  return heap
    .referrersOf(object)
    .filter((holder) => softnessOf(heap, holder) === undefined || refersStrongly(heap, holder, object));
}

function refersStrongly(heap: Heap, holder: ObjectIndex, object: ObjectIndex): boolean {
  return heap.referencesOf(holder).some(({ target, strong }) => strong && target === object);
}

/** What the fields and elements of an object refer to, each once; its class is not among them. */
export function strongReferees(heap: Heap, object: ObjectIndex, weakToo: boolean): ObjectIndex[] {
  const found = new Set<ObjectIndex>();
  for (const { target, kind, strong } of heap.referencesOf(object)) {
    if ((strong || weakToo) && kind !== "class" && kind !== "superclass" && kind !== "loader")
      found.add(target);
  }
  return [...found];
}
