import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { Heap } from "../../../analyzer/heap/heap";
import { collectionSizeOf } from "../../../analyzer/heap/java/collections/collection";
import { entriesOf } from "../../../analyzer/heap/java/collections/entries";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { collectionStatistics } from "../../../analyzer/heap/java/waste/collectionStatistics";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

type Fields = readonly (readonly [string, "object" | "int"])[];

const references = (...names: string[]): Fields => names.map((name) => [name, "object"]);

/** A map 0xa → 0x1, 0xb → 0x2 at 0x2000, lists of 0x1 … 0x4, and what the JDK makes of them. */
function views(): HprofBuilder {
  const builder = new HprofBuilder().class(0x10n, "java/lang/Object");
  let nextClass = 0x20n;
  const classes = new Map<string, bigint>([["java/lang/Object", 0x10n]]);
  const classOf = (name: string, fields: Fields = [], superclass = "java/lang/Object") => {
    const id = nextClass;
    nextClass += 0x8n;
    classes.set(name, id);
    builder.class(id, name, { super: classes.get(superclass)!, fields });
    return id;
  };
  const make = (id: bigint, name: string, values: Record<string, bigint | number>) =>
    builder.instance(id, classes.get(name)!, values).root("jni-global", id);
  const arrays = classOf("[Ljava/lang/Object;");
  classOf("java/util/HashMap", [
    ["table", "object"],
    ["size", "int"],
  ]);
  classOf("java/util/HashMap$Node", references("key", "value", "next"));
  classOf("java/util/HashMap$KeySet", references("this$0"));
  classOf("java/util/HashMap$Values", references("this$0"));
  classOf("java/util/HashMap$EntrySet", references("this$0"));
  classOf("java/util/Collections$UnmodifiableCollection", references("c"));
  classOf("java/util/Collections$UnmodifiableSet", [], "java/util/Collections$UnmodifiableCollection");
  classOf("java/util/Collections$UnmodifiableMap", references("m"));
  classOf("java/util/ArrayList", [
    ["elementData", "object"],
    ["size", "int"],
  ]);
  const range: Fields = [
    ["offset", "int"],
    ["size", "int"],
  ];
  classOf("java/util/ArrayList$SubList", [...references("root", "parent"), ...range]);
  classOf("java/util/SubList", [...references("l"), ...range]);
  classOf("java/util/ImmutableCollections$ListN", references("elements"));
  classOf("java/util/Arrays$ArrayList", references("a"));
  classOf("java/util/Collections$CopiesList", [
    ["element", "object"],
    ["n", "int"],
  ]);
  classOf("java/util/Collections$EmptyList");
  classOf("java/util/Hashtable", [
    ["table", "object"],
    ["count", "int"],
  ]);
  classOf("java/util/Properties", references("map"), "java/util/Hashtable");
  classOf("java/util/LinkedList", [
    ["header", "object"],
    ["size", "int"],
  ]);
  classOf("java/util/LinkedList$Entry", references("element", "next"));

  for (const id of [0x1001n, 0x1002n, 0x1003n, 0x1004n, 0x100an, 0x100bn]) builder.instance(id * 16n, 0x10n);
  const of = (id: number) => BigInt(0x1000 + id) * 16n;
  builder.objectArray(0x3000n, arrays, [0x3100n, 0n, 0x3140n, 0n]);
  make(0x3100n, "java/util/HashMap$Node", { key: of(0xa), value: of(1) });
  make(0x3140n, "java/util/HashMap$Node", { key: of(0xb), value: of(2) });
  make(0x2000n, "java/util/HashMap", { table: 0x3000n, size: 2 });
  make(0x2040n, "java/util/HashMap$KeySet", { this$0: 0x2000n });
  make(0x2080n, "java/util/HashMap$Values", { this$0: 0x2000n });
  make(0x20c0n, "java/util/HashMap$EntrySet", { this$0: 0x2000n });
  make(0x2100n, "java/util/Collections$UnmodifiableCollection", { c: 0x2080n });
  make(0x2140n, "java/util/Collections$UnmodifiableSet", { c: 0x20c0n });
  make(0x2180n, "java/util/Collections$UnmodifiableMap", { m: 0x2000n });
  builder.objectArray(0x3200n, arrays, [of(1), of(2), of(3), of(4), 0n, 0n]);
  make(0x2200n, "java/util/ArrayList", { elementData: 0x3200n, size: 4 });
  make(0x2240n, "java/util/ArrayList$SubList", { root: 0x2200n, offset: 1, size: 3 });
  make(0x2280n, "java/util/ArrayList$SubList", { root: 0x2200n, parent: 0x2240n, offset: 2, size: 2 });
  make(0x22c0n, "java/util/SubList", { l: 0x2240n, offset: 1, size: 1 });
  make(0x2300n, "java/util/SubList", { l: 0x2300n, offset: 0, size: 5 });
  builder.objectArray(0x3400n, arrays, [of(1), 0n, of(3)]);
  make(0x2340n, "java/util/ImmutableCollections$ListN", { elements: 0x3400n });
  make(0x2380n, "java/util/Arrays$ArrayList", { a: 0x3400n });
  make(0x23c0n, "java/util/Collections$CopiesList", { element: of(4), n: 3 });
  make(0x2400n, "java/util/Collections$EmptyList", {});
  make(0x2440n, "java/util/Properties", { map: 0x2000n, table: 0n, count: 0 });
  make(0x2480n, "java/util/LinkedList", { header: 0x3500n, size: 2 });
  make(0x3500n, "java/util/LinkedList$Entry", { next: 0x3540n });
  make(0x3540n, "java/util/LinkedList$Entry", { element: of(3), next: 0x3580n });
  make(0x3580n, "java/util/LinkedList$Entry", { element: of(2), next: 0x3500n });
  return builder;
}

/** Elements as the digit of their address, pairs as key=value, null as 0. */
function shown(heap: Heap, id: bigint): string {
  const name = (object: bigint) => ((object >> 4n) & 0xfn).toString(16);
  const entries = [...entriesOf(heap, heap.indexOf(id)!)].map(({ key, value }) =>
    key === undefined ? name(value) : `${name(key)}=${name(value)}`,
  );
  return `${collectionSizeOf(heap, heap.indexOf(id)!)?.size ?? "?"}: ${entries.join(" ")}`;
}

describe("views of collections", () => {
  it.each([
    ["keySet()", 0x2040n, "2: a b"],
    ["values()", 0x2080n, "2: 1 2"],
    ["entrySet()", 0x20c0n, "2: a=1 b=2"],
    ["unmodifiable values()", 0x2100n, "2: 1 2"],
    ["an unmodifiable entrySet()", 0x2140n, "2: a=1 b=2"],
    ["an unmodifiable map", 0x2180n, "2: a=1 b=2"],
    ["a subList", 0x2240n, "3: 2 3 4"],
    ["a subList of a subList, counted from the list", 0x2280n, "2: 3 4"],
    ["a subList of a subList, counted from that", 0x22c0n, "1: 3"],
    ["a subList of itself", 0x2300n, "5: "],
    ["List.of with null, as Stream.toList makes it", 0x2340n, "3: 1 0 3"],
    ["Arrays.asList with null", 0x2380n, "3: 1 0 3"],
    ["copies", 0x23c0n, "3: 4 4 4"],
    ["an empty list", 0x2400n, "?: "],
    ["the properties of JDK 9", 0x2440n, "2: a=1 b=2"],
    ["the LinkedList of JDK 6", 0x2480n, "2: 3 2"],
  ])("shows %s", async (_, id, elements) => {
    const { heap } = await openBytes(views().build());
    expect(shown(heap, id)).toBe(elements);
  });

  it("skips to a page of a part without reading what comes before", async () => {
    const { heap } = await openBytes(views().build());
    expect([...entriesOf(heap, heap.indexOf(0x2240n)!, 2)]).toEqual([{ value: 0x10040n }]);
  });

  it("counts what is in them once", async () => {
    const { heap } = await openBytes(views().build());
    const { classes } = collectionStatistics(heap, 4, unwatched);
    const names = classes.map(({ type }) => heap.classes.nameOf(type));
    expect(names).not.toContain("java.util.HashMap$Values");
    expect(names).not.toContain("java.util.ArrayList$SubList");
    expect(names).toContain("java.util.HashMap");
  });

  it("answers for them in queries", async () => {
    const { heap } = await openBytes(views().build());
    const cells = (text: string) =>
      runQuery(heap, text, unwatched)
        .rows(0, 9)
        .map(({ cells }) => cells);
    expect(cells("SELECT v.@size, v[1] FROM java.util.HashMap$Values v")).toEqual([
      [2, { object: heap.indexOf(0x10020n) }],
    ]);
    expect(cells("SELECT size(s) FROM java.util.ArrayList$SubList s")).toEqual([[3], [2]]);
  });
});

it("a vector whose depth is damaged ends, though its array stands below itself", async () => {
  const name = "kotlinx/collections/immutable/implementations/immutableList/PersistentVector";
  const fields: Fields = [
    ["root", "object"],
    ["tail", "object"],
    ["size", "int"],
    ["rootShift", "int"],
  ];
  const builder = new HprofBuilder()
    .class(0x10n, "java/lang/Object")
    .class(0x20n, "[Ljava/lang/Object;", { super: 0x10n })
    .class(0x30n, name, { super: 0x10n, fields })
    .objectArray(0x1000n, 0x20n, Array<bigint>(32).fill(0x1000n))
    .instance(0x2000n, 0x30n, { root: 0x1000n, tail: 0n, size: 100, rootShift: 2 ** 30 });
  // So many arrays are looked at as there are objects.
  for (let id = 0x3000n; id < 0x3400n; id += 0x10n) builder.instance(id, 0x10n);
  const { heap } = await openBytes(builder.root("jni-global", 0x2000n).build());
  expect([...entriesOf(heap, heap.indexOf(0x2000n)!, 0)]).toEqual(Array(100).fill({ value: 0x1000n }));
});

it("a queue of two lists that has itself as one of them is not followed", async () => {
  const cells = references("head", "next");
  const builder = new HprofBuilder()
    .class(0x10n, "java/lang/Object")
    .class(0x20n, "scala/collection/immutable/$colon$colon", { super: 0x10n, fields: cells })
    .class(0x30n, "scala/collection/immutable/Queue", { super: 0x10n, fields: references("in", "out") })
    .instance(0x1000n, 0x20n, { head: 0x5n, next: 0x1040n })
    .instance(0x1040n, 0x20n, { head: 0x6n, next: 0n })
    .instance(0x2000n, 0x30n, { in: 0x1000n, out: 0x2000n })
    .instance(0x2040n, 0x30n, { in: 0x2040n, out: 0x1000n });
  for (const queue of [0x2000n, 0x2040n]) builder.root("jni-global", queue);
  const { heap } = await openBytes(builder.build());
  const valuesOf = (queue: bigint) => [...entriesOf(heap, heap.indexOf(queue)!)].map(({ value }) => value);
  expect(valuesOf(0x2000n)).toEqual([0x6n, 0x5n]);
  expect(valuesOf(0x2040n)).toEqual([0x5n, 0x6n]);
});

it.each([
  ["many slots is read once", 1000, 1],
  ["few slots ends", 64, 164],
])("a node of %s, though it stands below itself", async (_, length, entries) => {
  const kotlinx = "kotlinx/collections/immutable/implementations/immutableSet/";
  const slots = Array<bigint>(length).fill(0x1000n);
  slots[0] = 0x5n;
  const builder = new HprofBuilder()
    .class(0x10n, "java/lang/Object")
    .class(0x20n, "[Ljava/lang/Object;", { super: 0x10n })
    .class(0x30n, `${kotlinx}TrieNode`, { super: 0x10n, fields: references("buffer") })
    .class(0x40n, `${kotlinx}PersistentHashSet`, {
      super: 0x10n,
      fields: [
        ["node", "object"],
        ["size", "int"],
      ],
    })
    .objectArray(0x1100n, 0x20n, slots)
    .instance(0x1000n, 0x30n, { buffer: 0x1100n })
    .instance(0x2000n, 0x40n, { node: 0x1000n, size: 1 });
  // Nodes are looked at as often as there are objects.
  for (let id = 0x3000n; id < 0x3a10n; id += 0x10n) builder.instance(id, 0x10n);
  const { heap } = await openBytes(builder.root("jni-global", 0x2000n).build());
  expect(heap.instanceCount).toBe(164);
  expect([...entriesOf(heap, heap.indexOf(0x2000n)!)]).toEqual(Array(entries).fill({ value: 0x5n }));
});
