import { describe, expect, it } from "vitest";
import { type Heap, unreachable, virtualRoot } from "../../../analyzer/heap/heap";
import { stringOf } from "../../../analyzer/heap/java/objects/strings";
import { openBytes } from "../../build/openBytes";
import { smallDump } from "../../build/smallDump";

const at = (heap: Heap, id: bigint) => heap.indexOf(id)!;

describe.each([
  { idSize: 8, version: "1.0.2" },
  { idSize: 4, version: "1.0.2" },
  { idSize: 8, version: "1.0.1" },
  { idSize: 4, version: "1.0.1" },
] as const)("a small dump, ids of $idSize, version $version", (options) => {
  it("has its objects, values and dominators", async () => {
    const { heap, columns } = await openBytes(smallDump(options).build());
    expect(heap.instanceCount).toBe(7);
    expect(heap.classNameOf(at(heap, 0x2100n))).toBe("com.example.Node[]");
    expect(heap.idOf(at(heap, 0x20c0n))).toBe(0x20c0n);
    expect(heap.indexOf(0x2044n)).toBeUndefined();
    expect(stringOf(heap, at(heap, 0x2080n), 10)).toBe("Hei");
    expect(heap.fieldOf(at(heap, 0x2000n), "weight")).toEqual({ type: "long", value: -7n });
    expect(heap.elementIdsOf(at(heap, 0x2100n), 1, 2)).toEqual([0n, 0x2000n]);
    expect(heap.lengthOf(at(heap, 0x2180n))).toBe(2);
    expect(heap.elementTypeOf(at(heap, 0x2180n))).toBe("long");
    expect(heap.immediateDominatorOf(at(heap, 0x2040n))).toBe(at(heap, 0x2000n));
    expect(heap.immediateDominatorOf(at(heap, 0x2000n))).toBe(
      heap.classObjectOf(heap.classes.findByName("com.example.Node")[0]!),
    );
    expect(heap.immediateDominatorOf(at(heap, 0x2140n))).toBe(virtualRoot);
    expect(heap.immediateDominatorOf(at(heap, 0x2180n))).toBe(unreachable);
    expect(heap.immediateDominatorOf(at(heap, 0x2100n))).toBe(unreachable);
    expect(columns.problems.map((problem) => problem.code)).toEqual(["dangling-reference"]);
    expect(heap.referrersOf(at(heap, 0x2040n))).toEqual([at(heap, 0x2000n), at(heap, 0x2100n)]);
    expect(heap.referencesOf(at(heap, 0x2140n))[0]).toMatchObject({
      kind: "field",
      name: "referent",
      strong: false,
    });
  });

  it("adds the retained sizes of the roots' children up to the reachable bytes", async () => {
    const { heap, columns } = await openBytes(smallDump(options).build());
    const children = heap.dominatedBy(virtualRoot, 0, 100);
    expect(children.length).toBe(heap.dominatedCountOf(virtualRoot));
    const sum = children.reduce((total, child) => total + heap.retainedSizeOf(child), 0);
    expect(sum).toBe(columns.dominators!.reachableBytes);
  });
});
