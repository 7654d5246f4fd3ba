import type { Heap, ObjectIndex } from "../../heap";
import { numberIn, referenceIn } from "../objects/fieldReads";

/** The part of a primitive array that is an object's contents. */
export interface ComparedContents {
  readonly array: ObjectIndex;
  /** First element and number of elements. */
  readonly start: number;
  readonly count: number;
  /** Contents of different encodings are never equal: element type, and coder of a string. */
  readonly encoding: string;
  /** True when nothing else is in the array: with the object it would go too. */
  readonly whole: boolean;
}

/**
 * Where the characters of a java.lang.String are: all of its array from JDK 7u6 on, `count` of them from `offset` in
 * older ones and in Android up to 5. undefined when the dump has no array for it.
 */
export function contentsOfString(heap: Heap, string: ObjectIndex): ComparedContents | undefined {
  const array = referenceIn(heap, string, "value");
  const type = array === undefined ? undefined : heap.elementTypeOf(array);
  if (array === undefined || (type !== "char" && type !== "byte")) return undefined;
  const length = heap.lengthOf(array);
  const start = Math.min(length, Math.max(0, numberIn(heap, string, "offset") ?? 0));
  const stated = type === "char" ? numberIn(heap, string, "count") : undefined;
  const count = Math.min(length - start, Math.max(0, stated ?? length));
  const coder = type === "byte" ? (numberIn(heap, string, "coder") ?? 0) : 0;
  return { array, start, count, encoding: `${type} ${coder}`, whole: count === length };
}

/** All of a primitive array. */
export function contentsOfArray(heap: Heap, array: ObjectIndex): ComparedContents {
  const count = heap.lengthOf(array);
  return { array, start: 0, count, encoding: heap.classNameOf(array), whole: true };
}
