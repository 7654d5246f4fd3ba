import { dominatorOf } from "../../graph/paths/dominatorChain";
import { type Holding, holdingOf } from "../../graph/paths/holding";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { shapeOf } from "../collections/collection";
import { isApplicationClass, isGeneratedClass } from "./applicationClasses";
import { edgeBetween, softnessOf } from "./edges";
import { isLibraryCode } from "./ownCode";

/** Referrers looked at for one object: more of them cannot make the answer clearer. */
const maximumReferrers = 400;
/** Of one class: the tasks of a scheduler all point back to it, and its field comes behind a hundred thousand of them. */
const maximumOfClass = 40;
const maximumScanned = 250_000;
/** How far, and over how many objects, a field of the application is searched. */
const maximumDepth = 10;
const maximumSearched = 600;

/** Fields and slots that hold an object strongly: that of the immediate dominator first, then the others'. */
export function* holdingsOf(heap: Heap, object: ObjectIndex): Generator<Holding> {
  const dominator = dominatorOf(heap, object);
  const direct = dominator === undefined ? undefined : strongHolding(heap, dominator, object);
  if (direct !== undefined) yield direct;
  let looked = 0;
  let scanned = 0;
  const ofClass = new Map<ClassIndex, number>();
  for (const referrer of heap.referrersOf(object)) {
    if (referrer === dominator) continue;
    if (scanned++ >= maximumScanned || looked >= maximumReferrers) return;
    const type = heap.classOf(referrer);
    const alike = ofClass.get(type) ?? 0;
    if (alike >= maximumOfClass) continue;
    ofClass.set(type, alike + 1);
    looked++;
    const holding = strongHolding(heap, referrer, object);
    if (holding !== undefined) yield holding;
  }
}

function strongHolding(heap: Heap, holder: ObjectIndex, object: ObjectIndex): Holding | undefined {
  const edge = edgeBetween(heap, holder, object);
  return edge?.strong ? holdingOf(heap, holder, edge) : undefined;
}

/** The field or slot that holds an object, the most telling one when there are several. */
export function mainHoldingOf(heap: Heap, object: ObjectIndex): Holding | undefined {
  let best: Holding | undefined;
  let looked = 0;
  for (const holding of holdingsOf(heap, object)) {
    if (best === undefined || rankOf(holding) > rankOf(best)) best = holding;
    if (rankOf(holding) === bestRank || looked++ > 50) break;
  }
  return best;
}

const bestRank = 6;

function rankOf({ className, static: isStatic, reference }: Holding): number {
  const application = isApplicationClass(className) && !isGeneratedClass(className) ? 3 : 0;
  return application + (isStatic ? 2 : 0) + (reference.kind === "element" ? 0 : 1);
}

/**
 * The field of the application by which an object is held, perhaps through wrappers, arrays, collections and libraries:
 * the nearest one, static fields before others at the same distance. Where only a library's fields lead to it, the
 * nearest of those; else the nearest static field, else the direct holding.
 * @param isPassed holders whose own fields do not count, as those of a deployment that is asked who holds it
 */
export function applicationHoldingOf(
  heap: Heap,
  object: ObjectIndex,
  isPassed: (holder: ObjectIndex) => boolean = () => false,
): Holding | undefined {
  const seen = new Set<ObjectIndex>([object]);
  let level: ObjectIndex[] = [object];
  let ofLibrary: Holding | undefined;
  let ofPlatform: Holding | undefined;
  for (let depth = 0; depth < maximumDepth && level.length > 0 && seen.size < maximumSearched; depth++) {
    const next: ObjectIndex[] = [];
    let best: Holding | undefined;
    for (const target of level) {
      for (const holding of holdingsOf(heap, target)) {
        const passed = isPassed(holding.holder);
        const telling =
          !passed && isApplicationClass(holding.className) && !isGeneratedClass(holding.className);
        if (holding.static && !passed) ofPlatform ??= holding;
        if (telling && isLibraryCode(heap, holding.className)) ofLibrary ??= holding;
        else if (telling && (best === undefined || (holding.static && !best.static))) best = holding;
        if (!seen.has(holding.holder) && seen.size < maximumSearched && (passed || climbs(heap, holding))) {
          seen.add(holding.holder);
          next.push(holding.holder);
        }
      }
    }
    if (best !== undefined) return best;
    level = next;
  }
  return ofLibrary ?? ofPlatform ?? mainHoldingOf(heap, object);
}

/** Climbing stops at what belongs to the JVM as a whole, from where every field can be reached. */
function climbs(heap: Heap, holding: Holding): boolean {
  if (holding.static || softnessOf(heap, holding.holder) !== undefined) return false;
  return !/^java\.lang\.(Class|ClassLoader|Thread|ThreadGroup|Module\w*)$/.test(holding.className);
}

/** The collection whose table, node or array `object` is, or itself when it is a collection. */
export function enclosingCollectionOf(heap: Heap, object: ObjectIndex): ObjectIndex | undefined {
  let current: ObjectIndex | undefined = object;
  for (let depth = 0; depth < 4 && current !== undefined; depth++) {
    if (shapeOf(heap, current) !== undefined) return current;
    const name = heap.classNameOf(current);
    if (isApplicationClass(name) && heap.elementTypeOf(current) === undefined) return undefined;
    current = dominatorOf(heap, current);
  }
  return undefined;
}
