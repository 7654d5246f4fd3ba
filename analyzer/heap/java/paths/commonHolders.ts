import type { Work } from "../../../base/work";
import type { Holding } from "../../graph/paths/holding";
import type { Heap, ObjectIndex } from "../../heap";
import { mainHoldingOf } from "./holders";

/** What holds many of some objects. */
export interface CommonHolder {
  /** One of them; elements of arrays of a class are one field named `[]`. */
  readonly holding: Holding;
  /** The first object it was found to hold. */
  readonly example: ObjectIndex;
  /** Share of the objects it holds, 0 … 1. */
  readonly share: number;
}

/** The fields that hold the objects, most frequent first. */
export function commonHolders(
  heap: Heap,
  objects: readonly ObjectIndex[],
  work: Work,
  holderOf: (heap: Heap, object: ObjectIndex) => Holding | undefined = mainHoldingOf,
): CommonHolder[] {
  heap.listReferrers(work);
  const counts = new Map<string, { holding: Holding; example: ObjectIndex; count: number }>();
  for (const object of objects) {
    work.throwIfCancelled();
    const holding = holderOf(heap, object);
    if (holding === undefined) continue;
    const field = holding.reference.kind === "element" ? "[]" : holding.field;
    const key = `${holding.className}#${field}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { holding: { ...holding, field }, example: object, count: 1 });
    else known.count++;
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ holding, example, count }) => ({ holding, example, share: count / objects.length }));
}
