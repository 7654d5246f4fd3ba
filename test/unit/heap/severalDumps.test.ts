import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { allocationSites } from "../../../analyzer/heap/hprof/allocationSites";
import type { BuildOptions } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

/** A file to which an agent appended a dump for each number: so many orders, and sites that say twice as many were made. */
function appended(version: "1.0.1" | "1.0.2", ...orders: readonly number[]): Uint8Array {
  const builder = new HprofBuilder({ idSize: 4, version });
  const object = builder.loadClass(0x10n, "java/lang/Object");
  const order = builder.loadClass(0x20n, "demo/Order");
  builder.text("id");
  const main = builder.frame("main", "([Ljava/lang/String;)V", "Main.java", object, 5);
  builder.trace(1, 0, []).trace(2, 1, [main]);
  orders.forEach((count) => {
    builder.root("sticky-class", 0x10n);
    builder.classDump(0x10n).classDump(0x20n, { super: 0x10n, fields: [["id", "int"]] });
    for (let k = 0; k < count; k++) {
      builder
        .instance(0x1000n + 16n * BigInt(k), 0x20n, { id: k }, 2)
        .root("unknown", 0x1000n + 16n * BigInt(k));
    }
    builder.endSegment();
    if (version === "1.0.2") builder.record(0x2c, () => undefined);
    builder.record(0x06, () => {
      builder.u2(0).u4(0).u4(0).u4(0).u4(0).u4(0).u4(0).u4(0).u4(1);
      builder
        .u1(0)
        .u4(order)
        .u4(2)
        .u4(16 * count)
        .u4(count)
        .u4(32 * count)
        .u4(2 * count);
    });
  });
  return builder.build();
}

async function countIn(bytes: Uint8Array, options: BuildOptions = {}) {
  const { heap, columns, source } = await openBytes(bytes, options);
  const [type] = heap.classes.findByName("demo.Order");
  const { sites } = allocationSites(heap, source, unwatched, columns.dump);
  return {
    orders: heap.classes.instanceCountOf(type!),
    objects: heap.instanceCount,
    sites: sites.map(({ objects, allocatedObjects }) => `${objects} of ${allocatedObjects}`),
    problems: columns.problems.map(({ code }) => code),
  };
}

describe.each(["1.0.1", "1.0.2"] as const)("a file with two heap dumps (%s)", (version) => {
  const file = appended(version, 300, 500);

  it("is opened with the last, and says so", async () => {
    expect(await countIn(file)).toEqual({
      orders: 500,
      objects: 500,
      sites: ["500 of 1000"],
      problems: ["several-dumps"],
    });
  });

  it("is opened with the one that is named", async () => {
    expect(await countIn(file, { dumpNumber: 1 })).toEqual({
      orders: 300,
      objects: 300,
      sites: ["300 of 600"],
      problems: [],
    });
    expect((await countIn(file, { dumpNumber: 2 })).orders).toBe(500);
  });

  it("is refused when one has to be named, or one is named that is not there", async () => {
    await expect(countIn(file, { refuseSeveral: true })).rejects.toThrow("holds 2 heap dumps, oldest first");
    await expect(countIn(file, { dumpNumber: 3 })).rejects.toThrow("there is no number 3");
    expect((await countIn(appended(version, 7), { refuseSeveral: true })).orders).toBe(7);
  });
});

it("tells dumps apart whose classes follow their instances, a new one first", async () => {
  const builder = new HprofBuilder({ idSize: 4, version: "1.0.1" });
  builder.loadClass(0x10n, "java/lang/Object");
  builder.loadClass(0x20n, "demo/Order");
  builder.loadClass(0x30n, "demo/Late");
  for (const orders of [3, 5]) {
    for (let k = 0n; k < BigInt(orders); k++) builder.instance(0x1000n + 16n * k, 0x20n);
    if (orders === 5) builder.classDump(0x30n, { super: 0x10n });
    builder.classDump(0x10n).classDump(0x20n, { super: 0x10n }).endSegment();
  }
  expect(await countIn(builder.build())).toMatchObject({ orders: 5, problems: ["several-dumps"] });
  expect((await countIn(builder.build(), { dumpNumber: 1 })).orders).toBe(3);
});

it("takes heap dump records that repeat no class for one dump", async () => {
  const builder = new HprofBuilder({ version: "1.0.1" })
    .class(0x10n, "java/lang/Object")
    .class(0x20n, "demo/Order", { super: 0x10n });
  builder.instance(0x1000n, 0x20n).endSegment();
  builder.instance(0x1010n, 0x20n).endSegment();
  const { heap } = await openBytes(builder.build(), { refuseSeveral: true });
  expect(heap.instanceCount).toBe(2);
});
