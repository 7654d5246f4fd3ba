import type { Heap, ObjectIndex } from "../../heap";
import { ancestryOf, numberIn, referenceIn, referenceInAny, staticReferenceIn } from "../objects/fieldReads";
import { type Entry, entryOf } from "./entry";
import { arrayValues, isZero } from "./primitives";
import type { Layout } from "./shapes";

type LayoutOf<Name extends Layout["layout"]> = Extract<Layout, { layout: Name }>;

/** Slots of an array read at a time. */
const chunk = 4096;

/** Tables with open addressing, and pairs of filled arrays. */
export function* probedEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"probed">,
): Generator<Entry> {
  const keys = referenceInAny(heap, object, layout.keys);
  if (keys === undefined) return;
  const values = referenceInAny(heap, object, layout.values);
  const isProbed = layout.lastSlot !== undefined || layout.emptyValues === true;
  const length = heap.lengthOf(keys);
  const end = isProbed ? length : Math.min(length, numberIn(heap, object, layout.size[0]!) ?? 0);
  const hasLast = layout.lastSlot !== undefined && numberIn(heap, object, layout.lastSlot) === 1;
  for (let at = 0; at < end; at += chunk) {
    const count = Math.min(chunk, end - at);
    const someKeys = arrayValues(heap, keys, at, count);
    const someValues = values === undefined ? undefined : arrayValues(heap, values, at, count);
    for (const [i, key] of someKeys.entries()) {
      const value = someValues?.[i];
      if (layout.emptyValues === true && (value === undefined || isZero(value))) continue;
      if (layout.lastSlot !== undefined) {
        if (at + i === length - 1 ? !hasLast : isZero(key)) continue;
      }
      // A set has its elements as values.
      yield value === undefined ? entryOf(undefined, key) : entryOf(key, value);
    }
  }
}

/** An object that marks something in a table, by the static field of a class that has it. */
export function markerOf(heap: Heap, object: ObjectIndex, field: string | undefined): bigint | undefined {
  if (field === undefined) return undefined;
  for (const type of ancestryOf(heap, heap.classOf(object))) {
    const found = staticReferenceIn(heap, type, field);
    if (found !== undefined) return heap.idOf(found);
  }
  return undefined;
}

/** Sets whose slots hold an element or a bucket of elements, which may end in a further bucket. */
export function* bucketedEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"bucketed">,
): Generator<Entry> {
  const table = referenceIn(heap, object, layout.table);
  if (table === undefined) return;
  const nullKey = markerOf(heap, object, layout.nullKey);
  const isBucket = (id: bigint): ObjectIndex | undefined => {
    const found = heap.indexOf(id);
    return found !== undefined && heap.classNameOf(found) === layout.bucket ? found : undefined;
  };
  const length = heap.lengthOf(table);
  for (let at = 0; at < length; at += chunk) {
    for (const id of heap.elementIdsOf(table, at, Math.min(chunk, length - at))) {
      const open = [id];
      for (let guard = heap.instanceCount; open.length > 0 && guard > 0; guard--) {
        const slot = open.pop()!;
        if (slot === 0n) continue;
        const bucket = isBucket(slot);
        if (bucket === undefined) {
          yield { value: slot === nullKey ? 0n : slot };
          continue;
        }
        for (const field of layout.slots.toReversed()) {
          const value = heap.fieldOf(bucket, field);
          if (value?.type === "object") open.push(value.id);
        }
      }
    }
  }
}

/** Arrays one after the other, the last slot of each leading to the next, which a marker says to go to. */
export function* linkedArrayEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"linkedArrays">,
): Generator<Entry> {
  let buffer = lastOf(heap, object, layout.buffer);
  const jump = markerOf(heap, object, layout.jump);
  const head = numberIn(heap, object, layout.head);
  const size = linkedArraySize(heap, object, layout);
  if (head === undefined || size === undefined) return;
  let index = head / layout.step;
  for (let left = size, guard = 2 * size + 2; left > 0 && buffer !== undefined && guard > 0; guard--) {
    const slots: number = heap.lengthOf(buffer) - 1;
    if (slots <= 0) return;
    const [id] = heap.elementIdsOf(buffer, index % slots, 1);
    if (id === jump && jump !== undefined) {
      const [next] = heap.elementIdsOf(buffer, slots, 1);
      const target: ObjectIndex | undefined = next === undefined ? undefined : heap.indexOf(next);
      buffer = target === undefined ? undefined : inside(heap, target);
      continue;
    }
    // A producer may have claimed a slot that it has not filled yet.
    if (id !== undefined && id !== 0n) yield { value: id };
    index++;
    left--;
  }
}

export function linkedArraySize(
  heap: Heap,
  object: ObjectIndex,
  { head, tail, step }: LayoutOf<"linkedArrays">,
): number | undefined {
  const first = numberIn(heap, object, head);
  const end = numberIn(heap, object, tail);
  if (first === undefined || end === undefined) return undefined;
  // The lowest bit says that the array is being replaced.
  return Math.max(0, Math.floor(end / step) - Math.floor(first / step));
}

/** The array a field leads to, perhaps through an AtomicReferenceArray. */
function lastOf(heap: Heap, object: ObjectIndex, fields: readonly string[]): ObjectIndex | undefined {
  const found = referenceInAny(heap, object, fields);
  return found === undefined ? undefined : inside(heap, found);
}

function inside(heap: Heap, array: ObjectIndex): ObjectIndex | undefined {
  return heap.elementTypeOf(array) === undefined ? referenceIn(heap, array, "array") : array;
}
