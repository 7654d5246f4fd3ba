import type { Work } from "../../../base/work";
import { reachableBytesOf } from "../../graph/growth/profile";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import { isDominatedBy } from "../../graph/paths/dominatorChain";
import type { Heap, ObjectIndex } from "../../heap";
import { shapeOfClass } from "../collections/collection";
import { isRestOfList } from "../collections/entries";
import { mainHoldingOf } from "../paths/holders";
import {
  type CollectionProfile,
  isListOfLibrary,
  profileArray,
  profileCollection,
  sameMemory,
} from "./collectionProfile";

/** What every shape is given. */
export interface LeakContext {
  readonly heap: Heap;
  readonly work: Work;
  /** Reachable bytes. */
  readonly totalBytes: number;
  /** Collections that hold something worth talking about, biggest first. */
  readonly collections: readonly CollectionProfile[];
}

/** Collections that keep less of the heap than this are not looked at. */
const leastShare = 0.01;
const leastBytes = 64 * 1024;
/** At most so many are profiled: they are the biggest. */
const maximumProfiles = 200;

export function leakContext(heap: Heap, work: Work): LeakContext {
  heap.listReferrers(work);
  work.report("Adding up", 0);
  const totalBytes = reachableBytesOf(heap);
  return { heap, work, totalBytes, collections: bigCollections(heap, totalBytes, work) };
}

/** One sweep over the class column; only objects that retain enough are kept, then looked at. */
function bigCollections(heap: Heap, totalBytes: number, work: Work): CollectionProfile[] {
  const least = Math.max(leastBytes, leastShare * totalBytes);
  const wanted = typeFlags(
    heap,
    (type) => shapeOfClass(heap, type) !== undefined || heap.classes.nameOf(type).endsWith("[]"),
  );
  const found: ObjectIndex[] = [];
  forEachInstanceOf(heap, wanted, work, "Looking for big collections", (object) => {
    if (heap.retainedSizeOf(object) >= least && isOfInterest(heap, object)) found.push(object);
  });
  found.sort((a, b) => heap.retainedSizeOf(b) - heap.retainedSizeOf(a));
  const profiles: CollectionProfile[] = [];
  for (const object of innermost(heap, found.slice(0, 4 * maximumProfiles))) {
    if (profiles.length >= maximumProfiles) break;
    work.throwIfCancelled();
    work.report("Looking into big collections", profiles.length / maximumProfiles);
    if (isHousekeeping(heap, object)) continue;
    const isArray = heap.elementTypeOf(object) !== undefined;
    const profile = (isArray ? profileArray : profileCollection)(heap, object, totalBytes);
    if (profile !== undefined) profiles.push(profile);
  }
  return profiles;
}

function isOfInterest(heap: Heap, object: ObjectIndex): boolean {
  return heap.elementTypeOf(object) === undefined
    ? !isRestOfList(heap, object)
    : isListOfLibrary(heap, object);
}

/**
 * Leaves out a collection when one inside it keeps nearly the same memory: the map inside a set, the list inside
 * an unmodifiable one, the one big map in a map of maps.
 */
function innermost(heap: Heap, sorted: readonly ObjectIndex[]): ObjectIndex[] {
  return sorted.filter(
    (outer, position) =>
      !sorted
        .slice(position + 1)
        .some(
          (inner) =>
            heap.retainedSizeOf(inner) >= sameMemory * heap.retainedSizeOf(outer) &&
            isDominatedBy(heap, inner, outer),
        ),
  );
}

const housekeeping =
  /^(java\.lang\.(ClassLoader|Module\w*|ModuleLayer|invoke\..*)|jdk\.internal\..*|sun\..*|java\.security\..*|java\.util\.(zip|jar|ResourceBundle).*|java\.net\.URLClassLoader)$/;

/** Collections by which the JVM keeps its own books: a loader's list of classes holds every static field. */
function isHousekeeping(heap: Heap, object: ObjectIndex): boolean {
  const holding = mainHoldingOf(heap, object);
  return holding !== undefined && housekeeping.test(holding.className);
}
