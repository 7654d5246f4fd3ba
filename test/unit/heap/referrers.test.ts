import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import type { Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { openHeap, type QuestionLimits } from "../../../analyzer/heap/hprof/contents/openHeap";
import { adversarialDump, adversarialShapes } from "../../build/adversarialDumps";
import { chainDump } from "../../build/chainDump";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";
import { seededRandom } from "../../build/seededRandom";
import { smallDump } from "../../build/smallDump";

/** `EXHUME_RANDOM_DUMPS=1000` looks at more of them. */
const randomDumps = Number(process.env["EXHUME_RANDOM_DUMPS"] ?? 60);

/** Counts what is read, so that a test knows which way the answers came. */
class CountingSource extends BytesSource {
  reads = 0;

  override read(...args: Parameters<BytesSource["read"]>): ReturnType<BytesSource["read"]> {
    this.reads++;
    return super.read(...args);
  }
}

/** A budget that is kept to. */
const within = (memoryBudget: number) => ({ memoryBudget, leastListBytes: 0 });

async function bothWays(bytes: Uint8Array): Promise<{ listed: Heap; scanned: Heap }> {
  const { heap: listed, columns, source } = await openBytes(bytes);
  return { listed, scanned: openHeap(columns, source, undefined, within(0)) };
}

/** By two plain walks, as it is where memory is short. */
async function byWalks(bytes: Uint8Array): Promise<{ listed: Heap; walked: Heap }> {
  const { heap: listed, columns, source } = await openBytes(bytes);
  return { listed, walked: openHeap(columns, source, undefined, within(columns.cost.memoryBytes - 1)) };
}

/** What every object says it refers to, turned around. */
function turnedAround(heap: Heap): bigint[][] {
  const referrers = Array.from({ length: heap.nodeCount }, () => new Set<number>());
  for (let node = 0; node < heap.nodeCount; node++) {
    for (const { target } of heap.referencesOf(node as ObjectIndex))
      if (target !== node) referrers[target]!.add(node);
  }
  return referrers.map((nodes) =>
    [...nodes].sort((a, b) => a - b).map((node) => heap.idOf(node as ObjectIndex)),
  );
}

function everyReferrer(heap: Heap): bigint[][] {
  return Array.from({ length: heap.nodeCount }, (_, node) =>
    heap.referrersOf(node as ObjectIndex).map((referrer) => heap.idOf(referrer)),
  );
}

const referrerIds = (heap: Heap, id: bigint) =>
  heap.referrersOf(heap.indexOf(id)!).map((each) => heap.idOf(each));

/** Boxes and arrays that refer to each other, to classes and to nothing at random; a loader, locals, statics. */
function randomDump(seed: number, idSize: 4 | 8): Uint8Array {
  const random = seededRandom(seed);
  const ids = Array.from({ length: 60 }, (_, at) => 0x8000n + BigInt(at) * 0x40n);
  const targets = [...ids, 0n, 0xdead0n, 0x1200n, 0x1300n];
  const any = () => targets[Math.floor(random() * targets.length)]!;
  const builder = new HprofBuilder({ idSize })
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, "java/lang/Class", { super: 0x1000n })
    .class(0x1200n, "a/Box", {
      super: 0x1000n,
      fields: [
        ["left", "object"],
        ["count", "int"],
        ["right", "object"],
      ],
      statics: [["first", "object", any()]],
      loader: ids[3]!,
    })
    .class(0x1300n, "a/SmallBox", { super: 0x1200n, fields: [["more", "object"]] })
    .class(0x1400n, "[La/Box;", { super: 0x1000n })
    .class(0x1500n, "[I", { super: 0x1000n })
    .class(0x1600n, "java/lang/Thread", { super: 0x1000n, fields: [["target", "object"]] })
    .trace(1, 1, [])
    // A local of its own thread's field: one referrer, not two.
    .instance(0x7000n, 0x1600n, { target: ids[7]! })
    .root("thread-object", 0x7000n, 1, 1)
    .root("sticky-class", 0x1200n);
  ids.forEach((id, at) => {
    if (at % 4 === 0) builder.objectArray(id, 0x1400n, Array.from({ length: Math.floor(random() * 9) }, any));
    else if (at % 4 === 1) builder.primitiveArray(id, "int", [1, 2, 3]);
    else if (at % 4 === 2) builder.instance(id, 0x1200n, { left: any(), right: any(), count: -1 });
    else builder.instance(id, 0x1300n, { left: any(), right: any(), more: any() });
    if (at % 7 === 0) builder.root("java-frame", id, 1, 0);
  });
  return builder.build();
}

describe("referrers, from lists and from a scan of the file", () => {
  it.each([4, 8] as const)("are right with ids of %i bytes", async (idSize) => {
    const { listed, scanned } = await bothWays(smallDump({ idSize }).build());
    for (const heap of [listed, scanned]) {
      // A static and an array; a field and an array; a weak reference; instances and a class below.
      expect(referrerIds(heap, 0x2000n)).toEqual([0x2100n, 0x1300n]);
      expect(referrerIds(heap, 0x2040n)).toEqual([0x2000n, 0x2100n]);
      expect(referrerIds(heap, 0x2180n)).toEqual([0x2140n]);
      expect(referrerIds(heap, 0x1500n)).toEqual([0x1600n]);
      expect(referrerIds(heap, 0x1300n)).toEqual([0x2000n, 0x2040n]);
      expect(referrerIds(heap, 0x2140n)).toEqual([]);
    }
  });

  it.each([1, 2, 3, 4, 5, 6].map((seed) => [seed, seed % 2 === 0 ? 4 : 8] as const))(
    "are the same in random dump %i",
    async (seed, idSize) => {
      const { listed, scanned } = await bothWays(randomDump(seed, idSize));
      const expected = everyReferrer(listed);
      expect(expected.flat().length).toBeGreaterThan(100);
      expect(everyReferrer(scanned)).toEqual(expected);
    },
  );

  it("are what objects say they refer to, in random dumps, and the same by plain walks", async () => {
    for (let seed = 10; seed < 10 + randomDumps; seed++) {
      const { listed, walked } = await byWalks(randomDump(seed, seed % 2 === 0 ? 4 : 8));
      const found = everyReferrer(listed);
      expect([seed, found]).toEqual([seed, turnedAround(listed)]);
      expect([seed, everyReferrer(walked)]).toEqual([seed, found]);
    }
  });

  it.each([
    ["chain", chainDump(300)],
    ...adversarialShapes.map((shape): [string, Uint8Array] => [shape, adversarialDump(shape, 200).bytes]),
  ] as [string, Uint8Array][])("are the same in %s", async (_, bytes) => {
    const { listed, scanned } = await bothWays(bytes);
    expect(everyReferrer(scanned)).toEqual(everyReferrer(listed));
  });

  it("of a big array are found in every part of it", async () => {
    const slots = Array<bigint>(200_000).fill(0n);
    slots[0] = 0x2000n;
    slots[131_071] = 0x2040n;
    slots[199_999] = 0x2080n;
    const builder = new HprofBuilder()
      .class(0x1000n, "java/lang/Object")
      .class(0x1400n, "[Ljava/lang/Object;", { super: 0x1000n });
    for (const id of [0x2000n, 0x2040n, 0x2080n]) builder.instance(id, 0x1000n);
    builder.objectArray(0x3000n, 0x1400n, slots).root("jni-global", 0x3000n);
    const { listed, scanned } = await bothWays(builder.build());
    for (const id of [0x2000n, 0x2040n, 0x2080n]) {
      expect(referrerIds(scanned, id)).toEqual([0x3000n]);
      expect(referrerIds(listed, id)).toEqual([0x3000n]);
    }
  });

  it("are read from the file again for every question only when the budget leaves no room for lists", async () => {
    // 208 nodes, and twice as many references.
    const { bytes } = adversarialDump("chain-and-array", 200);
    const { columns } = await openBytes(bytes);
    const { leastMemoryBytes, memoryBytes } = columns.cost;
    const readsOfThird = (limits?: QuestionLimits) => {
      const source = new CountingSource("test.hprof", bytes);
      const heap = openHeap(columns, source, undefined, limits);
      const holder = heap.indexOf(0x1180n)!;
      heap.referrersOf(holder);
      heap.referrersOf(holder);
      const before = source.reads;
      heap.referrersOf(holder);
      return source.reads - before;
    };
    expect(readsOfThird()).toBe(0);
    expect(readsOfThird(within(memoryBytes))).toBe(0);
    expect(readsOfThird(within(0))).toBe(1);
    expect(readsOfThird({ memoryBudget: 0 })).toBe(0);
    expect(readsOfThird(within(leastMemoryBytes + 4 * 208))).toBe(1);
    expect(readsOfThird(within(leastMemoryBytes + 4 * 500))).toBe(1);
    expect(readsOfThird(within(leastMemoryBytes + 4 * 1000))).toBe(0);
  });
});
