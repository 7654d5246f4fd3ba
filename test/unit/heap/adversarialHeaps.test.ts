import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import { openHeap } from "../../../analyzer/heap/hprof/contents/openHeap";
import { type BuildOptions, buildHeapIndex } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { adversarialDump, adversarialShapes } from "../../build/adversarialDumps";

/** The same heaps with millions of objects: test/bench/adversarial.bench.ts. */
const count = 100_000;
const sizeModel = { name: "compressed-oops" } as const;

describe.each(adversarialShapes)("a heap of shape %s", (shape) => {
  const { bytes, known } = adversarialDump(shape, count);

  it.each([
    ["folded", {}],
    ["unfolded", { sweeps: 0 }],
  ] as const)("has the retained sizes of its definition, %s", async (_, options: BuildOptions) => {
    const source = new BytesSource(shape, bytes);
    const columns = await buildHeapIndex(source, { sizeModel, ...options }, inProcess(source), unwatched);
    const heap = openHeap(columns, source);
    expect(heap.instanceCount).toBe(known.objects);
    const isHeld = heap.immediateDominatorOf(heap.indexOf(known.holder)!);
    expect(isHeld).toBe(-1);
    expect(heap.retainedSizeOf(heap.indexOf(known.holder)!)).toBe(known.reachableBytes);
    for (const { id, bytes: retained, children } of known.sizes) {
      const object = heap.indexOf(id)!;
      expect(heap.retainedSizeOf(object)).toBe(retained);
      expect(heap.dominatedCountOf(object)).toBe(children);
    }
  });
});
