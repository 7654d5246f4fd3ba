import { dominatorOf } from "../../graph/paths/dominatorChain";
import type { Holding } from "../../graph/paths/holding";
import type { Heap, ObjectIndex, Value } from "../../heap";
import { collectionSizeOf, shapeOf, storageOf } from "../collections/collection";
import { countEntries, entriesOf } from "../collections/entries";
import { entryKeyOf, entryValueOf } from "../collections/entry";
import type { CollectionKind } from "../collections/shapes";
import { ancestryOf, numberIn } from "../objects/fieldReads";
import { labelOf } from "../objects/labels";
import { applicationHoldingOf, isApplicationClass, mainHoldingOf } from "../paths/holders";
import { isLibraryClass } from "../paths/libraryPackages";
import { type KeyPattern, keyPatternOf } from "./keyPatterns";
import type { ClassTally } from "./suspect";

/** What the shapes look at when they judge one big collection. */
export interface CollectionProfile {
  readonly object: ObjectIndex;
  readonly kind: CollectionKind;
  readonly className: string;
  readonly retainedBytes: number;
  readonly share: number;
  readonly elements: number;
  /** Field of the application that leads to it. */
  readonly field: Holding | undefined;
  /** Field, perhaps of the JDK, that holds it directly. */
  readonly directField: Holding | undefined;
  /** What limits its size, in words: eviction is built in. */
  readonly bound: string | undefined;
  readonly immutable: boolean;
  /** Elements that were taken out over time, as far as the collection counts its changes. */
  readonly removals: number | undefined;
  readonly keyClasses: readonly ClassTally[];
  readonly valueClasses: readonly ClassTally[];
  readonly keyPattern: KeyPattern | undefined;
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
    field: applicationHoldingOf(heap, object),
    directField: mainHoldingOf(heap, object),
    bound: boundAround(heap, object) ?? boundOf(heap, storage.object),
    immutable: shape.immutable === true,
    removals: removalsOf(heap, storage.object, elements),
    ...sample,
  };
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

type Sample = Pick<CollectionProfile, "keyClasses" | "valueClasses" | "keyPattern">;

function sampleOf(heap: Heap, object: ObjectIndex): Sample {
  const keys = new Map<string, number>();
  const values = new Map<string, number>();
  const texts: string[] = [];
  let count = 0;
  for (const entry of entriesOf(heap, object)) {
    if (count++ >= sampleSize) break;
    addClass(heap, values, entryValueOf(entry));
    const id = entry.key ?? (shapeOf(heap, object)?.kind === "set" ? entry.value : undefined);
    if (id === undefined) continue;
    const ofMap = entryKeyOf(entry);
    if (ofMap !== undefined) addClass(heap, keys, ofMap);
    const key = heap.indexOf(id);
    const text = key === undefined ? undefined : labelOf(heap, key);
    if (key !== undefined && text !== undefined && isText(heap.classNameOf(key)))
      texts.push(text.replace(/^"|"$/g, ""));
  }
  return { keyClasses: ranked(keys), valueClasses: ranked(values), keyPattern: keyPatternOf(texts) };
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
  const name = object === undefined ? plain : heap.classNameOf(object);
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function ranked(counts: ReadonlyMap<string, number>): ClassTally[] {
  return [...counts]
    .map(([className, count]) => ({ className, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 5);
}

/** Classes that do not grow for ever, by name. */
const bounders: readonly (readonly [RegExp, string])[] = [
  [
    /^java\.util\.WeakHashMap$|WeakIdentity|ConcurrentReferenceHashMap$|WeakConcurrentMap/,
    "its entries go when nobody else holds their keys",
  ],
  [
    /ConcurrentLinkedHashMap|LRU|Lru|EvictingQueue|CircularFifo|ExpiringMap|PassiveExpiring|ConcurrentLruCache/,
    "its class evicts by itself",
  ],
];

/** In words, what keeps a collection from growing for ever; undefined when nothing does. */
function boundOf(heap: Heap, object: ObjectIndex): string | undefined {
  const type = heap.classOf(object);
  const names = [...ancestryOf(heap, type)].map((each) => heap.classes.nameOf(each));
  for (const [pattern, why] of bounders) if (names.some((name) => pattern.test(name))) return why;
  const own = names[0]!;
  // HPROF has no methods. A subclass of LinkedHashMap is made to override removeEldestEntry, hardly ever for else.
  if (own !== "java.util.LinkedHashMap" && names.includes("java.util.LinkedHashMap")) {
    return `${own} is a LinkedHashMap of its own, which usually removes its eldest entry`;
  }
  if (/^com\.github\.benmanes\.caffeine/.test(own)) return caffeineBound(heap, object);
  if (/^com\.google\.common\.cache/.test(own)) return guavaBound(heap, object);
  return undefined;
}

/** Owners of owners: a cache keeps its entries in maps and queues of its own. */
const ownersLooked = 5;

/** The bound of a collection, or of the cache it is a part of. */
export function boundAround(heap: Heap, object: ObjectIndex): string | undefined {
  let current: ObjectIndex | undefined = object;
  for (let step = 0; step < ownersLooked && current !== undefined; step++) {
    const bound = boundOf(heap, current);
    if (bound !== undefined) return bound;
    current = dominatorOf(heap, current);
    // An object of the application in between is another owner.
    if (
      current !== undefined &&
      isApplicationClass(heap.classNameOf(current)) &&
      !isLibraryClass(heap.classNameOf(current))
    ) {
      return undefined;
    }
  }
  return undefined;
}

/** Caffeine makes a class for each set of options; only those with a limit have the fields. */
function caffeineBound(heap: Heap, object: ObjectIndex): string | undefined {
  const maximum = numberIn(heap, object, "maximum");
  if (maximum !== undefined && maximum > 0) return `a Caffeine cache of at most ${maximum} entries`;
  const expires = ["expiresAfterWriteNanos", "expiresAfterAccessNanos"].some(
    (field) => (numberIn(heap, object, field) ?? 0) > 0,
  );
  return expires ? "a Caffeine cache whose entries expire" : undefined;
}

/** -1 (UNSET_INT) stands for no limit. */
function guavaBound(heap: Heap, object: ObjectIndex): string | undefined {
  const maximum = numberIn(heap, object, "maxWeight");
  if (maximum !== undefined && maximum > 0) return `a Guava cache of at most ${maximum} entries or weight`;
  const expires = ["expireAfterWriteNanos", "expireAfterAccessNanos"].some(
    (field) => (numberIn(heap, object, field) ?? 0) > 0,
  );
  return expires ? "a Guava cache whose entries expire" : undefined;
}
