import type { Heap, ObjectIndex } from "../../heap";
import { numberIn, referenceIn, referenceInAny } from "../objects/fieldReads";
import { firstNumber, ringSize } from "./collection";
import type { Entry } from "./entry";
import { primitiveValues } from "./primitives";
import { markerOf } from "./specialisedEntries";
import { type LayoutOf, slotChunk, slots } from "./storedIds";

export function* arrayEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"array">,
  skip: number,
): Generator<Entry> {
  const array = referenceInAny(heap, object, layout.elements);
  const type = array === undefined ? undefined : heap.elementTypeOf(array);
  if (array === undefined || type === undefined) return;
  const length = heap.lengthOf(array);
  if (type !== "object") {
    const end = Math.min(length, firstNumber(heap, object, layout.size) ?? length);
    for (let at = skip; at < end; at += slotChunk) {
      const bytes = heap.primitiveBytesOf(array, at, Math.min(slotChunk, end - at));
      for (const plainValue of primitiveValues(type, bytes)) yield { value: 0n, plainValue };
    }
    return;
  }
  const size = firstNumber(heap, object, layout.size) ?? length;
  // Without a counter, null slots are the holes of a probed table or of an over-long array.
  const holes = layout.size.length === 0 && layout.nulls !== true;
  for (const value of slots(heap, array, skip, Math.min(size, length))) {
    if (!holes || value !== 0n) yield { value };
  }
}

export function* ringEntries(
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

export function* alternatingEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"alternating">,
): Generator<Entry> {
  const table = referenceInAny(heap, object, layout.table);
  if (table === undefined) return;
  const chained = markerOf(heap, object, layout.chained);
  const nullKey = markerOf(heap, object, layout.nullKey);
  for (const { key, value } of pairsIn(heap, table)) {
    const chain = key === chained ? heap.indexOf(value) : undefined;
    if (chain === undefined) yield { key: key === nullKey ? 0n : key, value };
    else
      for (const each of pairsIn(heap, chain)) yield { ...each, key: each.key === nullKey ? 0n : each.key };
  }
}

function* pairsIn(
  heap: Heap,
  table: ObjectIndex,
): Generator<{ readonly key: bigint; readonly value: bigint }> {
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

export function* parallelEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"parallel">,
): Generator<Entry> {
  const keys = referenceInAny(heap, object, layout.keys);
  if (keys === undefined) return;
  // A set made of a map has no values.
  const values = referenceInAny(heap, object, layout.values);
  const length = Math.min(heap.lengthOf(keys), values === undefined ? Infinity : heap.lengthOf(values));
  const end =
    layout.holes === "none" ? Math.min(length, firstNumber(heap, object, layout.size) ?? 0) : length;
  for (let at = 0; at < end; at += slotChunk) {
    const count = Math.min(slotChunk, end - at);
    const someKeys = heap.elementIdsOf(keys, at, count);
    const someValues = values === undefined ? [] : heap.elementIdsOf(values, at, count);
    for (let i = 0; i < count; i++) {
      const key = someKeys[i]!;
      const value = someValues[i] ?? 0n;
      const isHole = layout.holes === "key" ? key === 0n : layout.holes === "value" && value === 0n;
      if (!isHole) yield { key, value };
    }
  }
}

/** An index of 32 bits in steps of five. */
const deepest = 7;

/** Arrays of arrays, from the left to the right: a stack of what is still to come. */
export function* nestedEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"nested">,
): Generator<Entry> {
  let left = layout.shift === undefined ? Infinity : (firstNumber(heap, object, layout.size) ?? 0);
  for (const [position, [field, depth]] of layout.parts.entries()) {
    const outermost = referenceIn(heap, object, field);
    if (outermost === undefined) continue;
    const levels =
      position > 0 || layout.shift === undefined
        ? depth
        : Math.min(deepest, (numberIn(heap, object, layout.shift) ?? 0) / 5 + 1);
    const open: { array: ObjectIndex; depth: number }[] = [{ array: outermost, depth: levels }];
    for (let guard = heap.instanceCount; open.length > 0 && guard > 0; guard--) {
      const { array, depth: levels } = open.pop()!;
      if (heap.elementTypeOf(array) !== "object") continue;
      const length = Math.min(heap.lengthOf(array), layout.width ?? Infinity);
      if (levels <= 1) {
        for (const value of slots(heap, array, 0, Math.min(length, left))) yield { value };
        left -= Math.min(length, left);
      } else {
        const inner = heap
          .elementIdsOf(array, 0, length)
          .map((id) => heap.indexOf(id))
          .filter((each) => each !== undefined);
        for (const each of inner.reverse()) open.push({ array: each, depth: levels - 1 });
      }
    }
  }
}

export function* bitEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"bits">): Generator<Entry> {
  const universe = referenceIn(heap, object, layout.universe);
  const bits = heap.fieldOf(object, layout.bits);
  if (universe === undefined || bits?.type !== "long") return;
  const set = BigInt.asUintN(64, bits.value);
  let position = 0n;
  for (const value of slots(heap, universe, 0, Math.min(64, heap.lengthOf(universe)))) {
    if ((set >> position++) & 1n) yield { value };
  }
}
