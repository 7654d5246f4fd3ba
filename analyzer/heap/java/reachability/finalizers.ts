import type { Work } from "../../../base/work";
import type { Heap, ObjectIndex } from "../../heap";
import { referenceIn, staticReferenceIn } from "../objects/fieldReads";
import { reachabilityOf } from "./reachability";

/** Objects whose finalizer is still to run. */
export interface FinalizerQueue {
  /** Finalizer references in the queue, in its order; at most {@link maximumListed}. */
  readonly waiting: readonly ObjectIndex[];
  readonly count: number;
  /** Classes of the objects that wait, most first. */
  readonly classes: readonly { readonly className: string; readonly count: number }[];
  /** Shallow bytes of the objects that wait and of what nobody but they hold. */
  readonly heldBytes: number;
}

const maximumListed = 1_000_000;
/** Objects summed up at most for {@link FinalizerQueue.heldBytes}. */
const maximumSummed = 4_000_000;

/**
 * The queue of java.lang.ref.Finalizer: references the collector has found unreachable and the finalizer thread has
 * not got to. Their referents are not strong references, so dominators do not count them: they are summed here.
 */
export function finalizerQueue(heap: Heap, work: Work): FinalizerQueue {
  const waiting = waitingFinalizers(heap, work);
  const counts = new Map<string, number>();
  const referents: ObjectIndex[] = [];
  for (const finalizer of waiting) {
    const referent = referenceIn(heap, finalizer, "referent");
    if (referent === undefined) continue;
    referents.push(referent);
    const name = heap.classNameOf(referent);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return {
    waiting,
    count: waiting.length,
    classes: [...counts]
      .map(([className, count]) => ({ className, count }))
      .sort((a, b) => b.count - a.count),
    heldBytes: heldBytesOf(heap, referents, work),
  };
}

function waitingFinalizers(heap: Heap, work: Work): ObjectIndex[] {
  const found: ObjectIndex[] = [];
  for (const type of heap.classes.findByName("java.lang.ref.Finalizer")) {
    const queue = staticReferenceIn(heap, type, "queue");
    let node = queue === undefined ? undefined : referenceIn(heap, queue, "head");
    while (node !== undefined && found.length < maximumListed) {
      found.push(node);
      if (found.length % 4096 === 0) work.throwIfCancelled();
      const next: ObjectIndex | undefined = referenceIn(heap, node, "next");
      // The last one of a ReferenceQueue points to itself.
      if (next === node) break;
      node = next;
    }
  }
  return found;
}

/** Sums what is unreachable but for the finalizers; reachable objects have other holders. */
function heldBytesOf(heap: Heap, referents: readonly ObjectIndex[], work: Work): number {
  const seen = new Set<ObjectIndex>();
  if (referents.length === 0) return 0;
  const reached = reachabilityOf(heap, work);
  const isHeldByFinalizerOnly = (object: ObjectIndex): boolean => reached(object) === "finalizer";
  const stack = referents.filter(isHeldByFinalizerOnly);
  for (const object of stack) seen.add(object);
  let bytes = 0;
  for (let object = stack.pop(); object !== undefined && seen.size < maximumSummed; object = stack.pop()) {
    if (seen.size % 4096 === 0) work.throwIfCancelled();
    bytes += heap.shallowSizeOf(object);
    const type = heap.elementTypeOf(object);
    if (type !== undefined && type !== "object") continue;
    for (const { target, strong } of heap.referencesOf(object)) {
      if (!strong || seen.has(target) || !isHeldByFinalizerOnly(target)) continue;
      seen.add(target);
      stack.push(target);
    }
  }
  return bytes;
}
