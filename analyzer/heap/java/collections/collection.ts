import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { ancestryOf, numberIn, referenceAlong, referenceIn, referenceInAny } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import { jdkViews } from "./jdkViews";
import { libraryShapes } from "./libraryShapes";
import { type CollectionShape, jdkShapes, type Layout, type MapView, otherJdkShapes } from "./shapes";
import { linkedArraySize } from "./specialisedEntries";
import { specialisedShapes } from "./specialisedShapes";

/** A wrapper around a wrapper … ends here. */
const maximumWrapping = 16;

/** Shape by the name of the class; subclasses have their ancestor's. */
const collectionShapes: ReadonlyMap<string, CollectionShape> = new Map(
  [jdkShapes, jdkViews, libraryShapes, specialisedShapes].flatMap((part) => Object.entries(part)),
);

const shapesByClass = perHeap((heap): readonly (CollectionShape | undefined)[] =>
  Array.from({ length: heap.classes.count }, (_, type) => {
    for (const ancestor of ancestryOf(heap, type as ClassIndex)) {
      const name = heap.classes.nameOf(ancestor);
      const other = otherJdkShapes[name];
      const isOther =
        other !== undefined &&
        heap.classes.instanceFieldsOf(ancestor).some((field) => field.name === other.whereField);
      const shape = isOther ? other.shape : collectionShapes.get(name);
      if (shape !== undefined) return shape;
    }
    return undefined;
  }),
);

/** How instances of a class lay out their elements; undefined when it is not a collection Exhume knows. */
export function shapeOfClass(heap: Heap, type: ClassIndex): CollectionShape | undefined {
  return shapesByClass(heap)[type];
}

export function shapeOf(heap: Heap, object: ObjectIndex): CollectionShape | undefined {
  return heap.classOfClassObject(object) === undefined ? shapeOfClass(heap, heap.classOf(object)) : undefined;
}

/** The collection that really holds the elements, inside wrappers and sets made of maps. */
export interface Storage {
  readonly object: ObjectIndex;
  readonly layout: Exclude<Layout, { layout: "wraps" }>;
  /** Which side of a map is meant, by the outermost collection that says so. */
  readonly view: MapView | undefined;
}

/** undefined when `object` is not a known collection, or one whose inside is missing from the dump. */
export function storageOf(heap: Heap, object: ObjectIndex): Storage | undefined {
  let current = object;
  let view: MapView | undefined;
  for (let depth = 0; depth < maximumWrapping; depth++) {
    const shape = shapeOf(heap, current);
    if (shape === undefined) return undefined;
    const { layout } = shape;
    view ??= shape.view ?? (depth === 0 && shape.kind === "map" ? "entries" : undefined);
    if (layout.layout !== "wraps") return { object: current, layout, view };
    const inner = referenceInAny(heap, current, layout.inner);
    if (inner === undefined) return undefined;
    current = inner;
  }
  return undefined;
}

/** What a collection says of itself. */
export interface CollectionSize {
  /** Elements or entries, by its own counter; undefined when only counting would tell. */
  readonly size: number | undefined;
  /** Slots of its array or table; undefined for linked ones. */
  readonly capacity: number | undefined;
}

export function collectionSizeOf(heap: Heap, object: ObjectIndex): CollectionSize | undefined {
  const storage = storageOf(heap, object);
  if (storage === undefined) return undefined;
  const { object: inner, layout } = storage;
  switch (layout.layout) {
    case "hashTable": {
      const table = referenceInAny(heap, inner, layout.table);
      return sized(counterIn(heap, inner, layout.size), table === undefined ? 0 : heap.lengthOf(table));
    }
    case "tree":
      return sized(counterIn(heap, inner, layout.size, layout.signIsColour), undefined);
    case "linked":
      return sized(counterIn(heap, inner, layout.size), undefined);
    case "array": {
      const elements = referenceInAny(heap, inner, layout.elements);
      const capacity = elements === undefined ? 0 : heap.lengthOf(elements);
      const counted = layout.counter === undefined ? capacity : numberIn(heap, inner, layout.counter);
      return sized(layout.size.length === 0 ? counted : counterIn(heap, inner, layout.size), capacity);
    }
    case "ring": {
      const elements = referenceInAny(heap, inner, layout.elements);
      const capacity = elements === undefined ? 0 : heap.lengthOf(elements);
      return sized(ringSize(heap, inner, layout, capacity), capacity);
    }
    case "alternating": {
      const table = referenceInAny(heap, inner, layout.table);
      const capacity = table === undefined ? 0 : Math.floor(heap.lengthOf(table) / 2);
      return sized(counterIn(heap, inner, layout.size), capacity);
    }
    case "parallel": {
      const values = referenceInAny(heap, inner, layout.holes === "value" ? layout.values : layout.keys);
      return sized(counterIn(heap, inner, layout.size), values === undefined ? 0 : heap.lengthOf(values));
    }
    case "nested": {
      const [first] = layout.parts;
      const only = first === undefined ? undefined : referenceIn(heap, inner, first[0]);
      return sized(
        counterIn(heap, inner, layout.size) ?? (only === undefined ? undefined : heap.lengthOf(only)),
        undefined,
      );
    }
    case "trie":
      return sized(counterIn(heap, inner, layout.size), undefined);
    case "probed": {
      const keys = referenceInAny(heap, inner, layout.keys);
      return sized(counterIn(heap, inner, layout.size), keys === undefined ? 0 : heap.lengthOf(keys));
    }
    case "bucketed": {
      const table = referenceIn(heap, inner, layout.table);
      return sized(counterIn(heap, inner, layout.size), table === undefined ? 0 : heap.lengthOf(table));
    }
    case "linkedArrays":
      return sized(linkedArraySize(heap, inner, layout), undefined);
    case "part":
    case "repeated":
      return sized(counterIn(heap, inner, layout.size), undefined);
    case "joined":
      return sized(undefined, undefined);
    case "fields":
      return sized(undefined, layout.items.length);
    case "bits": {
      const value = heap.fieldOf(inner, layout.bits);
      return sized(value?.type === "long" ? bitCount(value.value) : undefined, undefined);
    }
    case "segments": {
      let size = 0;
      let capacity = 0;
      for (const segment of segmentsOf(heap, inner, layout.segments)) {
        size += numberIn(heap, segment, layout.size) ?? 0;
        const table = tableOfSegment(heap, segment, layout.table);
        capacity += table === undefined ? 0 : heap.lengthOf(table);
      }
      return sized(size, capacity);
    }
  }
}

export function ringSize(
  heap: Heap,
  object: ObjectIndex,
  layout: Extract<Layout, { layout: "ring" }>,
  capacity: number,
): number | undefined {
  const counted = counterIn(heap, object, layout.size);
  if (counted !== undefined || capacity === 0) return counted ?? 0;
  const head = firstNumber(heap, object, layout.head);
  const tail = firstNumber(heap, object, layout.tail);
  if (head === undefined || tail === undefined) return undefined;
  if (layout.runsOn === true) return Math.max(0, Math.min(capacity, tail - head));
  return (((tail - head) % capacity) + capacity) % capacity;
}

export function firstNumber(heap: Heap, object: ObjectIndex, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = numberIn(heap, object, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function segmentsOf(heap: Heap, object: ObjectIndex, field: string): ObjectIndex[] {
  const array = referenceIn(heap, object, field);
  if (array === undefined) return [];
  return heap
    .elementIdsOf(array, 0, Math.min(heap.lengthOf(array), 1 << 16))
    .map((id) => heap.indexOf(id))
    .filter((segment) => segment !== undefined);
}

/** Guava keeps the table of a segment in an AtomicReferenceArray. */
export function tableOfSegment(heap: Heap, segment: ObjectIndex, field: string): ObjectIndex | undefined {
  const table = referenceIn(heap, segment, field);
  if (table === undefined) return undefined;
  return heap.elementTypeOf(table) === undefined ? referenceIn(heap, table, "array") : table;
}

function sized(size: number | undefined, capacity: number | undefined): CollectionSize {
  return { size, capacity };
}

/** A counter: a number, an AtomicInteger, or a base plus cells (`base+cells`). */
function counterIn(
  heap: Heap,
  object: ObjectIndex,
  names: readonly string[],
  signIsColour = false,
): number | undefined {
  for (const name of names) {
    const [base, cells] = name.split("+");
    const dot = base!.lastIndexOf(".");
    const owner = dot < 0 ? object : referenceAlong(heap, object, base!.slice(0, dot));
    // An empty tree has no root to count.
    if (owner === undefined) return 0;
    const value = heap.fieldOf(owner, base!.slice(dot + 1));
    if (value === undefined) continue;
    if (value.type === "object") {
      const atomic = heap.indexOf(value.id);
      return atomic === undefined ? undefined : numberIn(heap, atomic, "value");
    }
    if (signIsColour) return Number(value.value) & 0x7fffffff;
    const sum = Number(value.value) + (cells === undefined ? 0 : sumOfCells(heap, object, cells));
    return Math.max(0, sum);
  }
  return undefined;
}

function sumOfCells(heap: Heap, object: ObjectIndex, field: string): number {
  let sum = 0;
  for (const cell of segmentsOf(heap, object, field)) sum += numberIn(heap, cell, "value") ?? 0;
  return sum;
}

function bitCount(bits: bigint): number {
  let count = 0;
  for (let rest = BigInt.asUintN(64, bits); rest !== 0n; rest &= rest - 1n) count++;
  return count;
}
