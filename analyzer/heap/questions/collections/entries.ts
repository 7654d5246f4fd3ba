import type { Heap, ObjectIndex } from "../../heap";
import { referenceIn, referenceInAny, staticReferenceIn } from "../fieldReads";
import { perHeap } from "../perHeap";
import {
  firstNumber,
  ringSize,
  type Storage,
  segmentsOf,
  shapeOf,
  storageOf,
  tableOfSegment,
} from "./collection";
import type { Layout } from "./shapes";

/** One element, or one entry of a map. Ids; 0n is null. */
export interface Entry {
  /** Only entries of maps have one. */
  readonly key?: bigint;
  readonly value: bigint;
}

/** Slots of an array read at a time. */
const chunk = 4096;

type LayoutOf<Name extends Layout["layout"]> = Extract<Layout, { layout: Name }>;

/**
 * The elements of a collection in its own order, read as they are asked for. Empty for other objects.
 * @param skip elements to leave out at the start: without reading them where the elements are in an array, by
 *   walking over them elsewhere
 */
export function* entriesOf(heap: Heap, object: ObjectIndex, skip = 0): Generator<Entry> {
  const storage = storageOf(heap, object);
  if (storage === undefined) return;
  const isMap = shapeOf(heap, object)?.kind === "map";
  const direct = directSkip(storage, skip);
  let toSkip = skip - direct;
  for (const entry of storedEntries(heap, storage, direct)) {
    if (toSkip-- > 0) continue;
    // A set made of a map has its elements as keys.
    if (isMap || entry.key === undefined) yield entry;
    else yield { value: entry.key };
  }
}

function directSkip({ layout }: Storage, skip: number): number {
  return layout.layout === "ring" || (layout.layout === "array" && layout.size.length > 0) ? skip : 0;
}

function storedEntries(heap: Heap, { object, layout }: Storage, skip: number): Generator<Entry> {
  switch (layout.layout) {
    case "hashTable":
      return hashTableEntries(heap, object, layout);
    case "tree":
      return treeEntries(heap, object, layout);
    case "array":
      return arrayEntries(heap, object, layout, skip);
    case "ring":
      return ringEntries(heap, object, layout, skip);
    case "linked":
      return linkedEntries(heap, object, layout);
    case "alternating":
      return alternatingEntries(heap, object, layout);
    case "parallel":
      return parallelEntries(heap, object, layout);
    case "fields":
      return fieldEntries(heap, object, layout);
    case "bits":
      return bitEntries(heap, object, layout);
    case "segments":
      return segmentEntries(heap, object, layout);
  }
}

/** Ids in an object array from `start` up to `end`, read in chunks. */
function* slots(heap: Heap, array: ObjectIndex, start: number, end: number): Generator<bigint> {
  for (let at = start; at < end; at += chunk) {
    yield* heap.elementIdsOf(array, at, Math.min(chunk, end - at));
  }
}

function idIn(heap: Heap, object: ObjectIndex, names: readonly string[]): bigint | undefined {
  for (const name of names) {
    const value = heap.fieldOf(object, name);
    if (value?.type === "object") return value.id;
  }
  return undefined;
}

function* chainEntries(
  heap: Heap,
  first: bigint,
  layout: Pick<LayoutOf<"hashTable">, "key" | "value" | "next" | "forwards">,
): Generator<Entry> {
  let node = heap.indexOf(first);
  const forward = node === undefined ? undefined : layout.forwards?.[heap.classNameOf(node)];
  if (node !== undefined && forward !== undefined) node = referenceIn(heap, node, forward);
  // A chain of a sound table is a handful of nodes; a cycle in a damaged one ends by the count.
  for (let guard = heap.instanceCount; node !== undefined && guard > 0; guard--) {
    const key = idIn(heap, node, layout.key);
    // Reservations and forwarding nodes of a table that is being resized have null for a key.
    if (key !== undefined) yield { key, value: valueOfNode(heap, node, layout.value) };
    node = layout.next === "" ? undefined : referenceIn(heap, node, layout.next);
  }
}

/** Guava puts a value behind a `ValueReference` whose `referent` it is. */
function valueOfNode(heap: Heap, node: ObjectIndex, names: readonly string[]): bigint {
  const id = idIn(heap, node, names) ?? 0n;
  const target = heap.indexOf(id);
  if (target === undefined || !heap.classNameOf(target).endsWith("ValueReference")) return id;
  return idIn(heap, target, ["referent"]) ?? id;
}

function* hashTableEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"hashTable">): Generator<Entry> {
  const table = referenceInAny(heap, object, layout.table);
  if (table === undefined) return;
  for (const first of slots(heap, table, 0, heap.lengthOf(table))) {
    if (first !== 0n) yield* chainEntries(heap, first, layout);
  }
}

function* segmentEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"segments">): Generator<Entry> {
  for (const segment of segmentsOf(heap, object, layout.segments)) {
    const table = tableOfSegment(heap, segment, layout.table);
    if (table === undefined) continue;
    for (const first of slots(heap, table, 0, heap.lengthOf(table))) {
      if (first !== 0n) yield* chainEntries(heap, first, layout);
    }
  }
}

/** In key order, with a stack of the way down: as deep as the tree, not as big. */
function* treeEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"tree">): Generator<Entry> {
  const path: ObjectIndex[] = [];
  let node = referenceIn(heap, object, layout.root);
  for (let guard = 2 * heap.instanceCount; guard > 0; guard--) {
    if (node !== undefined) {
      path.push(node);
      node = referenceIn(heap, node, "left");
      continue;
    }
    const next = path.pop();
    if (next === undefined) return;
    yield { key: idIn(heap, next, ["key"]) ?? 0n, value: idIn(heap, next, ["value"]) ?? 0n };
    node = referenceIn(heap, next, "right");
  }
}

function* arrayEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"array">,
  skip: number,
): Generator<Entry> {
  const array = referenceInAny(heap, object, layout.elements);
  if (array === undefined || heap.elementTypeOf(array) !== "object") return;
  const length = heap.lengthOf(array);
  const size = firstNumber(heap, object, layout.size) ?? length;
  // Without a counter, null slots are the holes of a probed table or of an over-long array.
  const holes = layout.size.length === 0;
  for (const value of slots(heap, array, skip, Math.min(size, length))) {
    if (!holes || value !== 0n) yield { value };
  }
}

function* ringEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"ring">,
  skip: number,
): Generator<Entry> {
  const array = referenceInAny(heap, object, layout.elements);
  if (array === undefined) return;
  const capacity = heap.lengthOf(array);
  if (capacity === 0) return;
  const size = Math.min(ringSize(heap, object, layout, capacity) ?? 0, capacity);
  const head = ((firstNumber(heap, object, layout.head) ?? 0) + skip) % capacity;
  const wanted = Math.max(0, size - skip);
  const untilEnd = Math.min(wanted, capacity - head);
  for (const value of slots(heap, array, head, head + untilEnd)) yield { value };
  for (const value of slots(heap, array, 0, wanted - untilEnd)) yield { value };
}

function* linkedEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"linked">): Generator<Entry> {
  let node = firstNode(heap, object, layout.first);
  for (let guard = heap.instanceCount; node !== undefined && guard > 0; guard--) {
    const value = idIn(heap, node, layout.item);
    const target: ObjectIndex | undefined = referenceInAny(heap, node, layout.next);
    const key = layout.key === undefined ? undefined : idIn(heap, node, [layout.key]);
    // Sentinels and removed nodes have no item; the header of a skip list has no key.
    const isEntry = layout.key === undefined ? value !== undefined && value !== 0n : key !== 0n;
    if (isEntry && value !== undefined) yield key === undefined ? { value } : { key, value };
    // A node that points to itself was taken off the list.
    if (target === node) return;
    node = target;
  }
}

function firstNode(heap: Heap, object: ObjectIndex, paths: readonly string[]): ObjectIndex | undefined {
  for (const path of paths) {
    if (path === "this") return object;
    let node: ObjectIndex | undefined = object;
    for (const field of path.split(".")) {
      node = node === undefined ? undefined : referenceIn(heap, node, field);
    }
    if (node !== undefined) return node;
  }
  return undefined;
}

function* alternatingEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"alternating">,
): Generator<Entry> {
  const table = referenceInAny(heap, object, layout.table);
  if (table === undefined) return;
  let key: bigint | undefined;
  for (const id of slots(heap, table, 0, heap.lengthOf(table))) {
    if (key === undefined) {
      key = id;
      continue;
    }
    if (key !== 0n) yield { key, value: id };
    key = undefined;
  }
}

function* parallelEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"parallel">): Generator<Entry> {
  const keys = referenceInAny(heap, object, layout.keys);
  const values = referenceIn(heap, object, layout.values);
  if (keys === undefined || values === undefined) return;
  const end = Math.min(heap.lengthOf(keys), heap.lengthOf(values));
  for (let at = 0; at < end; at += chunk) {
    const count = Math.min(chunk, end - at);
    const someKeys = heap.elementIdsOf(keys, at, count);
    const someValues = heap.elementIdsOf(values, at, count);
    for (let i = 0; i < count; i++) {
      const value = someValues[i]!;
      if (value !== 0n) yield { key: someKeys[i]!, value };
    }
  }
}

/** `List.of(x)` marks its unused second field with a sentinel. */
const emptySentinel = perHeap((heap): ObjectIndex | undefined => {
  for (const type of heap.classes.findByName("java.util.ImmutableCollections")) {
    const found = staticReferenceIn(heap, type, "EMPTY");
    if (found !== undefined) return found;
  }
  return undefined;
});

function* fieldEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"fields">): Generator<Entry> {
  const key = layout.key === undefined ? undefined : (idIn(heap, object, [layout.key]) ?? 0n);
  for (const item of layout.items) {
    const value = idIn(heap, object, [item]);
    if (value === undefined) continue;
    if (key !== undefined) yield { key, value };
    else if (value !== 0n && heap.indexOf(value) !== emptySentinel(heap)) yield { value };
    else if (layout.items.length === 1) yield { value };
  }
}

function* bitEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"bits">): Generator<Entry> {
  const universe = referenceIn(heap, object, layout.universe);
  const bits = heap.fieldOf(object, layout.bits);
  if (universe === undefined || bits?.type !== "long") return;
  const set = BigInt.asUintN(64, bits.value);
  let position = 0n;
  for (const value of slots(heap, universe, 0, Math.min(64, heap.lengthOf(universe)))) {
    if ((set >> position++) & 1n) yield { value };
  }
}
