import { dictionary } from "../../../base/dictionary";
import {
  array,
  type CollectionShape,
  fields,
  immutable,
  type Layout,
  shape,
  type TreeNodeFields,
  table,
  wraps,
} from "./shapes";

/** Scala 2.13 writes the owner into the names of fields that other classes see. */
const scala = (owner: string, field: string): string =>
  `scala$collection$${owner.replaceAll(".", "$")}$$${field}`;

const scalaTable = (owner: string, next: string): Layout =>
  table(["contentSize", "tableSize"], {
    table: ["table", scala(owner, "table")],
    key: ["_key", "key"],
    value: ["_value", "value"],
    next,
  });

const mutableTreeNode: TreeNodeFields = { left: "left", right: "right", key: "key", value: "value" };
const immutableTreeNode: TreeNodeFields = {
  left: scala("immutable.RedBlackTree$Tree", "_left"),
  right: scala("immutable.RedBlackTree$Tree", "_right"),
  key: scala("immutable.RedBlackTree$Tree", "_key"),
  value: scala("immutable.RedBlackTree$Tree", "_value"),
};
const mutableTree = (owner: string): Layout => {
  const tree = scala(owner, "tree");
  return { layout: "tree", root: [`${tree}.root`], size: [`${tree}.size`], node: mutableTreeNode };
};
const immutableTree: Layout = {
  layout: "tree",
  root: ["tree"],
  size: [`tree.${scala("immutable.RedBlackTree$Tree", "_count")}`],
  node: immutableTreeNode,
  signIsColour: true,
};
const hashTrie: Layout = { layout: "trie", root: "rootNode", size: ["rootNode.size"] };

/** Maps and sets of up to four elements are fields. */
function smallScalaShapes(): Record<string, CollectionShape> {
  const shapes: Record<string, CollectionShape> = {};
  for (let size = 1; size <= 4; size++) {
    const numbers = Array.from({ length: size }, (_, at) => at + 1);
    for (const owner of ["Map", "SeqMap"]) {
      const name = `scala.collection.immutable.${owner}$${owner}${size}`;
      const field = (kind: string, number: number): string =>
        // A map of one entry is read by nobody else: its fields keep their names.
        size === 1 ? `${kind}${number}` : scala(`immutable.${owner}$${owner}${size}`, `${kind}${number}`);
      shapes[name] = shape("map", {
        layout: "fields",
        items: numbers.map((number) => field("value", number)),
        keys: numbers.map((number) => field("key", number)),
      });
    }
    shapes[`scala.collection.immutable.Set$Set${size}`] = shape(
      "set",
      // biome-ignore lint/plugin: at most four
      fields(...numbers.map((number) => `elem${number}`)),
    );
  }
  return shapes;
}

const vectorDepths = [1, 2, 3, 4, 5, 6];

const scalaShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  "scala.collection.mutable.HashMap": shape("map", scalaTable("mutable.HashMap", "_next")),
  "scala.collection.mutable.HashSet": shape("set", scalaTable("mutable.HashSet", "_next")),
  "scala.collection.mutable.LinkedHashMap": shape("map", scalaTable("mutable.LinkedHashMap", "next")),
  "scala.collection.mutable.LinkedHashSet": shape("set", scalaTable("mutable.LinkedHashSet", "next")),
  "scala.collection.mutable.AnyRefMap": shape("map", {
    layout: "parallel",
    keys: [scala("mutable.AnyRefMap", "_keys")],
    values: [scala("mutable.AnyRefMap", "_values")],
    size: ["_size"],
    holes: "key",
  }),
  "scala.collection.mutable.TreeMap": shape("map", mutableTree("mutable.TreeMap")),
  "scala.collection.mutable.TreeSet": shape("set", mutableTree("mutable.TreeSet")),
  "scala.collection.mutable.ArrayBuffer": shape("list", array(["array"], ["size0"])),
  "scala.collection.mutable.ListBuffer": shape("list", {
    layout: "linked",
    first: ["first"],
    item: ["head"],
    next: ["next", "tl"],
    size: ["len"],
  }),
  "scala.collection.mutable.ArrayDeque": shape("queue", {
    layout: "ring",
    elements: ["array"],
    head: [scala("mutable.ArrayDeque", "start")],
    tail: [scala("mutable.ArrayDeque", "end")],
    size: [],
  }),
  "scala.collection.mutable.PriorityQueue": shape("queue", wraps(scala("mutable.PriorityQueue", "resarr"))),
  "scala.collection.mutable.ArraySeq$ofRef": shape("list", array(["array"])),
  "scala.collection.concurrent.TrieMap": shape("map", { layout: "trie", root: "root", size: [] }),
  "scala.collection.convert.JavaCollectionWrappers$AbstractJMapWrapper": shape("map", wraps("underlying")),
  // Values of these do not change, but the variable that holds one does: they grow by being replaced.
  "scala.collection.immutable.$colon$colon": shape(
    "list",
    { layout: "linked", first: ["this"], item: ["head"], next: ["next", "tl"], size: [] },
    { cells: true },
  ),
  "scala.collection.immutable.Queue": shape("queue", {
    layout: "joined",
    parts: [
      ["out", false],
      ["in", true],
    ],
  }),
  "scala.collection.immutable.HashMap": shape("map", hashTrie),
  "scala.collection.immutable.HashSet": shape("set", hashTrie),
  "scala.collection.immutable.TreeMap": shape("map", immutableTree),
  "scala.collection.immutable.TreeSet": shape("set", immutableTree),
  "scala.collection.immutable.ArraySeq$ofRef": shape("list", array(["unsafeArray"]), immutable),
  "scala.collection.immutable.Vector": shape("list", {
    layout: "nested",
    parts: [
      ...vectorDepths.map((depth) => [`prefix${depth}`, depth] as const),
      ...vectorDepths.map((depth) => [`data${depth}`, depth] as const),
      ...vectorDepths.toReversed().map((depth) => [`suffix${depth}`, depth] as const),
    ],
    size: ["length0"],
  }),
  ...smallScalaShapes(),
});

/** What a node of a hash trie holds, by the name of its class. */
export type TrieNode =
  /** An array of entries, as many as `bits` has ones, then of nodes. */
  | {
      readonly content: string;
      readonly bits: string;
      readonly pairs: boolean;
      /** Where neither it nor `bits` has ones, all of the array are entries, whose hashes collide. */
      readonly nodeBits?: string;
    }
  /** An array of entries and nodes in any order. */
  | { readonly mixed: string }
  /** A collection of elements, or of pairs, that have one hash. */
  | { readonly collection: string; readonly pairs: boolean }
  /** One entry. */
  | { readonly key: string; readonly value: string }
  /** One node, or an array of nodes. */
  | { readonly nodes: string };

export const trieNodes: ReadonlyMap<string, TrieNode> = new Map<string, TrieNode>([
  ["scala.collection.immutable.BitmapIndexedMapNode", { content: "content", bits: "dataMap", pairs: true }],
  ["scala.collection.immutable.BitmapIndexedSetNode", { content: "content", bits: "dataMap", pairs: false }],
  ["scala.collection.immutable.HashCollisionMapNode", { collection: "content", pairs: true }],
  ["scala.collection.immutable.HashCollisionSetNode", { collection: "content", pairs: false }],
  ["scala.collection.concurrent.INode", { nodes: "mainnode" }],
  ["scala.collection.concurrent.CNode", { nodes: "array" }],
  ["scala.collection.concurrent.SNode", { key: "k", value: "v" }],
  ["scala.collection.concurrent.TNode", { key: "k", value: "v" }],
  ["scala.collection.concurrent.LNode", { collection: "entries", pairs: true }],
  [
    "kotlinx.collections.immutable.implementations.immutableMap.TrieNode",
    { content: "buffer", bits: "dataMap", pairs: true, nodeBits: "nodeMap" },
  ],
  ["kotlinx.collections.immutable.implementations.immutableSet.TrieNode", { mixed: "buffer" }],
]);

const kotlinShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  "kotlin.collections.builders.MapBuilder": shape("map", {
    layout: "parallel",
    keys: ["keysArray"],
    values: ["valuesArray"],
    size: ["size", "length"],
    holes: "key",
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
});

const kotlinxName = "kotlinx.collections.immutable.implementations";
const kotlinxVector: Layout = {
  layout: "nested",
  parts: [
    ["root", 1],
    ["tail", 1],
  ],
  size: ["size"],
  shift: "rootShift",
  // Those of a builder have a slot more, for their owner.
  width: 32,
};
const kotlinxTrie: Layout = { layout: "trie", root: "node", size: ["size"] };

// Values of these do not change, but the variable that holds one does: they grow by being replaced.
const kotlinxShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  [`${kotlinxName}.immutableList.SmallPersistentVector`]: shape("list", array(["buffer"])),
  [`${kotlinxName}.immutableList.PersistentVector`]: shape("list", kotlinxVector),
  [`${kotlinxName}.immutableList.PersistentVectorBuilder`]: shape("list", kotlinxVector),
  ...Object.fromEntries(
    ["", "Builder"].flatMap((builder) => {
      const inner = builder === "" ? "hashMap" : "hashMapBuilder";
      return [
        [`immutableMap.PersistentHashMap${builder}`, shape("map", kotlinxTrie)],
        [`immutableSet.PersistentHashSet${builder}`, shape("set", kotlinxTrie)],
        [
          `persistentOrderedMap.PersistentOrderedMap${builder}`,
          shape("map", wraps(inner), { holders: true }),
        ],
        [`persistentOrderedSet.PersistentOrderedSet${builder}`, shape("set", wraps(inner))],
      ].map(([name, its]) => [`${kotlinxName}.${name as string}`, its]);
    }),
  ),
});

const guavaSegments: Layout = {
  layout: "segments",
  segments: "segments",
  table: "table",
  size: "count",
  key: ["key", "referent"],
  value: ["value", "valueReference"],
  next: "next",
};
const guavaEntries = table([], { table: ["entries"], next: "" });

const guavaShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  "com.google.common.collect.RegularImmutableList": shape("list", array(["array"]), immutable),
  "com.google.common.collect.SingletonImmutableList": shape("list", fields("element"), immutable),
  "com.google.common.collect.RegularImmutableSet": shape("set", array(["elements"]), immutable),
  "com.google.common.collect.SingletonImmutableSet": shape("set", fields("element"), immutable),
  "com.google.common.collect.JdkBackedImmutableSet": shape("set", wraps("delegate"), immutable),
  "com.google.common.collect.RegularImmutableSortedSet": shape("set", wraps("elements"), immutable),
  "com.google.common.collect.ImmutableEnumSet": shape("set", wraps("delegate"), immutable),
  "com.google.common.collect.RegularImmutableMap": shape("map", guavaEntries, immutable),
  "com.google.common.collect.RegularImmutableBiMap": shape("map", guavaEntries, immutable),
  "com.google.common.collect.SingletonImmutableBiMap": shape(
    "map",
    { layout: "fields", items: ["singleValue"], keys: ["singleKey"] },
    immutable,
  ),
  "com.google.common.collect.JdkBackedImmutableMap": shape("map", wraps("delegateMap"), immutable),
  "com.google.common.collect.ImmutableEnumMap": shape("map", wraps("delegate"), immutable),
  "com.google.common.collect.ImmutableSortedMap": shape(
    "map",
    {
      layout: "parallel",
      keys: ["keySet.elements.array"],
      values: ["valueList.array"],
      size: [],
      holes: "key",
    },
    immutable,
  ),
  "com.google.common.collect.ImmutableMultimap": shape("map", wraps("map"), immutable),
  "com.google.common.collect.HashBiMap": shape(
    "map",
    table(["size"], { table: ["hashTableKToV"], next: "nextInKToVBucket" }),
  ),
  "com.google.common.collect.AbstractBiMap": shape("map", wraps("delegate")),
  "com.google.common.collect.CompactHashMap": shape("map", {
    layout: "parallel",
    keys: ["keys"],
    values: ["values"],
    size: ["size"],
    holes: "none",
  }),
  "com.google.common.collect.CompactHashSet": shape("set", array(["elements"], ["size"])),
  "com.google.common.collect.AbstractMapBasedMultimap": shape("map", wraps("map")),
  "com.google.common.collect.LinkedHashMultimap$ValueSet": shape(
    "set",
    table(["size"], { table: ["hashTable"], key: ["value"], value: [], next: "nextInValueBucket" }),
  ),
  "com.google.common.collect.AbstractMapBasedMultiset": shape("set", wraps("backingMap")),
  "com.google.common.collect.ConcurrentHashMultiset": shape("set", wraps("countMap")),
  "com.google.common.collect.StandardTable": shape("map", wraps("backingMap")),
  "com.google.common.collect.ArrayTable": shape("map", {
    layout: "parallel",
    keys: ["rowList.array"],
    values: ["array"],
    size: [],
    holes: "key",
  }),
  "com.google.common.collect.EvictingQueue": shape("queue", wraps("delegate")),
  "com.google.common.collect.MinMaxPriorityQueue": shape("queue", array(["queue"], ["size"])),
  "com.google.common.collect.Synchronized$SynchronizedMap": shape("map", wraps("delegate")),
  "com.google.common.collect.Synchronized$SynchronizedMultimap": shape("map", wraps("delegate")),
  "com.google.common.collect.Synchronized$SynchronizedSet": shape("set", wraps("delegate")),
  "com.google.common.collect.Synchronized$SynchronizedCollection": shape("list", wraps("delegate")),
  "com.google.common.collect.MapMakerInternalMap": shape("map", guavaSegments, { holders: true }),
  "com.google.common.cache.LocalCache": shape("map", guavaSegments, { holders: true }),
  "com.google.common.cache.LocalCache$LocalManualCache": shape("map", wraps("localCache"), { holders: true }),
});

const caffeineName = "com.github.benmanes.caffeine.cache";
const caffeineShapes: Readonly<Record<string, CollectionShape>> = dictionary(
  Object.fromEntries([
    ...["BoundedLocalCache", "UnboundedLocalCache"].map((cache) => [
      `${caffeineName}.${cache}`,
      shape("map", wraps("data"), { holders: true }),
    ]),
    ...["Bounded", "Unbounded"].flatMap((bound) =>
      ["Manual", "Async"].map((kind) => [
        `${caffeineName}.${bound}LocalCache$${bound}Local${kind}Cache`,
        shape("map", wraps("cache"), { holders: true }),
      ]),
    ),
  ]),
);

/** Of Kotlin, Scala, Guava and Caffeine, by the name of the class. */
export const libraryShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  ...kotlinShapes,
  ...kotlinxShapes,
  ...scalaShapes,
  ...guavaShapes,
  ...caffeineShapes,
});
