import { type Heap, type ObjectIndex, type Reference, unreachable, virtualRoot } from "../../heap";
import { subclassesOf } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";

/** Slots of an array looked at in one read when searching it. */
const chunk = 1 << 14;

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
 * How `holder` refers to `target`: a strong reference when there is one. Arrays are searched in chunks, so that
 * the slots of a big one never become objects all at once.
 */
export function edgeBetween(heap: Heap, holder: ObjectIndex, target: ObjectIndex): Reference | undefined {
  if (heap.elementTypeOf(holder) === "object") {
    const slot = slotOf(heap, holder, heap.idOf(target));
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

function slotOf(heap: Heap, array: ObjectIndex, id: bigint): number | undefined {
  const length = heap.lengthOf(array);
  for (let start = 0; start < length; start += chunk) {
    const found = heap.elementIdsOf(array, start, Math.min(chunk, length - start)).indexOf(id);
    if (found >= 0) return start + found;
  }
  return undefined;
}

/** The immediate dominator when it is an object; undefined also when dominators were left out. */
export function dominatorOf(heap: Heap, object: ObjectIndex): ObjectIndex | undefined {
  if (!heap.hasDominators) return undefined;
  const dominator = heap.immediateDominatorOf(object);
  return dominator === virtualRoot || dominator === unreachable ? undefined : dominator;
}

/** True when `ancestor` is on the dominator chain above `object` or is the object itself. */
export function isDominatedBy(heap: Heap, object: ObjectIndex, ancestor: ObjectIndex): boolean {
  for (const step of dominatorChain(heap, object)) if (step === ancestor) return true;
  return false;
}

/** The object, its immediate dominator, and so on up to the virtual root's child. */
export function* dominatorChain(heap: Heap, object: ObjectIndex): Generator<ObjectIndex> {
  let current: ObjectIndex | undefined = object;
  for (let guard = heap.nodeCount; current !== undefined && guard > 0; guard--) {
    yield current;
    current = dominatorOf(heap, current);
  }
}

/** Dominators walked over for one sum, in all. */
const maximumWalked = 5_000_000;

/**
 * What would be freed with all of these objects together: each byte once, also when one of them is listed twice or lies
 * below another.
 */
export function retainedTogether(heap: Heap, objects: Iterable<ObjectIndex>): number {
  const listed = new Set(objects);
  /** Objects known to lie below a listed one, and those known not to. */
  const inside = new Map<ObjectIndex, boolean>();
  let walked = 0;
  let bytes = 0;
  for (const object of listed) {
    const passed: ObjectIndex[] = [];
    let isInside = false;
    for (let at = dominatorOf(heap, object); at !== undefined; at = dominatorOf(heap, at)) {
      // A walk that was given up counts as inside: a sum may be too small, never more than there is.
      const known = listed.has(at) || ++walked > maximumWalked ? true : inside.get(at);
      if (known !== undefined) {
        isInside = known;
        break;
      }
      passed.push(at);
    }
    for (const at of passed) inside.set(at, isInside);
    if (!isInside) bytes += heap.retainedSizeOf(object);
  }
  return bytes;
}
