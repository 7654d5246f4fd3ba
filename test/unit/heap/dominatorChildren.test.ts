import { beforeAll, describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import {
  type ChildrenQuery,
  dominatorChildren,
  dominatorChildTypes,
  dominatorRankOf,
} from "../../../analyzer/heap/graph/opened/childPages";
import { type ClassIndex, type Heap, type ObjectIndex, virtualRoot } from "../../../analyzer/heap/heap";
import { openHeap } from "../../../analyzer/heap/hprof/contents/openHeap";
import type { HeapColumns } from "../../../analyzer/heap/hprof/index/heapColumns";
import { decodeIndex, encodeIndex } from "../../../analyzer/heap/hprof/index/indexFile";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";
import { seededRandom } from "../../build/seededRandom";

const children = 6000;
const arrayId = 0x10_0000n;
const childId = (k: number) => 0x20_0000n + BigInt(k) * 0x1000n;

/** An array with thousands of children of several classes, each with something of its own, some very big. */
function wideDump(): Uint8Array {
  const random = seededRandom(11);
  const builder = new HprofBuilder()
    .class(0x200n, "java/lang/Object")
    .class(0x280n, "[Ljava/lang/Object;")
    .class(0x300n, "b/Pair", { fields: [["held", "object"]] })
    .class(0x380n, "a/Single", { fields: [["held", "object"]] })
    .class(0x400n, "[J")
    .class(0x480n, "[B");
  for (let k = 0; k < children; k++) {
    const dice = random();
    if (dice < 0.3) builder.instance(childId(k), 0x300n, { held: childId(k) + 0x100n });
    else if (dice < 0.5) builder.instance(childId(k), 0x380n, { held: childId(k) + 0x100n });
    else builder.primitiveArray(childId(k), "long", new Array(Math.floor(random() * 40)).fill(0));
    if (dice < 0.5) {
      builder.primitiveArray(childId(k) + 0x100n, "byte", new Array(Math.floor(random() * 300)).fill(0));
    }
  }
  // Beyond what is told apart by its rank alone.
  for (let k = 0; k < 3; k++) {
    builder.primitiveArray(childId(children + k), "long", new Array(70_000 + ((k * 2) % 3)).fill(0));
  }
  const elements = Array.from({ length: children + 3 }, (_, k) => childId(k));
  return builder.objectArray(arrayId, 0x280n, elements).root("unknown", arrayId).build();
}

/** The order from its definition. */
function naive(heap: Heap, parent: ObjectIndex, { sort, descending, accepts }: ChildrenQuery): ObjectIndex[] {
  const all: ObjectIndex[] = [];
  for (let node = 0; node < heap.nodeCount; node++) {
    if (heap.immediateDominatorOf(node as ObjectIndex) === parent) all.push(node as ObjectIndex);
  }
  const byRetained = all.sort((a, b) => heap.retainedSizeOf(b) - heap.retainedSizeOf(a) || a - b);
  const passed = byRetained.filter((child) => accepts?.(heap.classOf(child)) ?? true);
  if (sort === "retainedBytes") return descending ? passed : passed.reverse();
  const direction = descending ? -1 : 1;
  const compare = (a: ObjectIndex, b: ObjectIndex): number => {
    if (sort === "shallowBytes") return heap.shallowSizeOf(a) - heap.shallowSizeOf(b);
    const [x, y] = [heap.classNameOf(a), heap.classNameOf(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  return passed.sort((a, b) => direction * compare(a, b));
}

let heap: Heap;
let columns: HeapColumns;
let source: BytesSource;
let parent: ObjectIndex;
beforeAll(async () => {
  ({ heap, columns, source } = await openBytes(wideDump()));
  parent = heap.indexOf(arrayId)!;
});

const orders = (["retainedBytes", "shallowBytes", "typeName"] as const).flatMap((sort) =>
  [true, false].flatMap((descending) => [
    { sort, descending, filter: undefined },
    { sort, descending, filter: "b.Pair" },
  ]),
);

describe("children of a node with thousands of them", () => {
  it.each(orders)("by $sort, descending $descending, only $filter", ({ sort, descending, filter }) => {
    const accepts =
      filter === undefined ? {} : { accepts: (type: ClassIndex) => heap.classes.nameOf(type) === filter };
    const query = { sort, descending, ...accepts };
    const expected = naive(heap, parent, { ...query, start: 0, count: 0 });
    for (const [start, count] of [
      [0, 50],
      [0, 3],
      [1990, 100],
      [expected.length - 30, 100],
      [expected.length + 5, 10],
      [0, expected.length],
    ] as const) {
      const page = dominatorChildren(heap, parent, { ...query, start, count }, unwatched);
      expect(page.total).toBe(expected.length);
      expect(page.objects).toEqual(expected.slice(start, start + count));
    }
    if (filter !== undefined) return;
    for (const at of [0, 1, 777, 3000, expected.length - 1]) {
      expect(dominatorRankOf(heap, parent, expected[at]!, query, unwatched)).toBe(at);
    }
    expect(dominatorRankOf(heap, virtualRoot, expected[0]!, query, unwatched)).toBeUndefined();
  });

  it("add up by class", () => {
    const rows = dominatorChildTypes(heap, parent, unwatched);
    const all = naive(heap, parent, { sort: "retainedBytes", descending: true, start: 0, count: 0 });
    for (const row of rows) {
      const own = all.filter((child) => heap.classOf(child) === row.type);
      const sum = (sizeOf: (object: ObjectIndex) => number) =>
        own.reduce((total, child) => total + sizeOf(child), 0);
      expect(row.objects).toBe(own.length);
      expect(row.shallowBytes).toBe(sum(heap.shallowSizeOf));
      expect(row.retainedBytes).toBe(sum(heap.retainedSizeOf));
    }
    expect(rows.reduce((total, { objects }) => total + objects, 0)).toBe(all.length);
  });

  it("are read from a saved index, and made again where it is damaged", () => {
    const { pieces } = encodeIndex(columns, "f", unwatched);
    const file = Buffer.concat(pieces);
    const opened = decodeIndex(new BytesSource("index", file), "f", "x", unwatched) as {
      columns: HeapColumns;
    };
    const { children: lists } = opened.columns.dominators!;
    const reopened = openHeap(opened.columns, source, new BytesSource("index", file));
    const all = (of: Heap) => of.dominatedBy(parent, 0, children + 3);
    expect("blockSums" in lists.nodes && "blockSums" in lists.starts).toBe(true);
    expect(all(reopened)).toEqual(all(heap));
    expect(reopened.dominatedCountOf(virtualRoot)).toBe(heap.dominatedCountOf(virtualRoot));
    for (const list of [lists.nodes, lists.starts]) {
      const damaged = Buffer.from(file);
      const at = "offset" in list ? list.offset + 4 * Math.floor(list.length / 2) : 0;
      damaged[at]! ^= 1;
      const other = openHeap(opened.columns, source, new BytesSource("index", damaged));
      expect(all(other)).toEqual(all(heap));
      expect(other.dominatedCountOf(parent)).toBe(children + 3);
    }
  });
});
