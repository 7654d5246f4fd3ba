import { describe, expect, it } from "vitest";
import type { ObjectIndex } from "../../../analyzer/heap/heap";
import type { EarlyFacts } from "../../../analyzer/heap/index/heapColumns";
import { openBytes } from "../../build/openBytes";
import { smallDump } from "../../build/smallDump";

describe("a memory budget", () => {
  it("is met by leaving dominators out and saying so", async () => {
    let early: EarlyFacts | undefined;
    const bytes = smallDump().build();
    await openBytes(bytes, { onHistogram: (facts) => (early = facts) });
    const { memoryBytes, leastMemoryBytes } = early!.cost;
    expect(memoryBytes).toBeGreaterThan(leastMemoryBytes);
    const { heap, columns } = await openBytes(bytes, { memoryBudget: memoryBytes - 1 });
    expect(columns.dominators).toBeUndefined();
    expect(columns.problems.map(({ code }) => code)).toContain("over-budget");
    const node = heap.indexOf(0x2000n)!;
    expect(heap.fieldOf(node, "weight")).toEqual({ type: "long", value: -7n });
    expect(heap.shallowSizeOf(node)).toBe(32);
    expect(heap.retainedSizeOf(node)).toBe(0);
    expect(heap.dominatedBy(-1, 0, 10)).toEqual([] as ObjectIndex[]);
    const full = await openBytes(bytes, { memoryBudget: memoryBytes });
    expect(full.columns.dominators).toBeDefined();
  });

  it("too small for the histogram refuses, naming both figures", async () => {
    const opening = openBytes(smallDump().build(), { memoryBudget: 1000 });
    await expect(opening).rejects.toMatchObject({ fault: { code: "overBudget", budgetBytes: 1000 } });
  });
});
