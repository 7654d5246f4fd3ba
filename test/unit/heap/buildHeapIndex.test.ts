import { describe, expect, it } from "vitest";
import { type Heap, unreachable, virtualRoot } from "../../../analyzer/heap/heap";
import { type BuilderOptions, HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

const object = 0x1000n;
const classClass = 0x1100n;
const string = 0x1200n;
const node = 0x1300n;
const nodeArray = 0x1400n;
const reference = 0x1500n;
const weak = 0x1600n;

function smallDump(options: BuilderOptions = {}): HprofBuilder {
  return new HprofBuilder(options)
    .class(object, "java/lang/Object")
    .class(classClass, "java/lang/Class", { super: object })
    .class(string, "java/lang/String", {
      super: object,
      fields: [
        ["value", "object"],
        ["coder", "byte"],
        ["hash", "int"],
      ],
    })
    .class(node, "com/example/Node", {
      super: object,
      fields: [
        ["next", "object"],
        ["name", "object"],
        ["weight", "long"],
      ],
      statics: [["first", "object", 0x2000n]],
    })
    .class(nodeArray, "[Lcom/example/Node;", { super: object })
    .class(reference, "java/lang/ref/Reference", { super: object, fields: [["referent", "object"]] })
    .class(weak, "java/lang/ref/WeakReference", { super: reference })
    .root("sticky-class", node)
    .instance(0x2000n, node, { next: 0x2040n, name: 0x2080n, weight: -7n })
    .instance(0x2040n, node, { weight: 3n })
    .instance(0x2080n, string, { value: 0x20c0n })
    .primitiveArray(0x20c0n, "byte", [72, 101, 105])
    .objectArray(0x2100n, nodeArray, [0x2040n, 0n, 0x2000n, 0xdead8n])
    .instance(0x2140n, weak, { referent: 0x2180n })
    .primitiveArray(0x2180n, "long", [1n, 2n])
    .root("jni-global", 0x2140n);
}

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
    expect(heap.stringOf(at(heap, 0x2080n), 10)).toBe("Hei");
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
