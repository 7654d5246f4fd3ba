import { dictionary } from "../../../base/dictionary";
/**
 * How collections lay out their elements: fields and their meaning, not methods. Several names in a list are the
 * names a field has had; `a.b` is field `b` of what field `a` refers to. The collections of the JDK (8–25) are here,
 * those of libraries in `libraryShapes`.
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
  /** Binary tree of nodes. */
  | {
      readonly layout: "tree";
      readonly root: readonly string[];
      readonly size: readonly string[];
      readonly node: TreeNodeFields;
      /** Its counter has the colour of the node in the sign bit. */
      readonly signIsColour?: true;
    }
  /** A filled prefix of an array; without `size` the whole array. */
  | {
      readonly layout: "array";
      readonly elements: readonly string[];
      readonly size: readonly string[];
      /** Says how many of the slots are not holes, for probed tables. */
      readonly counter?: string;
      /** Null slots are elements, not holes. */
      readonly nulls?: true;
    }
  /** A run in a circular array: from `head`, `size` elements or up to `tail`. */
  | {
      readonly layout: "ring";
      readonly elements: readonly string[];
      readonly head: readonly string[];
      readonly tail: readonly string[];
      readonly size: readonly string[];
      /** Head and tail are never taken back to 0: their difference is the size. */
      readonly runsOn?: true;
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
      /** Field with the node that closes a ring. */
      readonly end?: string;
    }
  /** Keys and values one after the other in one array. */
  | {
      readonly layout: "alternating";
      readonly table: readonly string[];
      readonly size: readonly string[];
      /** Static field with the key whose value is an array of further entries. */
      readonly chained?: string;
      /** Static field with what stands for null among the keys. */
      readonly nullKey?: string;
    }
  /**
   * Keys in one array, values in another, perhaps of primitives; sets have no values. A table with open addressing
   * when `lastSlot` or `emptyValues` is given, else the first `size` slots.
   */
  | {
      readonly layout: "probed";
      readonly keys: readonly string[];
      readonly values: readonly string[];
      readonly size: readonly string[];
      /** Field that says whether the slot behind the table is in use: by the key that marks empty slots, null or 0. */
      readonly lastSlot?: string;
      /** Null among the values marks an empty slot. */
      readonly emptyValues?: true;
    }
  /** A table whose slots hold an element or a bucket of some. */
  | {
      readonly layout: "bucketed";
      readonly table: string;
      readonly size: readonly string[];
      readonly bucket: string;
      readonly slots: readonly string[];
      readonly nullKey: string;
    }
  /** A queue in arrays linked by their last slots. */
  | {
      readonly layout: "linkedArrays";
      readonly buffer: readonly string[];
      readonly head: string;
      readonly tail: string;
      /** How much the indices grow with an element. */
      readonly step: 1 | 2;
      /** Static field with what says: go on in the next array. */
      readonly jump: string;
    }
  /** Other collections one after the other, the last perhaps backwards. */
  | { readonly layout: "joined"; readonly parts: readonly (readonly [field: string, backwards: boolean])[] }
  /** Keys in one array, values in another (EnumMap: the universe of keys). */
  | {
      readonly layout: "parallel";
      readonly keys: readonly string[];
      readonly values: readonly string[];
      readonly size: readonly string[];
      /** Which null marks a slot without an entry; `none` when the entries are the first `size` slots. */
      readonly holes: "key" | "value" | "none";
    }
  /** Arrays, arrays of arrays … one after the other, each so many levels deep; missing ones are left out. */
  | {
      readonly layout: "nested";
      readonly parts: readonly (readonly [field: string, depth: number])[];
      readonly size: readonly string[];
      /** The first part is so many levels deep: this field, five bits a level, and one. */
      readonly shift?: string;
      /** Slots of an array that are used. */
      readonly width?: number;
    }
  /** A hash trie, whose nodes `trieNodes` describes. */
  | { readonly layout: "trie"; readonly root: string; readonly size: readonly string[] }
  /** A run of another collection's elements. */
  | {
      readonly layout: "part";
      readonly of: readonly string[];
      readonly offset: string;
      readonly size: readonly string[];
    }
  /** One element many times. */
  | { readonly layout: "repeated"; readonly item: string; readonly size: readonly string[] }
  /** A collection around another one. */
  | { readonly layout: "wraps"; readonly inner: readonly string[] }
  /** A few elements in fields. */
  | { readonly layout: "fields"; readonly items: readonly string[]; readonly keys?: readonly string[] }
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

export interface TreeNodeFields {
  readonly left: string;
  readonly right: string;
  readonly key: string;
  readonly value: string;
}

export type CollectionKind = "list" | "set" | "map" | "queue";

export type MapView = "keys" | "values" | "entries";

export interface CollectionShape {
  readonly kind: CollectionKind;
  readonly layout: Layout;
  /** Entries may go when nobody else holds them: what is in it is not held by it. */
  readonly weak?: true;
  /** Never changes after it was made, so it cannot grow. */
  readonly immutable?: true;
  /** Which side of a map it shows; maps themselves show entries, other collections made of maps the keys. */
  readonly view?: MapView;
  /** Every node is itself such a collection: the rest of the list. */
  readonly cells?: true;
  /** Keys and values stand behind objects of the cache's own, which say what they hold. */
  readonly holders?: true;
}

export const table = (
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
export const array = (
  elements: readonly string[],
  size: readonly string[] = [],
): Extract<Layout, { layout: "array" }> => ({
  layout: "array",
  elements,
  size,
});
export const wraps = (...inner: string[]): Layout => ({ layout: "wraps", inner });
/** What shows the elements of another collection, which counts them. */
export function isView({ layout }: CollectionShape): boolean {
  return layout.layout === "wraps" || layout.layout === "part";
}
export const fields = (...items: string[]): Layout => ({ layout: "fields", items });

export function shape(
  kind: CollectionKind,
  layout: Layout,
  more: Partial<CollectionShape> = {},
): CollectionShape {
  return { kind, layout, ...more };
}

export const immutable = { immutable: true } as const;
const weak = { weak: true } as const;

/** Its size is `baseCount` plus the `value`s of its `counterCells`. */
const concurrentHashMap = table(["baseCount+counterCells"], {
  value: ["val", "value"],
  forwards: { "java.util.concurrent.ConcurrentHashMap$TreeBin": "first" },
});
const sharedArray: Layout = { ...array(["array"]), nulls: true };
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
const jdk: Readonly<Record<string, CollectionShape>> = dictionary({
  "java.util.HashMap": shape("map", table(["size"])),
  "java.util.Hashtable": shape("map", table(["count"])),
  "java.util.WeakHashMap": shape("map", table(["size"], { key: ["referent"] }), weak),
  "java.util.concurrent.ConcurrentHashMap": shape("map", concurrentHashMap),
  "java.util.IdentityHashMap": shape("map", alternating),
  "java.util.EnumMap": shape("map", {
    layout: "parallel",
    keys: ["keyUniverse"],
    values: ["vals"],
    size: ["size"],
    holes: "value",
  }),
  "java.util.RegularEnumSet": shape("set", { layout: "bits", universe: "universe", bits: "elements" }),
  "java.util.TreeMap": shape("map", {
    layout: "tree",
    root: ["root"],
    size: ["size"],
    node: { left: "left", right: "right", key: "key", value: "value" },
  }),
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
  "java.util.ArrayList": shape("list", array(["elementData"], ["size"])),
  "java.util.Vector": shape("list", array(["elementData"], ["elementCount"])),
  "java.util.Arrays$ArrayList": shape("list", { ...array(["a"]), nulls: true }),
  "java.util.concurrent.CopyOnWriteArrayList": shape("list", sharedArray),
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
});

const jdkWrappers: Readonly<Record<string, CollectionShape>> = dictionary({
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
  "java.util.Collections$SingletonMap": shape(
    "map",
    { layout: "fields", items: ["v"], keys: ["k"] },
    immutable,
  ),
  "java.util.ImmutableCollections$List12": shape("list", fields("e0", "e1"), immutable),
  "java.util.ImmutableCollections$ListN": shape("list", { ...array(["elements"]), nulls: true }, immutable),
  "java.util.ImmutableCollections$Set12": shape("set", fields("e0", "e1"), immutable),
  "java.util.ImmutableCollections$SetN": shape(
    "set",
    { layout: "array", elements: ["elements"], size: [], counter: "size" },
    immutable,
  ),
  "java.util.ImmutableCollections$Map1": shape(
    "map",
    { layout: "fields", items: ["v0"], keys: ["k0"] },
    immutable,
  ),
  "java.util.ImmutableCollections$MapN": shape("map", alternating, immutable),
});

/** Classes that other versions build otherwise: what they are where they declare a field. */
export const otherJdkShapes: Readonly<
  Record<string, { readonly whereField: string; readonly shape: CollectionShape }>
> = dictionary({
  // JDK 5 to 7
  "java.util.concurrent.ConcurrentHashMap": {
    whereField: "segments",
    shape: shape("map", {
      layout: "segments",
      segments: "segments",
      table: "table",
      size: "count",
      key: ["key"],
      value: ["value"],
      next: "next",
    }),
  },
  // JDK 5 and 6
  "java.util.LinkedList": {
    whereField: "header",
    shape: shape("list", {
      layout: "linked",
      first: ["header.next"],
      item: ["element"],
      next: ["next"],
      size: ["size"],
      end: "header",
    }),
  },
  // JDK 9 and later
  "java.util.Properties": { whereField: "map", shape: shape("map", wraps("map")) },
});

/** Of the JDK, by the name of the class. */
export const jdkShapes: Readonly<Record<string, CollectionShape>> = dictionary({ ...jdk, ...jdkWrappers });
