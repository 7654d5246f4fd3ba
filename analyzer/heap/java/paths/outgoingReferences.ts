import type { ReferencePart } from "../../graph/describedGraph";
import type { Heap, ObjectIndex, Reference } from "../../heap";

/** What the object refers to. The slots of a big array are read only where they are asked for. */
export function outgoingReferences(
  heap: Heap,
  object: ObjectIndex,
  start: number,
  count: number,
): ReferencePart {
  if (heap.elementTypeOf(object) === "object") return slotReferences(heap, object, start, count);
  const references = heap.referencesOf(object);
  return {
    total: references.length,
    start,
    references: references
      .slice(start, start + count)
      .map((reference) => ({ object: reference.target, reference })),
  };
}

function slotReferences(heap: Heap, array: ObjectIndex, start: number, count: number): ReferencePart {
  const ids = heap.elementIdsOf(array, start, Math.max(0, Math.min(count, heap.lengthOf(array) - start)));
  const references = ids.flatMap((id, position) => {
    const target = heap.indexOf(id);
    if (target === undefined) return [];
    const reference: Reference = { target, kind: "element", slot: start + position, strong: true };
    return [{ object: target, reference }];
  });
  return { total: heap.lengthOf(array), start, references };
}
