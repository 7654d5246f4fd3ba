import type { ClassIndex, Heap, ObjectIndex, Reference } from "../../heap";

/** How one object holds another: a field of a class, or a slot of an array. */
export interface Holding {
  readonly declaredBy: ClassIndex;
  /** Field name, or `[12]`. */
  readonly name: string;
  readonly isStatic: boolean;
}

/** Longest array whose slots are searched for a child; beyond it the slot says nothing anybody would read. */
const longestSearched = 4096;

/**
 * How `holder` refers to each of `held`, for those it refers to directly.
 * @returns a map with an entry for each object that was found.
 */
export function holdingsOf(
  heap: Heap,
  holder: ObjectIndex,
  held: readonly ObjectIndex[],
): Map<ObjectIndex, Holding> {
  const found = new Map<ObjectIndex, Holding>();
  if (heap.lengthOf(holder) > longestSearched) return found;
  const wanted = new Set(held);
  for (const reference of heap.referencesOf(holder)) {
    if (!wanted.has(reference.target) || found.has(reference.target)) continue;
    const holding = holdingOf(heap, holder, reference);
    if (holding !== undefined) found.set(reference.target, holding);
  }
  return found;
}

/** The field or slot of one reference; undefined for references no source line writes, such as object to class. */
export function holdingOf(heap: Heap, holder: ObjectIndex, reference: Reference): Holding | undefined {
  if (reference.kind === "element") {
    return { declaredBy: heap.classOf(holder), name: `[${reference.slot ?? 0}]`, isStatic: false };
  }
  if (reference.kind !== "field" && reference.kind !== "static") return undefined;
  if (reference.declaredBy === undefined || reference.name === undefined) return undefined;
  return { declaredBy: reference.declaredBy, name: reference.name, isStatic: reference.kind === "static" };
}
