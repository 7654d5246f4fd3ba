import type { Heap, ObjectIndex } from "../../heap";
import type { Layout } from "./shapes";

export type LayoutOf<Name extends Layout["layout"]> = Extract<Layout, { layout: Name }>;

/** Slots of an array read at a time. */
export const slotChunk = 4096;

/** Ids in an object array from `start` up to `end`, read in chunks. */
export function* slots(heap: Heap, array: ObjectIndex, start: number, end: number): Generator<bigint> {
  for (let at = start; at < end; at += slotChunk) {
    yield* heap.elementIdsOf(array, at, Math.min(slotChunk, end - at));
  }
}

export function idIn(heap: Heap, object: ObjectIndex, names: readonly string[]): bigint | undefined {
  for (const name of names) {
    const value = heap.fieldOf(object, name);
    if (value?.type === "object") return value.id;
  }
  return undefined;
}
