import { formatCount } from "../../../base/figures";
import { dominatorOf } from "../../graph/paths/dominatorChain";
import type { Heap, ObjectIndex } from "../../heap";
import { collectionSizeOf, shapeOf, storageOf } from "../collections/collection";
import { ancestryOf, numberIn, referenceIn } from "../objects/fieldReads";
import { isLibraryClass } from "../paths/libraryPackages";
import { isOwnCode } from "../paths/ownCode";

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
export function boundOf(heap: Heap, object: ObjectIndex): string | undefined {
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
  const capacity = capacityOf(heap, object);
  return capacity === undefined ? undefined : `it takes at most ${formatCount(capacity)}`;
}

/** The most elements a queue takes; undefined when there is no limit. */
export function capacityOf(heap: Heap, object: ObjectIndex): number | undefined {
  const storage = storageOf(heap, object)?.object ?? object;
  const stated = numberIn(heap, storage, "capacity");
  if (stated !== undefined) return stated > 0 && stated < 0x7fffffff ? stated : undefined;
  if (!/ArrayBlockingQueue$|MpscArrayQueue$|SpscArrayQueue$/.test(heap.classNameOf(storage)))
    return undefined;
  const items = referenceIn(heap, storage, "items") ?? referenceIn(heap, storage, "buffer");
  return items === undefined ? undefined : heap.lengthOf(items);
}

/** Owners of owners: a cache keeps its entries in maps and queues of its own. */
const ownersLooked = 5;

/** The object and what dominates it, up to the first object of the application: that is another owner. */
function* ownersOf(heap: Heap, object: ObjectIndex): Generator<ObjectIndex> {
  let current: ObjectIndex | undefined = object;
  for (let step = 0; step < ownersLooked && current !== undefined; step++) {
    yield current;
    current = dominatorOf(heap, current);
    if (current !== undefined && isOwnCode(heap, heap.classNameOf(current))) return;
  }
}

/** What libraries call the field of a limit. */
const limitField = /^_?max(imum)?_?(size|entries|elements|count|total|capacity|weight|items)?$/i;

/** A limit that a library's object states, when it holds for so many elements. */
function statedLimit(heap: Heap, owner: ObjectIndex, elements: number): string | undefined {
  const className = heap.classNameOf(owner);
  if (!isLibraryClass(className) || heap.elementTypeOf(owner) !== undefined) return undefined;
  // Of a table it says when to make a bigger one.
  if (shapeOf(heap, owner) !== undefined) return undefined;
  for (const { name, value } of heap.fieldsOf(owner)) {
    if ((value.type !== "int" && value.type !== "long") || !limitField.test(name)) continue;
    const limit = Number(value.value);
    if (limit >= elements && limit < 0x7fffffff) {
      return `${className} states a limit: ${name} is ${formatCount(limit)}`;
    }
  }
  return undefined;
}

/** The bound of a collection, or of the cache it is a part of. */
export function boundAround(heap: Heap, object: ObjectIndex): string | undefined {
  const elements = collectionSizeOf(heap, object)?.size ?? 1;
  for (const owner of ownersOf(heap, object)) {
    const bound = boundOf(heap, owner) ?? statedLimit(heap, owner, elements);
    if (bound !== undefined) return bound;
  }
  return undefined;
}

/** Class of the library's cache that the collection is or belongs to. What a library calls its class is a fact. */
export function cacheClassAround(heap: Heap, object: ObjectIndex): string | undefined {
  for (const owner of ownersOf(heap, object)) {
    const name = heap.classNameOf(owner);
    if (isLibraryClass(name) && /Cache(Impl)?$/.test(name) && !/Session/.test(name)) return name;
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
