import { dominatorOf } from "../../graph/paths/dominatorChain";
import type { Holding } from "../../graph/paths/holding";
import type { Heap, ObjectIndex, Value } from "../../heap";
import { collectionSizeOf, shapeOf, storageOf } from "../collections/collection";
import { countEntries, entriesOf } from "../collections/entries";
import { entryKeyOf, entryValueOf } from "../collections/entry";
import type { CollectionKind } from "../collections/shapes";
import { stableName } from "../growth/stableName";
import { numberIn } from "../objects/fieldReads";
import { labelOf } from "../objects/labels";
import { applicationHoldingOf, enclosingCollectionOf, mainHoldingOf } from "../paths/holders";
import { isOwnCode } from "../paths/ownCode";
import { boundAround, boundOf, cacheClassAround } from "./bounds";
import { type KeyPattern, keyPatternOf } from "./keyPatterns";
import type { ClassTally } from "./suspect";
import { timeToLiveOf } from "./timeToLive";

/** What the shapes look at when they judge one big collection. */
export interface CollectionProfile {
  readonly object: ObjectIndex;
  readonly kind: CollectionKind;
  readonly className: string;
  readonly retainedBytes: number;
  readonly share: number;
  readonly elements: number;
  /** Elements, and where these are collections, as the lists in a map of lists, theirs. */
  readonly things: number;
  /** Field of the application that leads to it. */
  readonly field: Holding | undefined;
  /** Nearest field of a class that is more than a container: the library's that keeps it, or the application's. */
  readonly keptIn: Holding | undefined;
  /** What limits its size, in words: eviction is built in. */
  readonly bound: string | undefined;
  /** The class of a library's cache that it is a part of. */
  readonly cacheClass: string | undefined;
  readonly immutable: boolean;
  /** Elements that were taken out over time, as far as the collection counts its changes. */
  readonly removals: number | undefined;
  readonly keyClasses: readonly ClassTally[];
  readonly valueClasses: readonly ClassTally[];
  readonly keyPattern: KeyPattern | undefined;
  /** The owner of several collections for which this one speaks: bytes and share are the owner's. */
  readonly speaksFor?: ObjectIndex;
}

/** Entries looked at: enough to tell what they are, few enough to read at once. */
const sampleSize = 1000;
/** A wrapped collection inside a big one is the one to blame when it keeps this share of it. */
export const sameMemory = 0.8;

/** Looks at one collection; undefined when it cannot be read or holds nothing. */
export function profileCollection(
  heap: Heap,
  object: ObjectIndex,
  totalBytes: number,
): CollectionProfile | undefined {
  const shape = shapeOf(heap, object);
  const storage = storageOf(heap, object);
  if (shape === undefined || storage === undefined) return undefined;
  const sample = sampleOf(heap, object);
  const elements = collectionSizeOf(heap, object)?.size ?? countEntries(heap, object, 1_000_000);
  const retainedBytes = heap.retainedSizeOf(object);
  return {
    object,
    kind: shape.kind,
    className: heap.classNameOf(object),
    retainedBytes,
    share: retainedBytes / Math.max(1, totalBytes),
    elements,
    things: Math.max(elements, Math.round(elements * sample.perElement)),
    field: applicationHoldingOf(heap, object),
    keptIn: keptIn(heap, object),
    bound: boundAround(heap, object) ?? boundOf(heap, storage.object) ?? timeToLiveOf(heap, object),
    cacheClass: cacheClassAround(heap, object),
    immutable: shape.immutable === true || isFinished(heap, object, storage.object),
    removals: removalsOf(heap, storage.object, elements),
    keyClasses: sample.keyClasses,
    valueClasses: sample.valueClasses,
    keyPattern: sample.keyPattern,
  };
}

/** Wrappers around a collection, a set's around its map. */
const mostWrappers = 3;

/**
 * True for what was made once and is only read: nobody but an unmodifiable wrapper holds it, or its array is exactly as
 * long as it has elements, as copies and results of streams are and lists that grow are not.
 */
function isFinished(heap: Heap, object: ObjectIndex, storage: ObjectIndex): boolean {
  let at = dominatorOf(heap, object);
  for (let step = 0; step < mostWrappers && at !== undefined; step++, at = dominatorOf(heap, at)) {
    const name = heap.classNameOf(at);
    if (/^java\.util\.Collections\$Unmodifiable/.test(name)) return true;
    if (shapeOf(heap, at) === undefined) break;
  }
  const name = heap.classNameOf(storage);
  if (name === "java.util.Arrays$ArrayList") return true;
  const size = name === "java.util.ArrayList" ? collectionSizeOf(heap, storage) : undefined;
  return size?.size !== undefined && size.size === size.capacity;
}

/** Shorter arrays are not lists that grew. */
const leastLength = 1_000;

/**
 * True for an array by which a library keeps a list of its own, copied at every change. What belongs to a collection is
 * looked at with it, and an array of the application has the length somebody gave it.
 */
export function isListOfLibrary(heap: Heap, object: ObjectIndex): boolean {
  const length = heap.lengthOf(object);
  if (heap.elementTypeOf(object) !== "object" || length < leastLength) return false;
  // A ring or a table has slots to spare, a copy made for one more element has none.
  const ends = [...heap.elementIdsOf(object, 0, 1), ...heap.elementIdsOf(object, length - 1, 1)];
  const last = heap.indexOf(ends[1] ?? 0n);
  // One of the arrays of a queue that each hold the next.
  if (last !== undefined && /\[\]$|AtomicReferenceArray$/.test(heap.classNameOf(last))) return false;
  const holding = mainHoldingOf(heap, object);
  if (ends.includes(0n) || holding?.reference.kind === "element") return false;
  if (!isValueInMap(holding) && enclosingCollectionOf(heap, object) !== undefined) return false;
  const kept = keptIn(heap, object);
  return kept !== undefined && !isOwnCode(heap, kept.className);
}

/** An array that is filed in a map, as the listeners of each property of a bean, and not the map's own table. */
function isValueInMap(holding: Holding | undefined): boolean {
  return (
    holding !== undefined &&
    /\$(\w*Node|\w*Entry)$/.test(holding.className) &&
    /^val(ue)?$/.test(holding.field)
  );
}

/** Looks at an array that is a {@link isListOfLibrary list of a library}. */
export function profileArray(heap: Heap, object: ObjectIndex, totalBytes: number): CollectionProfile {
  const retainedBytes = heap.retainedSizeOf(object);
  return {
    object,
    kind: "list",
    className: heap.classNameOf(object),
    retainedBytes,
    share: retainedBytes / Math.max(1, totalBytes),
    elements: heap.lengthOf(object),
    things: heap.lengthOf(object),
    field: applicationHoldingOf(heap, object),
    keptIn: keptIn(heap, object),
    bound: boundAround(heap, object),
    cacheClass: undefined,
    immutable: false,
    removals: undefined,
    keyClasses: [],
    valueClasses: elementClassesOf(heap, object),
    keyPattern: undefined,
  };
}

/** Containers around a container. */
const mostContainers = 6;
/** Collections of the JDK, their nodes, wrappers, references and arrays. Other classes of the JDK keep things as those of any library do. */
const container =
  /^java\.(util\.(concurrent\.)?(\w+\$[\w$]+|\w*(Map|Set|List|Queue|Deque|Vector|Stack|Dictionary|Hashtable|Properties))$|util\.concurrent\.atomic\.|lang\.(ref\.|Object$|ThreadLocal))|\[\]$/;

function keptIn(heap: Heap, object: ObjectIndex): Holding | undefined {
  let at = object;
  for (let step = 0; step < mostContainers; step++) {
    const holding = mainHoldingOf(heap, at);
    if (holding === undefined) return undefined;
    if (holding.static || !container.test(holding.className)) return holding;
    at = holding.holder;
  }
  return undefined;
}

/**
 * The JDK's collections count what changes their structure, to find changes during an iteration: each addition once, each
 * removal once. More changes than elements are removals and what was added for them. undefined for collections that do
 * not count, and for counts that ran over.
 */
function removalsOf(heap: Heap, storage: ObjectIndex, elements: number): number | undefined {
  const changes = numberIn(heap, storage, "modCount");
  return changes === undefined || changes < 0 ? undefined : Math.max(0, Math.floor((changes - elements) / 2));
}

interface Sample extends Pick<CollectionProfile, "keyClasses" | "valueClasses" | "keyPattern"> {
  /** Elements of the collections among the elements, on average. */
  readonly perElement: number;
}

function sampleOf(heap: Heap, object: ObjectIndex): Sample {
  const keys = new Map<string, number>();
  const values = new Map<string, number>();
  const texts: string[] = [];
  let count = 0;
  let inner = 0;
  for (const entry of entriesOf(heap, object)) {
    if (count >= sampleSize) break;
    count++;
    addClass(heap, values, entryValueOf(entry));
    const element = heap.indexOf(entry.value);
    if (element !== undefined && shapeOf(heap, element) !== undefined)
      inner += collectionSizeOf(heap, element)?.size ?? 0;
    const id = entry.key ?? (shapeOf(heap, object)?.kind === "set" ? entry.value : undefined);
    if (id === undefined) continue;
    const ofMap = entryKeyOf(entry);
    if (ofMap !== undefined) addClass(heap, keys, ofMap);
    const key = heap.indexOf(id);
    const text = key === undefined ? undefined : labelOf(heap, key);
    if (key !== undefined && text !== undefined && isText(heap.classNameOf(key)))
      texts.push(text.replace(/^"|"$/g, ""));
  }
  return {
    keyClasses: ranked(keys),
    valueClasses: ranked(values),
    keyPattern: keyPatternOf(texts),
    perElement: inner / Math.max(1, count),
  };
}

/** Classes of the elements of a collection or of an object array, most first, from a sample; none of other objects. */
export function elementClassesOf(heap: Heap, object: ObjectIndex): readonly ClassTally[] {
  if (heap.elementTypeOf(object) !== "object") return sampleOf(heap, object).valueClasses;
  const counts = new Map<string, number>();
  const count = Math.min(sampleSize, heap.lengthOf(object));
  for (const id of heap.elementIdsOf(object, 0, count)) {
    if (id !== 0n) addClass(heap, counts, { type: "object", id });
  }
  return ranked(counts);
}

function isText(className: string): boolean {
  return className === "java.lang.String" || className === "java.util.UUID";
}

function addClass(heap: Heap, counts: Map<string, number>, value: Value): void {
  const object = value.type === "object" ? heap.indexOf(value.id) : undefined;
  const plain = value.type === "object" ? "null" : value.type;
  // What one class made counts together: there is a lambda for every place, not one of its own for every run.
  const name = object === undefined ? plain : stableName(heap.classNameOf(object));
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function ranked(counts: ReadonlyMap<string, number>): ClassTally[] {
  return [...counts]
    .map(([className, count]) => ({ className, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 5);
}
