import type { DescribedGraph } from "../../graph/describedGraph";
import type { Heap, ObjectIndex, Reference } from "../../heap";
import { stableName } from "../growth/stableName";
import { isApplicationClass } from "../paths/applicationClasses";
import { edgeBetween } from "../paths/edges";
import { outgoingReferences } from "../paths/outgoingReferences";
import { referenceFilter } from "../paths/referenceFilter";
import { rootsInWords } from "../paths/rootFacts";
import { loaderNameOf } from "../program/loaderNames";
import { fillerWords } from "./fillers";
import { labelOf } from "./labels";
import { perHeap } from "./perHeap";

/** Longest array whose slots are searched for a child; beyond it the slot says nothing anybody would read. */
const longestSearched = 4096;

/** The heap of a JVM as a graph that can be shown: with what Java has to say of its objects. */
export const describedHeap = perHeap((heap): Heap & DescribedGraph => ({
  ...heap,
  nameOf(object) {
    const type = heap.classOfClassObject(object);
    return type === undefined ? heap.classNameOf(object) : `class ${heap.classes.nameOf(type)}`;
  },
  labelOf: (object) => labelOf(heap, object),
  rootsInWords: (object) => rootsInWords(heap, object),
  originOf: (type) => loaderNameOf(heap, heap.classes.loaderIdOf(type)),
  stableName,
  fillerWords: (name) => fillerWords(heap, name),
  isOwnType: isApplicationClass,
  referenceBetween: (holder, target) => edgeBetween(heap, holder, target),
  namedReferenceBetween: (holder, target) =>
    heap.elementTypeOf(holder) === undefined ? edgeBetween(heap, holder, target) : undefined,
  referencesAmong(holder, held) {
    const found = new Map<ObjectIndex, Reference>();
    if (heap.lengthOf(holder) > longestSearched) return found;
    const wanted = new Set(held);
    for (const reference of heap.referencesOf(holder)) {
      const { target, name, slot } = reference;
      const isTelling = name !== undefined || slot !== undefined;
      if (isTelling && wanted.has(target) && !found.has(target)) found.set(target, reference);
    }
    return found;
  },
  outgoingPart: (object, start, count) => outgoingReferences(heap, object, start, count),
  filterOf: (excluded) => referenceFilter(heap, excluded),
}));
