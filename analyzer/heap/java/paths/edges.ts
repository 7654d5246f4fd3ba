import type { Heap, ObjectIndex, Reference } from "../../heap";
import { subclassesOf } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";

/** References that do not keep their referent alive, by the class that makes them so. */
export type Softness = "weak" | "soft" | "phantom" | "finalizer";

const softnessOfAncestor: readonly (readonly [string, Softness])[] = [
  ["java.lang.ref.WeakReference", "weak"],
  ["java.lang.ref.SoftReference", "soft"],
  ["java.lang.ref.PhantomReference", "phantom"],
  ["sun.misc.Cleaner", "phantom"],
  ["java.lang.ref.FinalReference", "finalizer"],
];

const softnessByClass = perHeap((heap): readonly (Softness | undefined)[] => {
  const result: (Softness | undefined)[] = new Array(heap.classes.count).fill(undefined);
  for (const [ancestor, softness] of softnessOfAncestor) {
    subclassesOf(heap, [ancestor]).forEach((flag, type) => {
      if (flag === 1) result[type] = softness;
    });
  }
  return result;
});

/** What kind of reference object this is; undefined for everything else. */
export function softnessOf(heap: Heap, object: ObjectIndex): Softness | undefined {
  return softnessByClass(heap)[heap.classOf(object)];
}

/**
 * How `holder` refers to `target`: a strong reference when there is one.
 */
export function edgeBetween(heap: Heap, holder: ObjectIndex, target: ObjectIndex): Reference | undefined {
  if (heap.elementTypeOf(holder) === "object") {
    const slot = heap.slotOf(holder, heap.idOf(target));
    return slot === undefined
      ? classEdge(heap, holder, target)
      : { target, kind: "element", slot, strong: true };
  }
  const edges = heap.referencesOf(holder).filter((edge) => edge.target === target);
  return (
    edges.find((edge) => edge.strong && edge.name !== undefined) ??
    edges.find((edge) => edge.strong) ??
    edges[0]
  );
}

function classEdge(heap: Heap, holder: ObjectIndex, target: ObjectIndex): Reference | undefined {
  return heap.classObjectOf(heap.classOf(holder)) === target
    ? { target, kind: "class", strong: true }
    : undefined;
}
