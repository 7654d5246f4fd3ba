import type { ExcludedReferences, ReferenceFilter } from "../../graph/describedGraph";
import { type FieldPattern, parseFieldPattern } from "../../graph/paths/fieldPattern";
import type { ClassIndex, Heap } from "../../heap";
import { ancestryOf } from "../objects/fieldReads";
import { softnessOf } from "./edges";

/** Which references count in a search: fields of classes and of their subclasses can be left out. */
export function referenceFilter(
  heap: Heap,
  { kinds, fields: excludedFields }: ExcludedReferences,
): ReferenceFilter {
  const excluded = new Set(kinds);
  const fields = (excludedFields ?? []).map(parseFieldPattern);
  const patternsByClass = new Map<ClassIndex, readonly FieldPattern[]>();
  const patternsOf = (type: ClassIndex) => {
    let known = patternsByClass.get(type);
    if (known === undefined) {
      const names = [...ancestryOf(heap, type)].map((ancestor) => heap.classes.nameOf(ancestor));
      known = fields.filter((pattern) => names.some((name) => pattern.matchesClass(name)));
      patternsByClass.set(type, known);
    }
    return known;
  };
  return (holder, target) => {
    const softness = softnessOf(heap, holder);
    if (softness !== undefined && excluded.has(softness)) {
      if (!heap.referencesOf(holder).some((edge) => edge.target === target && edge.strong)) return false;
    }
    if (fields.length === 0) return true;
    const type = heap.classOfClassObject(holder) ?? heap.classOf(holder);
    const patterns = patternsOf(type);
    if (patterns.length === 0) return true;
    if (patterns.some((pattern) => pattern.field === undefined)) return false;
    return heap
      .referencesOf(holder)
      .some((edge) => edge.target === target && !patterns.some((pattern) => pattern.field === edge.name));
  };
}
