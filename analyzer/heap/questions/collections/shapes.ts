/**
 * How the collections of the JDK (8–25), Kotlin, Scala, Guava and Caffeine lay out their elements, as read from
 * their sources: fields and their meaning, not methods. Several names in a list are the names a field has had.
 */
export type Layout =
  /** Buckets of chained nodes. */
  | {
      readonly layout: "hashTable";
      readonly table: readonly string[];
      readonly size: readonly string[];
      readonly key: readonly string[];
      readonly value: readonly string[];
      /** Empty for tables whose slots hold one entry each. */
      readonly next: string;
      /** Nodes of these classes stand for other nodes: the tree bins of ConcurrentHashMap. */
      readonly forwards?: Readonly<Record<string, string>>;
    }
  /** Binary tree of nodes with `left` and `right`. */
  | { readonly layout: "tree"; readonly root: string; readonly size: readonly string[] }
  /** A filled prefix of an array; without `size` the whole array. */
  | {
      readonly layout: "array";
      readonly elements: readonly string[];
      readonly size: readonly string[];
      /** Says how many of the slots are not holes, for probed tables. */
      readonly counter?: string;
    }
  /** A run in a circular array: from `head`, `size` elements or up to `tail`. */
  | {
      readonly layout: "ring";
      readonly elements: readonly string[];
      readonly head: readonly string[];
      readonly tail: readonly string[];
      readonly size: readonly string[];
    }
  /** Nodes chained by `next` from `first`; sentinels carry no item. */
  | {
      readonly layout: "linked";
      readonly first: readonly string[];
      readonly item: readonly string[];
      readonly next: readonly string[];
      readonly size: readonly string[];
      /** Key of an entry, for chains of map entries. */
      readonly key?: string;
    }
  /** Keys and values one after the other in one array. */
  | { readonly layout: "alternating"; readonly table: readonly string[]; readonly size: readonly string[] }
  /** Keys in one array, values in another (EnumMap: the universe of keys). */
  | {
      readonly layout: "parallel";
      readonly keys: readonly string[];
      readonly values: string;
      readonly size: readonly string[];
    }
  /** A collection around another one. */
  | { readonly layout: "wraps"; readonly inner: readonly string[] }
  /** A few elements in fields. */
  | { readonly layout: "fields"; readonly items: readonly string[]; readonly key?: string }
  /** A long whose bits select from the constants of an enum. */
  | { readonly layout: "bits"; readonly universe: string; readonly bits: string }
  /** Segments of hash tables (JDK 5–7 ConcurrentHashMap, Guava's LocalCache). */
  | {
      readonly layout: "segments";
      readonly segments: string;
      readonly table: string;
      readonly size: string;
      readonly key: readonly string[];
      readonly value: readonly string[];
      readonly next: string;
    };

export type CollectionKind = "list" | "set" | "map" | "queue";

export interface CollectionShape {
  readonly kind: CollectionKind;
  readonly layout: Layout;
  /** Entries may go when nobody else holds them: what is in it is not held by it. */
  readonly weak?: true;
  /** Never changes after it was made, so it cannot grow. */
  readonly immutable?: true;
}

const table = (
  size: readonly string[],
  more: Partial<Extract<Layout, { layout: "hashTable" }>> = {},
): Layout => ({
  layout: "hashTable",
  table: ["table"],
  size,
  key: ["key"],
  value: ["value", "val"],
  next: "next",
  ...more,
});
const array = (elements: readonly string[], size: readonly string[] = []): Layout => ({
  layout: "array",
  elements,
  size,
});
const wraps = (...inner: string[]): Layout => ({ layout: "wraps", inner });
const fields = (...items: string[]): Layout => ({ layout: "fields", items });

function shape(kind: CollectionKind, layout: Layout, more: Partial<CollectionShape> = {}): CollectionShape {
  return { kind, layout, ...more };
}

const immutable = { immutable: true } as const;
const weak = { weak: true } as const;

/** Its size is `baseCount` plus the `value`s of its `counterCells`. */
const concurrentHashMap = table(["baseCount+counterCells"], {
  value: ["val", "value"],
  forwards: { "java.util.concurrent.ConcurrentHashMap$TreeBin": "first" },
});
const linkedQueue: Layout = {
  layout: "linked",
  first: ["head"],
  item: ["item"],
  next: ["next"],
  size: [],
};
const countedLinkedQueue: Layout = { ...linkedQueue, size: ["count"] };
const priorityQueue = array(["queue"], ["size"]);
const alternating: Layout = { layout: "alternating", table: ["table"], size: ["size"] };
const guavaLocalCache: Layout = {
  layout: "segments",
  segments: "segments",
  table: "table",
  size: "count",
  key: ["key"],
  value: ["valueReference"],
  next: "next",
};

const jdk: Readonly<Record<string, CollectionShape>> = {
  "java.util.HashMap": shape("map", table(["size"])),
  "java.util.Hashtable": shape("map", table(["count"])),
  "java.util.WeakHashMap": shape("map", table(["size"], { key: ["referent"] }), weak),
  "java.util.concurrent.ConcurrentHashMap": shape("map", concurrentHashMap),
  "java.util.IdentityHashMap": shape("map", alternating),
  "java.util.EnumMap": shape("map", {
    layout: "parallel",
    keys: ["keyUniverse"],
    values: "vals",
    size: ["size"],
  }),
  "java.util.RegularEnumSet": shape("set", { layout: "bits", universe: "universe", bits: "elements" }),
  "java.util.TreeMap": shape("map", { layout: "tree", root: "root", size: ["size"] }),
  "java.util.concurrent.ConcurrentSkipListMap": shape("map", {
    layout: "linked",
    first: ["head.node"],
    item: ["val", "value"],
    key: "key",
    next: ["next"],
    size: [],
  }),
  "java.lang.ThreadLocal$ThreadLocalMap": shape(
    "map",
    table(["size"], { key: ["referent"], value: ["value"], next: "" }),
  ),
  "java.util.HashSet": shape("set", wraps("map")),
  "java.util.TreeSet": shape("set", wraps("m")),
  "java.util.concurrent.ConcurrentSkipListSet": shape("set", wraps("m")),
  "java.util.concurrent.CopyOnWriteArraySet": shape("set", wraps("al")),
  "java.util.concurrent.ConcurrentHashMap$KeySetView": shape("set", wraps("map")),
  "java.util.concurrent.ConcurrentHashMap$CollectionView": shape("set", wraps("map")),
  "java.util.ArrayList": shape("list", array(["elementData"], ["size"])),
  "java.util.Vector": shape("list", array(["elementData"], ["elementCount"])),
  "java.util.Arrays$ArrayList": shape("list", array(["a"])),
  "java.util.concurrent.CopyOnWriteArrayList": shape("list", array(["array"])),
  "java.util.LinkedList": shape("list", {
    layout: "linked",
    first: ["first"],
    item: ["item"],
    next: ["next"],
    size: ["size"],
  }),
  "java.util.ArrayDeque": shape("queue", {
    layout: "ring",
    elements: ["elements"],
    head: ["head"],
    tail: ["tail"],
    size: [],
  }),
  "java.util.PriorityQueue": shape("queue", priorityQueue),
  "java.util.concurrent.PriorityBlockingQueue": shape("queue", priorityQueue),
  "java.util.concurrent.DelayQueue": shape("queue", wraps("q")),
  "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue": shape("queue", priorityQueue),
  "java.util.concurrent.ArrayBlockingQueue": shape("queue", {
    layout: "ring",
    elements: ["items"],
    head: ["takeIndex"],
    tail: [],
    size: ["count"],
  }),
  "java.util.concurrent.LinkedBlockingQueue": shape("queue", countedLinkedQueue),
  "java.util.concurrent.LinkedBlockingDeque": shape("queue", {
    layout: "linked",
    first: ["first"],
    item: ["item"],
    next: ["next"],
    size: ["count"],
  }),
  "java.util.concurrent.ConcurrentLinkedQueue": shape("queue", linkedQueue),
  "java.util.concurrent.ConcurrentLinkedDeque": shape("queue", linkedQueue),
  "java.util.concurrent.LinkedTransferQueue": shape("queue", linkedQueue),
};

const jdkWrappers: Readonly<Record<string, CollectionShape>> = {
  "java.util.Collections$UnmodifiableCollection": shape("list", wraps("c")),
  "java.util.Collections$UnmodifiableSet": shape("set", wraps("c")),
  "java.util.Collections$UnmodifiableMap": shape("map", wraps("m")),
  "java.util.Collections$SynchronizedCollection": shape("list", wraps("c")),
  "java.util.Collections$SynchronizedSet": shape("set", wraps("c")),
  "java.util.Collections$SynchronizedMap": shape("map", wraps("m")),
  "java.util.Collections$CheckedCollection": shape("list", wraps("c")),
  "java.util.Collections$CheckedMap": shape("map", wraps("m")),
  "java.util.Collections$SetFromMap": shape("set", wraps("m")),
  "java.util.Collections$SingletonList": shape("list", fields("element"), immutable),
  "java.util.Collections$SingletonSet": shape("set", fields("element"), immutable),
  "java.util.Collections$SingletonMap": shape("map", { layout: "fields", items: ["v"], key: "k" }, immutable),
  "java.util.ImmutableCollections$List12": shape("list", fields("e0", "e1"), immutable),
  "java.util.ImmutableCollections$ListN": shape("list", array(["elements"]), immutable),
  "java.util.ImmutableCollections$Set12": shape("set", fields("e0", "e1"), immutable),
  "java.util.ImmutableCollections$SetN": shape(
    "set",
    { layout: "array", elements: ["elements"], size: [], counter: "size" },
    immutable,
  ),
  "java.util.ImmutableCollections$Map1": shape(
    "map",
    { layout: "fields", items: ["v0"], key: "k0" },
    immutable,
  ),
  "java.util.ImmutableCollections$MapN": shape("map", alternating, immutable),
};

const others: Readonly<Record<string, CollectionShape>> = {
  "kotlin.collections.builders.MapBuilder": shape("map", {
    layout: "parallel",
    keys: ["keysArray"],
    values: "valuesArray",
    size: ["size", "length"],
  }),
  "kotlin.collections.builders.ListBuilder": shape("list", array(["backing", "array"], ["length"])),
  "kotlin.collections.builders.SetBuilder": shape("set", wraps("backing")),
  "kotlin.collections.ArrayDeque": shape("queue", {
    layout: "ring",
    elements: ["elementData"],
    head: ["head"],
    tail: [],
    size: ["size"],
  }),
  "scala.collection.mutable.HashMap": shape(
    "map",
    table(["contentSize", "tableSize"], { key: ["_key", "key"], value: ["_value", "value"], next: "_next" }),
  ),
  "scala.collection.mutable.HashSet": shape(
    "set",
    table(["contentSize", "tableSize"], { key: ["_key"], value: [], next: "_next" }),
  ),
  "scala.collection.mutable.ArrayBuffer": shape("list", array(["array"], ["size0"])),
  "scala.collection.immutable.$colon$colon": shape("list", {
    layout: "linked",
    first: ["this"],
    item: ["head"],
    next: ["next", "tl"],
    size: [],
  }),
  "scala.collection.immutable.Vector1": shape("list", array(["prefix1"])),
  "com.google.common.cache.LocalCache": shape("map", guavaLocalCache),
  "com.google.common.collect.MapMakerInternalMap": shape("map", {
    ...guavaLocalCache,
    value: ["value", "valueReference"],
  }),
  "com.google.common.collect.RegularImmutableList": shape("list", array(["array"]), immutable),
  "com.google.common.collect.RegularImmutableSet": shape("set", array(["elements"]), immutable),
  "com.google.common.collect.SingletonImmutableSet": shape("set", fields("element"), immutable),
  "com.google.common.collect.RegularImmutableMap": shape(
    "map",
    table([], { table: ["entries"], next: "" }),
    immutable,
  ),
  "com.google.common.collect.HashBiMap": shape(
    "map",
    table(["size"], { table: ["hashTableKToV"], next: "nextInKToVBucket" }),
  ),
  "com.google.common.collect.AbstractMapBasedMultimap": shape("map", wraps("map")),
  "com.google.common.cache.LocalCache$LocalManualCache": shape("map", wraps("localCache")),
  "com.github.benmanes.caffeine.cache.BoundedLocalCache": shape("map", wraps("data")),
  "com.github.benmanes.caffeine.cache.UnboundedLocalCache": shape("map", wraps("data")),
  "com.github.benmanes.caffeine.cache.BoundedLocalCache$BoundedLocalManualCache": shape(
    "map",
    wraps("cache"),
  ),
  "com.github.benmanes.caffeine.cache.UnboundedLocalCache$UnboundedLocalManualCache": shape(
    "map",
    wraps("cache"),
  ),
};

/** Shape by the name of the class; subclasses have their ancestor's. */
export const collectionShapes: ReadonlyMap<string, CollectionShape> = new Map(
  [jdk, jdkWrappers, others].flatMap((part) => Object.entries(part)),
);
