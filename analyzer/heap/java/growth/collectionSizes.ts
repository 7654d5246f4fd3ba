import type { Work } from "../../../base/work";
import type { CollectionSizeRow } from "../../graph/growth/profile";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { Heap, ObjectIndex } from "../../heap";
import { collectionSizeOf, shapeOfClass } from "../collections/collection";
import { countEntries, isRestOfList } from "../collections/entries";
import { isView } from "../collections/shapes";
import { applicationHoldingOf } from "../paths/holders";
import { stableName } from "./stableName";

/** The collections with most elements are followed to their fields. */
const followed = 300;
const leastElements = 50;
/** Fifty elements need an array or nodes: no collection that keeps less needs to be read. */
const leastBytes = 200;
/** Elements walked over, in all, to count collections without a counter. */
const maximumWalked = 2_000_000;

/** The biggest collections by the field that holds them. */
export function collectionSizes(heap: Heap, work: Work): CollectionSizeRow[] {
  const wanted = typeFlags(heap, (type) => {
    const shape = shapeOfClass(heap, type);
    return shape !== undefined && !isView(shape) && shape.immutable !== true;
  });
  let steps = maximumWalked;
  let found: { object: ObjectIndex; size: number }[] = [];
  const bySize = (a: { size: number }, b: { size: number }) => b.size - a.size;
  forEachInstanceOf(heap, wanted, work, "Measuring collections", (object) => {
    if ((heap.retainedSizeOrUndefined(object) ?? leastBytes) < leastBytes) return;
    if (isRestOfList(heap, object)) return;
    let size = collectionSizeOf(heap, object)?.size;
    if (size === undefined && steps > 0) {
      size = countEntries(heap, object, steps);
      steps -= size;
    }
    if (size === undefined) return;
    if (size < leastElements) return;
    found.push({ object, size });
    if (found.length > 8 * followed) found = found.sort(bySize).slice(0, followed);
  });
  heap.listReferrers(work);
  const rows = new Map<string, CollectionSizeRow>();
  for (const { object, size } of found.sort(bySize).slice(0, followed)) {
    work.throwIfCancelled();
    const holding = applicationHoldingOf(heap, object);
    const className = stableName(heap.classNameOf(object));
    const key = `${className} ${holding?.className ?? ""} ${holding?.field ?? ""}`;
    const row = rows.get(key);
    rows.set(key, {
      className,
      ...(holding === undefined
        ? {}
        : {
            field: { className: stableName(holding.className), name: holding.field, static: holding.static },
          }),
      collections: (row?.collections ?? 0) + 1,
      elements: (row?.elements ?? 0) + size,
      ...(heap.hasDominators
        ? { retainedBytes: (row?.retainedBytes ?? 0) + heap.retainedSizeOf(object) }
        : {}),
    });
  }
  return [...rows.values()];
}
