import { describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { countReachability } from "../../../../analyzer/heap/graph/opened/unreachableObjects";
import type { Heap } from "../../../../analyzer/heap/heap";
import { heapProfile } from "../../../../analyzer/heap/java/growth/heapProfile";
import { leakSuspects } from "../../../../analyzer/heap/java/leaks/suspects";
import { arrayPart, entryPart, inspectObject } from "../../../../analyzer/heap/java/objects/inspector";
import { allSoftness, pathsToRoots } from "../../../../analyzer/heap/java/paths/paths";
import { classLoaders } from "../../../../analyzer/heap/java/program/loaders";
import { systemProperties } from "../../../../analyzer/heap/java/program/systemProperties";
import { groupByStack, threadsOf } from "../../../../analyzer/heap/java/program/threads";
import { directBuffers } from "../../../../analyzer/heap/java/reachability/directBuffers";
import { finalizerQueue } from "../../../../analyzer/heap/java/reachability/finalizers";
import { reachabilityOf } from "../../../../analyzer/heap/java/reachability/reachability";
import { referenceStatistics } from "../../../../analyzer/heap/java/reachability/referenceStatistics";
import { collectionStatistics } from "../../../../analyzer/heap/java/waste/collectionStatistics";
import { wasteOf } from "../../../../analyzer/heap/java/waste/waste";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

/** No strings, no threads, no stacks, no java.lang.ref: what other writers than HotSpot leave out. */
async function bareHeap(): Promise<Heap> {
  const builder = new HprofBuilder({ idSize: 4 });
  builder.class(0x1000n, "java/lang/Object");
  builder.class(0x1100n, "a/Box", { super: 0x1000n, fields: [["inside", "object"]] });
  builder.instance(0x2000n, 0x1100n, { inside: 0x2040n });
  builder.instance(0x2040n, 0x1100n, { inside: 0x2080n });
  builder.primitiveArray(0x2080n, "byte", [1, 2, 255]);
  builder.instance(0x20c0n, 0x1100n, { inside: 0x20c0n });
  builder.root("unknown", 0x2000n);
  return (await openBytes(builder.build())).heap;
}

describe("a dump without strings, threads or stacks", () => {
  it("answers every question with what there is", async () => {
    const heap = await bareHeap();
    expect(leakSuspects(heap, unwatched).suspects).toEqual([]);
    expect(threadsOf(heap, unwatched)).toEqual([]);
    expect(groupByStack([])).toEqual([]);
    expect(systemProperties(heap)).toEqual([]);
    expect(finalizerQueue(heap, unwatched).count).toBe(0);
    expect(directBuffers(heap, unwatched).count).toBe(0);
    expect(collectionStatistics(heap, 4, unwatched).classes).toEqual([]);
    expect(wasteOf(heap, unwatched).strings.groups).toEqual([]);
    expect(referenceStatistics(heap, unwatched).map(({ references }) => references)).toEqual([0, 0, 0, 0]);
    expect(classLoaders(heap).map(({ id }) => id)).toEqual([0n]);
    const { types } = countReachability(heap, reachabilityOf(heap, unwatched), unwatched);
    expect(types).toContainEqual(expect.objectContaining({ reachability: "none", objects: 1 }));
    expect(
      heapProfile(heap, unwatched)
        .classes.map(({ name }) => name)
        .sort(),
    ).toEqual(expect.arrayContaining(["a.Box", "byte[]"]));
  });

  it("finds the path, and none to garbage", async () => {
    const heap = await bareHeap();
    const options = { maximumPaths: 5, exclude: allSoftness };
    const found = pathsToRoots(heap, heap.indexOf(0x2080n)!, options, unwatched);
    expect(found.paths).toHaveLength(1);
    expect(found.paths[0]).toMatchObject({ roots: ["unknown root"] });
    expect(found.paths[0]!.steps.map(({ reference }) => reference?.name)).toEqual([
      "inside",
      "inside",
      undefined,
    ]);
    expect(pathsToRoots(heap, heap.indexOf(0x20c0n)!, options, unwatched).paths).toEqual([]);
    const without = { ...options, excludeFields: ["a.*:inside"] };
    expect(pathsToRoots(heap, heap.indexOf(0x2080n)!, without, unwatched).paths).toEqual([]);
    expect(() =>
      pathsToRoots(heap, heap.indexOf(0x2080n)!, { ...options, excludeFields: ["(?"] }, unwatched),
    ).toThrow(/is not an exclusion/);
  });

  it("inspects objects and arrays, and says what is neither array nor collection", async () => {
    const heap = await bareHeap();
    expect(inspectObject(heap, heap.indexOf(0x2000n)!).fields).toMatchObject([
      { name: "inside", value: { type: "object", id: 0x2040n } },
    ]);
    expect(arrayPart(heap, heap.indexOf(0x2080n)!, 1, 10).values).toEqual([
      { type: "byte", value: 2 },
      { type: "byte", value: -1 },
    ]);
    expect(() => arrayPart(heap, heap.indexOf(0x2000n)!, 0, 1)).toThrow(/not an array/);
    expect(() => entryPart(heap, heap.indexOf(0x2000n)!, 0, 1, unwatched)).toThrow(/not a collection/);
  });
});
