import { dictionary } from "../../../base/dictionary";
import { array, type CollectionShape, type Layout, shape, table, wraps } from "./shapes";

// Libraries that programs take for speed: fastutil, Eclipse Collections, JCTools (also inside Netty), Agrona; and the
// collections of Apache Commons.

/** fastutil has a class for every pair of these; a slot behind the table holds the entry of null or zero. */
const fastutilTypes = {
  Object: "objects",
  Reference: "objects",
  Int: "ints",
  Long: "longs",
  Short: "shorts",
  Byte: "bytes",
  Char: "chars",
  Float: "floats",
  Double: "doubles",
} as const;

const fastutilShapes: Readonly<Record<string, CollectionShape>> = dictionary(
  Object.fromEntries(
    Object.entries(fastutilTypes).flatMap(([key, room]) => {
      const name = (rest: string) => `it.unimi.dsi.fastutil.${room}.${key}${rest}`;
      const probed = (values: readonly string[], lastSlot: string): Layout => ({
        layout: "probed",
        keys: ["key"],
        values,
        size: ["size"],
        lastSlot,
      });
      const filled: Layout = { layout: "probed", keys: ["key"], values: ["value"], size: ["size"] };
      const maps = [...Object.keys(fastutilTypes), "Boolean"].flatMap((value) => [
        ...["", "Linked"].map((kind) => [
          name(`2${value}${kind}OpenHashMap`),
          shape("map", probed(["value"], "containsNullKey")),
        ]),
        [name(`2${value}ArrayMap`), shape("map", filled)],
      ]);
      const sets = ["", "Linked"].map((kind) => [
        name(`${kind}OpenHashSet`),
        shape("set", probed([], "containsNull")),
      ]);
      return [
        ...maps,
        ...sets,
        [name("ArraySet"), shape("set", array(["a"], ["size"]))],
        [name("ArrayList"), shape("list", array(["a"], ["size"]))],
        [name("ArrayFIFOQueue"), shape("queue", ring(["array"], ["start"], ["end"]))],
      ];
    }),
  ),
);

function ring(elements: readonly string[], head: readonly string[], tail: readonly string[]): Layout {
  return { layout: "ring", elements, head, tail, size: [] };
}

const eclipse = "org.eclipse.collections.impl";
const eclipseShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  [`${eclipse}.map.mutable.UnifiedMap`]: shape("map", {
    layout: "alternating",
    table: ["table"],
    size: ["occupied"],
    chained: "CHAINED_KEY",
    nullKey: "NULL_KEY",
  }),
  [`${eclipse}.set.mutable.UnifiedSet`]: shape("set", {
    layout: "bucketed",
    table: "table",
    size: ["occupied"],
    bucket: `${eclipse}.set.mutable.UnifiedSet$ChainedBucket`,
    slots: ["zero", "one", "two", "three"],
    nullKey: "NULL_KEY",
  }),
  [`${eclipse}.map.mutable.ConcurrentHashMap`]: shape(
    "map",
    table([], { table: ["table.array"], value: ["value"] }),
  ),
  [`${eclipse}.list.mutable.FastList`]: shape("list", array(["items"], ["size"])),
  [`${eclipse}.list.immutable.ImmutableArrayList`]: shape("list", array(["items"])),
  [`${eclipse}.set.immutable.ImmutableUnifiedSet`]: shape("set", wraps("delegate")),
  [`${eclipse}.map.immutable.ImmutableUnifiedMap`]: shape("map", wraps("delegate")),
  [`${eclipse}.map.sorted.mutable.TreeSortedMap`]: shape("map", wraps("treeMap")),
  [`${eclipse}.multimap.AbstractMutableMultimap`]: shape("map", wraps("map")),
  [`${eclipse}.stack.mutable.ArrayStack`]: shape("list", wraps("delegate")),
  ...Object.fromEntries(
    ["Int", "Long", "Short", "Byte", "Char", "Float", "Double", "Boolean"].map((type) => [
      `${eclipse}.list.mutable.primitive.${type}ArrayList`,
      shape("list", array(["items"], ["size"])),
    ]),
  ),
});

/** Indices run on for ever; an array that is full has as many elements as slots. */
const countedRing: Layout = {
  layout: "ring",
  elements: ["buffer.array", "buffer"],
  head: ["consumerIndex"],
  tail: ["producerIndex"],
  size: [],
  runsOn: true,
};
const linkedArrays = (step: 1 | 2): Layout => ({
  layout: "linkedArrays",
  buffer: ["consumerBuffer", "consumerBuffer.array"],
  head: "consumerIndex",
  tail: "producerIndex",
  step,
  jump: "JUMP",
});
const consumed: Layout = {
  layout: "linked",
  first: ["consumerNode"],
  item: ["value"],
  next: ["next"],
  size: [],
};

/** By the ancestor that has the fields; the queues' own classes are for padding. */
const jctoolsQueues: Readonly<Record<string, Layout>> = dictionary({
  ConcurrentCircularArrayQueue: countedRing,
  "atomic.AtomicReferenceArrayQueue": countedRing,
  "unpadded.ConcurrentCircularUnpaddedArrayQueue": countedRing,
  "atomic.unpadded.AtomicReferenceArrayUnpaddedQueue": countedRing,
  BaseMpscLinkedArrayQueue: linkedArrays(2),
  "atomic.BaseMpscLinkedAtomicArrayQueue": linkedArrays(2),
  BaseSpscLinkedArrayQueue: linkedArrays(1),
  "atomic.BaseSpscLinkedAtomicArrayQueue": linkedArrays(1),
  "unpadded.BaseMpscLinkedUnpaddedArrayQueue": linkedArrays(2),
  "atomic.unpadded.BaseMpscLinkedAtomicUnpaddedArrayQueue": linkedArrays(2),
  "unpadded.BaseSpscLinkedUnpaddedArrayQueue": linkedArrays(1),
  "atomic.unpadded.BaseSpscLinkedAtomicUnpaddedArrayQueue": linkedArrays(1),
  BaseLinkedQueue: consumed,
  "unpadded.BaseLinkedUnpaddedQueue": consumed,
  "atomic.unpadded.BaseLinkedAtomicUnpaddedQueue": consumed,
  "atomic.BaseLinkedAtomicQueue": consumed,
});

/** Netty has a copy of its own. */
const jctoolsShapes: Readonly<Record<string, CollectionShape>> = dictionary(
  Object.fromEntries(
    ["org.jctools.queues", "io.netty.util.internal.shaded.org.jctools.queues"].flatMap((room) =>
      Object.entries(jctoolsQueues).map(([name, layout]) => [`${room}.${name}`, shape("queue", layout)]),
    ),
  ),
);

const agrona = "org.agrona.collections";
const agronaShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  [`${agrona}.Object2ObjectHashMap`]: shape("map", {
    layout: "alternating",
    table: ["entries"],
    size: ["size"],
  }),
  ...Object.fromEntries(
    ["Long", "Int"].map((key) => [
      `${agrona}.${key}2ObjectHashMap`,
      shape("map", {
        layout: "probed",
        keys: ["keys"],
        values: ["values"],
        size: ["size"],
        emptyValues: true,
      } satisfies Layout),
    ]),
  ),
  [`${agrona}.ObjectHashSet`]: shape("set", {
    layout: "array",
    elements: ["values"],
    size: [],
    counter: "size",
  }),
  "org.agrona.concurrent.ManyToOneConcurrentLinkedQueue": shape("queue", {
    layout: "linked",
    first: ["head"],
    item: ["value"],
    next: ["next"],
    size: [],
  }),
});

const commons = "org.apache.commons.collections4";
const commonsShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  [`${commons}.map.AbstractHashedMap`]: shape("map", table(["size"], { table: ["data"] })),
  [`${commons}.multimap.AbstractMultiValuedMap`]: shape("map", wraps("map")),
  [`${commons}.map.AbstractMapDecorator`]: shape("map", wraps("map")),
  [`${commons}.collection.AbstractCollectionDecorator`]: shape("list", wraps("collection")),
  [`${commons}.bag.AbstractMapBag`]: shape("set", wraps("map")),
});

/** By the name of the class. */
export const specialisedShapes: Readonly<Record<string, CollectionShape>> = dictionary({
  ...fastutilShapes,
  ...eclipseShapes,
  ...jctoolsShapes,
  ...agronaShapes,
  ...commonsShapes,
});
