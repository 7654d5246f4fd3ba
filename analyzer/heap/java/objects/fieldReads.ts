import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { stringOf } from "./strings";

/** The object a reference field points to; undefined when there is no such field, it is null or dangling. */
export function referenceIn(heap: Heap, object: ObjectIndex, field: string): ObjectIndex | undefined {
  return heap.referenceIn(object, field);
}

/** Follows fields one after the other: `a.b` is field `b` of what field `a` refers to. */
export function referenceAlong(heap: Heap, object: ObjectIndex, path: string): ObjectIndex | undefined {
  let current: ObjectIndex | undefined = object;
  for (const field of path.split(".")) {
    current = current === undefined ? undefined : referenceIn(heap, current, field);
  }
  return current;
}

/** The first of several names a field has had over the JDKs; a name may be a path, as in {@link referenceAlong}. */
export function referenceInAny(
  heap: Heap,
  object: ObjectIndex,
  fields: readonly string[],
): ObjectIndex | undefined {
  for (const field of fields) {
    const found = field.includes(".")
      ? referenceAlong(heap, object, field)
      : referenceIn(heap, object, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An int, short, byte, char, boolean or long field as a number; undefined when there is no such field. */
export function numberIn(heap: Heap, object: ObjectIndex, field: string): number | undefined {
  const value = heap.fieldOf(object, field);
  if (value === undefined || value.type === "object") return undefined;
  return Number(value.value);
}

/** Text of a String field. */
export function stringIn(heap: Heap, object: ObjectIndex, field: string, maximum = 200): string | undefined {
  const target = referenceIn(heap, object, field);
  return target === undefined ? undefined : stringOf(heap, target, maximum);
}

/** The object a static field of a class points to. */
export function staticReferenceIn(heap: Heap, type: ClassIndex, field: string): ObjectIndex | undefined {
  const value = heap.classes.staticFieldsOf(type).find((candidate) => candidate.name === field)?.value;
  return value?.type === "object" ? heap.indexOf(value.id) : undefined;
}

/** The class itself, then its superclasses up to java.lang.Object. A cycle in a damaged dump ends the walk. */
export function* ancestryOf(heap: Heap, type: ClassIndex): Generator<ClassIndex> {
  const seen = new Set<ClassIndex>();
  for (
    let current: ClassIndex | undefined = type;
    current !== undefined && !seen.has(current);
    current = heap.classes.superclassOf(current)
  ) {
    seen.add(current);
    yield current;
  }
}

/** One bit per class: this class or a subclass of any class with one of the names. */
export function subclassesOf(heap: Heap, names: readonly string[]): Uint8Array {
  const wanted = new Set(names);
  const flags = new Uint8Array(heap.classes.count);
  for (let type = 0; type < flags.length; type++) {
    for (const ancestor of ancestryOf(heap, type as ClassIndex)) {
      if (!wanted.has(heap.classes.nameOf(ancestor))) continue;
      flags[type] = 1;
      break;
    }
  }
  return flags;
}
