import type { Work } from "../../../base/work";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { collectionSizeOf, shapeOfClass } from "../collections/collection";
import { countEntries, isRestOfList } from "../collections/entries";
import { isView } from "../collections/shapes";

/** How full the collections of one class are. */
export interface CollectionClass {
  readonly type: ClassIndex;
  collections: number;
  empty: number;
  /** Elements in all of them. */
  elements: number;
  /** Slots of their arrays and tables. */
  capacity: number;
  /** Collections by fill of their array: below a quarter, below a half, above. Empty ones are not among them. */
  readonly byFill: [number, number, number];
  /** Slots that hold nothing, in bytes of a reference each. */
  wastedBytes: number;
  /** Retained bytes of the empty ones; undefined without dominators. */
  emptyBytes: number | undefined;
  largest: ObjectIndex | undefined;
  largestSize: number;
}

export interface CollectionRow {
  readonly object: ObjectIndex;
  readonly size: number;
  readonly capacity: number | undefined;
}

export interface CollectionStatistics {
  /** Most wasteful first. */
  readonly classes: readonly CollectionClass[];
  /** The collections with most elements. */
  readonly largest: readonly CollectionRow[];
  readonly looked: number;
  readonly total: number;
}

/** Collections read one by one; beyond that an even sample, whose counts are scaled up. */
const maximumRead = 2_000_000;
const maximumLargest = 1_000;
/** Elements walked over, in all, to count what has no counter. */
const maximumWalked = 2_000_000;

/** Sizes and fill of every collection Exhume knows. */
export function collectionStatistics(heap: Heap, referenceBytes: number, work: Work): CollectionStatistics {
  const wanted = typeFlags(heap, (type) => {
    const shape = shapeOfClass(heap, type);
    // Wrappers hold no elements of their own.
    return shape !== undefined && !isView(shape);
  });
  let total = 0;
  for (let type = 0; type < wanted.length; type++) {
    if (wanted[type] === 1) total += heap.classes.instanceCountOf(type as ClassIndex);
  }
  const stride = Math.max(1, Math.ceil(total / maximumRead));
  const rows = new Map<ClassIndex, CollectionClass>();
  let largest: CollectionRow[] = [];
  const bySize = (a: CollectionRow, b: CollectionRow) => b.size - a.size;
  let position = 0;
  let looked = 0;
  let steps = maximumWalked;
  /** Collections without a counter are counted while there are steps left, then looked at for one element. */
  const walked = (object: ObjectIndex): number => {
    const count = countEntries(heap, object, Math.max(1, steps));
    steps -= count;
    return count;
  };
  forEachInstanceOf(heap, wanted, work, "Measuring collections", (object, type) => {
    if (position++ % stride !== 0 || isRestOfList(heap, object)) return;
    const measured = collectionSizeOf(heap, object);
    if (measured === undefined) return;
    looked++;
    const size = measured.size ?? walked(object);
    addTo(heap, rows, type, object, size, measured.capacity, referenceBytes, stride);
    if (size === 0) return;
    largest.push({ object, size, capacity: measured.capacity });
    if (largest.length > 4 * maximumLargest) largest = largest.sort(bySize).slice(0, maximumLargest);
  });
  return {
    classes: [...rows.values()].sort((a, b) => wasteOf(b) - wasteOf(a)),
    largest: largest.sort(bySize).slice(0, maximumLargest),
    looked,
    total,
  };
}

function wasteOf({ wastedBytes, emptyBytes }: CollectionClass): number {
  return wastedBytes + (emptyBytes ?? 0);
}

function addTo(
  heap: Heap,
  rows: Map<ClassIndex, CollectionClass>,
  type: ClassIndex,
  object: ObjectIndex,
  size: number,
  capacity: number | undefined,
  referenceBytes: number,
  weight: number,
): void {
  let row = rows.get(type);
  if (row === undefined) {
    row = {
      type,
      collections: 0,
      empty: 0,
      elements: 0,
      capacity: 0,
      byFill: [0, 0, 0],
      wastedBytes: 0,
      emptyBytes: heap.hasDominators ? 0 : undefined,
      largest: undefined,
      largestSize: -1,
    };
    rows.set(type, row);
  }
  row.collections += weight;
  row.elements += weight * size;
  row.capacity += weight * (capacity ?? 0);
  if (size > row.largestSize) {
    row.largest = object;
    row.largestSize = size;
  }
  if (size === 0) {
    row.empty += weight;
    if (row.emptyBytes !== undefined) row.emptyBytes += weight * heap.retainedSizeOf(object);
    return;
  }
  if (capacity === undefined || capacity === 0) return;
  const fill = size / capacity;
  row.byFill[fill < 0.25 ? 0 : fill < 0.5 ? 1 : 2] += weight;
  row.wastedBytes += weight * Math.max(0, capacity - size) * referenceBytes;
}
