import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { type Heap, type ObjectIndex, type RootKind, virtualRoot } from "../../../analyzer/heap/heap";
import { allSoftness, pathsToRoots } from "../../../analyzer/heap/java/paths/paths";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

const main = 0x2000n;
const held = 0x3000n;
const inside = 0x3040n;
const mainSerial = 7;

/** Thread `main` (serial 7) and a box that only one root holds, with a box inside. */
async function heapWithRoot(kind: RootKind, threadSerial: number): Promise<Heap> {
  return (await openBytes(builderWithThread().root(kind, held, threadSerial).build())).heap;
}

function builderWithThread(): HprofBuilder {
  return new HprofBuilder()
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, "java/lang/Class", { super: 0x1000n })
    .class(0x1200n, "a/Box", { super: 0x1000n, fields: [["inside", "object"]] })
    .class(0x1300n, "java/lang/Thread", { super: 0x1000n, fields: [["name", "object"]] })
    .class(0x1400n, "java/lang/String", {
      super: 0x1000n,
      fields: [
        ["value", "object"],
        ["coder", "byte"],
      ],
    })
    .trace(1, mainSerial, [])
    .root("sticky-class", 0x1200n)
    .root("thread-object", main, mainSerial, 1)
    .instance(main, 0x1300n, { name: 0x2040n })
    .instance(0x2040n, 0x1400n, { value: 0x2080n })
    .primitiveArray(0x2080n, "byte", [...Buffer.from("main")])
    .instance(held, 0x1200n, { inside })
    .instance(inside, 0x1200n);
}

const rootsOf = (heap: Heap) =>
  heap.roots.map((root) => [root.kind, heap.idOf(root.object), root.threadSerial]);

function dominatorId(heap: Heap, id: bigint): bigint | "roots" {
  const dominator = heap.immediateDominatorOf(heap.indexOf(id)!);
  return dominator === virtualRoot ? "roots" : heap.idOf(dominator as ObjectIndex);
}

function pathTo(heap: Heap, id: bigint) {
  const options = { maximumPaths: 9, exclude: allSoftness };
  const { paths } = pathsToRoots(heap, heap.indexOf(id)!, options, unwatched);
  return paths.map(({ roots, steps }) => ({ roots, steps: steps.map(({ object }) => heap.idOf(object)) }));
}

const inWords: Partial<Record<RootKind, string>> = {
  "jni-local": "JNI local",
  "java-frame": "local variable",
  "native-stack": "native stack",
  "thread-block": "thread block",
};

describe.each(["jni-local", "java-frame", "native-stack", "thread-block"] as const)(
  "a root of kind %s",
  (kind) => {
    it("hangs off its thread, which retains what it holds", async () => {
      const heap = await heapWithRoot(kind, mainSerial);
      expect(rootsOf(heap)).toContainEqual([kind, held, mainSerial]);
      expect(dominatorId(heap, held)).toBe(main);
      expect(dominatorId(heap, inside)).toBe(held);
      expect(pathTo(heap, inside)).toEqual([
        { roots: [`${inWords[kind]} of thread "main"`], steps: [held, inside] },
      ]);
    });

    it("is a root by itself when the dump has no such thread", async () => {
      const heap = await heapWithRoot(kind, mainSerial + 1);
      expect(rootsOf(heap)).toContainEqual([kind, held, mainSerial + 1]);
      expect(dominatorId(heap, held)).toBe("roots");
      expect(heap.isKnownGarbage(heap.indexOf(inside)!)).toBe(false);
      expect(pathTo(heap, inside)).toEqual([{ roots: [inWords[kind]], steps: [held, inside] }]);
    });
  },
);

describe.each([
  ["unknown", "unknown root"],
  ["jni-global", "JNI global"],
  ["monitor-used", "busy monitor"],
  ["interned-string", "interned string"],
  ["finalizing", "waiting for its finalizer"],
  ["debugger", "debugger"],
  ["reference-cleanup", "reference cleanup"],
  ["vm-internal", "VM internal"],
] as const)("a root of kind %s", (kind, words) => {
  it("is bound to no thread", async () => {
    const heap = await heapWithRoot(kind, mainSerial);
    expect(rootsOf(heap)).toContainEqual([kind, held, 0]);
    expect(dominatorId(heap, held)).toBe("roots");
    expect(pathTo(heap, held)).toEqual([{ roots: [words], steps: [held] }]);
  });
});

it("a JNI monitor names its thread but does not hang off it", async () => {
  const heap = await heapWithRoot("jni-monitor", mainSerial);
  expect(rootsOf(heap)).toContainEqual(["jni-monitor", held, mainSerial]);
  expect(dominatorId(heap, held)).toBe("roots");
});

it("names some of many threads that hold an object the same way", async () => {
  const builder = builderWithThread().root("jni-global", held).root("native-stack", held, mainSerial);
  for (let number = 1; number <= 4; number++) {
    const thread = 0x8000n + BigInt(number) * 0x100n;
    const serial = 20 + number;
    builder
      .trace(serial, serial, [])
      .root("thread-object", thread, serial, serial)
      .root("native-stack", held, serial)
      .instance(thread, 0x1300n, { name: thread + 0x40n })
      .instance(thread + 0x40n, 0x1400n, { value: thread + 0x80n })
      .primitiveArray(thread + 0x80n, "byte", [...Buffer.from(`worker-${number}`)]);
  }
  const { heap } = await openBytes(builder.build());
  expect(pathTo(heap, held)[0]?.roots).toEqual([
    "JNI global",
    'native stack of threads "main", "worker-1", "worker-2" and 2 others',
  ]);
});
