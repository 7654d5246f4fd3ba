import type { Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { collectionSizeOf } from "../../../analyzer/heap/java/collections/collection";
import { countEntries } from "../../../analyzer/heap/java/collections/entries";
import { referenceIn } from "../../../analyzer/heap/java/objects/fieldReads";
import type { Comparison } from "./compareHistogram";

const fixtures = "org.eclipse.mat.tests.CreateCollectionDump$";
/** Objects of MAT's fixture that hold collections of one size each, and how many elements when they are not empty. */
const kinds = [
  ["ListCollectionTestData", "collections", true],
  ["NonListCollectionTestData", "collections", true],
  ["MapTestData", "maps", true],
  ["EmptyListCollectionTestData", "collections", false],
  ["EmptyNonListCollectionTestData", "collections", false],
  ["EmptyMapTestData", "maps", false],
] as const;

/** Dumps of MAT's CreateCollectionDump: every collection of the JDK that can be made without knowing it, filled and empty. */
export function compareCollections(heap: Heap): Comparison {
  let equal = 0;
  const different = new Set<string>();
  for (const [kind, field, isFilled] of kinds) {
    for (const type of heap.classes.findByName(fixtures + kind)) {
      const wanted = isFilled ? countOf(heap, type) : 0;
      heap.forEachInstance(type, (holder) => {
        const array = referenceIn(heap, holder, field);
        if (array === undefined) return true;
        for (const id of heap.elementIdsOf(array, 0, heap.lengthOf(array))) {
          const object = heap.indexOf(id);
          if (object === undefined) continue;
          const found = elementsOf(heap, object);
          if (found === wanted) equal++;
          else different.add(`${kind} ${heap.classNameOf(object)}: ${wanted} there, ${found} here`);
        }
        return true;
      });
    }
  }
  return { equal, different: [...different] };
}

function countOf(heap: Heap, type: Parameters<Heap["classes"]["superclassOf"]>[0]): number {
  for (let at: typeof type | undefined = type; at !== undefined; at = heap.classes.superclassOf(at)) {
    const count = heap.classes.staticFieldsOf(at).find(({ name }) => name === "COUNT")?.value;
    if (count?.type === "int") return count.value;
  }
  return Number.NaN;
}

/** Its own counter and what is found in it have to agree. */
function elementsOf(heap: Heap, object: ObjectIndex): number | string {
  const size = collectionSizeOf(heap, object);
  if (size === undefined) return "no collection";
  const counted = countEntries(heap, object, 1_000_000);
  return size.size === undefined || size.size === counted
    ? counted
    : `${size.size} by its counter and ${counted}`;
}
