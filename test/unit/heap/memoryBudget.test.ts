import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { ColumnDisk } from "../../../analyzer/heap/graph/columns/waitingColumns";
import { estimateCost } from "../../../analyzer/heap/hprof/index/costEstimate";
import type { EarlyFacts } from "../../../analyzer/heap/hprof/index/heapColumns";
import { leakSuspects } from "../../../analyzer/heap/java/leaks/suspects";
import { adversarialDump, writeAdversarialDump } from "../../build/adversarialDumps";
import { exhumeJson, runExhume } from "../../build/cli";
import { openBytes } from "../../build/openBytes";
import { smallDump } from "../../build/smallDump";

interface Report {
  readonly totals: Readonly<Record<string, number>>;
  readonly classes: readonly { name: string; shallowBytes: number; retainedBytes?: number }[];
  readonly dominators: readonly unknown[];
  readonly problems: readonly { readonly code: string }[];
}

describe("a memory budget", () => {
  it("is met by leaving dominators out and saying so", async () => {
    let early: EarlyFacts | undefined;
    const bytes = smallDump().build();
    await openBytes(bytes, { onHistogram: (facts) => (early = facts) });
    const { memoryBytes, leastMemoryBytes } = early!.cost;
    expect(memoryBytes).toBeGreaterThan(leastMemoryBytes);
    const { heap, columns } = await openBytes(bytes, { memoryBudget: leastMemoryBytes });
    expect(columns.dominators).toBeUndefined();
    expect(columns.problems.map(({ code }) => code)).toContain("over-budget");
    const node = heap.indexOf(0x2000n)!;
    expect(heap.fieldOf(node, "weight")).toEqual({ type: "long", value: -7n });
    expect(heap.shallowSizeOf(node)).toBe(32);
    expect(heap.retainedSizeOrUndefined(node)).toBeUndefined();
    const leftOut = { code: "overBudget", budgetBytes: leastMemoryBytes, ...columns.leftOut };
    for (const ask of [
      () => heap.retainedSizeOf(node),
      () => heap.immediateDominatorOf(node),
      () => heap.dominatedCountOf(node),
      () => heap.dominatedBy(-1, 0, 10),
      () => heap.dominatedNodes(-1),
    ]) {
      expect(ask).toThrow(expect.objectContaining({ fault: expect.objectContaining(leftOut) }));
    }
    const full = await openBytes(bytes, { memoryBudget: memoryBytes });
    expect(full.columns.dominators).toBeDefined();
  });

  it("is met by columns that wait on disk, with the same result, where that is enough", async () => {
    const { bytes } = adversarialDump("queue-and-map", 5000);
    const full = await openBytes(bytes);
    // Half of what the columns' leaving saves, below what all of it in memory takes with the references there are.
    const references = 2 * 5000 + 2 * 5000 + 2;
    const { cost, objectCount, classes } = full.columns;
    const exact = estimateCost(objectCount, references, classes.length, 0);
    const memoryBudget = Math.floor((exact.memoryBytes + exact.memoryWithDiskBytes) / 2);
    expect(cost.memoryBytes).toBeGreaterThanOrEqual(exact.memoryBytes);
    let waiting = 0;
    let most = 0;
    const disk: ColumnDisk = {
      put(column) {
        const copy = column.slice();
        waiting += copy.length;
        most = Math.max(most, waiting);
        return () => {
          waiting -= copy.length;
          const room = new SharedArrayBuffer(copy.length);
          new Uint8Array(room).set(copy);
          return room;
        };
      },
    };
    const { columns } = await openBytes(bytes, { memoryBudget, disk });
    expect(columns.problems.map(({ code }) => code)).toEqual(["columns-to-disk"]);
    expect(most).toBeGreaterThan(objectCount * 3);
    expect(waiting).toBe(0);
    const { cost: _, problems: __, ...rest } = columns;
    const { cost: ___, problems: ____, ...expected } = full.columns;
    expect(rest).toEqual(expected);
    const without = await openBytes(bytes, { memoryBudget });
    expect(without.columns.problems.map(({ code }) => code)).toEqual(["over-budget"]);
  });

  it("without dominators suspects classes of the histogram, and says that", async () => {
    const { bytes } = adversarialDump("chain-and-array", 5000);
    let least = 0;
    await openBytes(bytes, { onHistogram: ({ cost }) => (least = cost.leastMemoryBytes) });
    const { heap } = await openBytes(bytes, { memoryBudget: least });
    const { suspects, totalBytes } = leakSuspects(heap, unwatched);
    expect(suspects.map(({ className }) => className)).toEqual(["adversary.Node"]);
    expect(suspects[0]).toMatchObject({ objects: 5000, shallowBytes: 5000 * 24, confidence: "possible" });
    expect(suspects[0]).not.toHaveProperty("retainedBytes");
    expect(totalBytes).toBeGreaterThan(5000 * 28);
    expect(suspects[0]!.evidence.join()).toContain("dominators were left out");
  });

  it("keeps the schema of the command line and the answers that need no dominators", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exhume-budget-"));
    try {
      const path = join(folder, "chain.hprof");
      writeAdversarialDump(path, "chain-and-array", 200_000);
      const { memoryBytes, leastMemoryBytes } = estimateCost(200_002, 200_000, 5, 0);
      const budget = String(Math.floor((memoryBytes + leastMemoryBytes) / 2));
      const options = ["--memory", budget, "--no-index", "--size-model", "compressed-oops"];
      const full = await exhumeJson<Report>("analyze", path, "--no-index", "--size-model", "compressed-oops");
      const part = await exhumeJson<Report>("analyze", path, ...options);
      expect(Object.keys(part)).toEqual([...Object.keys(full), "leftOut"]);
      expect(part.dominators).toEqual([]);
      expect(part.totals["objects"]).toBe(200_002);
      expect(part.totals["reachableBytes"]).toBeUndefined();
      expect(part.problems.map(({ code }) => code)).toEqual(["over-budget"]);
      const shallow = ({ classes }: Report) =>
        classes.map(({ name, shallowBytes }) => `${name} ${shallowBytes}`);
      expect(shallow(part).sort()).toEqual(shallow(full).sort());
      expect(part.classes.every((row) => row.retainedBytes === undefined)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("without dominators paths tell no retained sizes, and that they are not computed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exhume-budget-"));
    try {
      const path = join(folder, "chain.hprof");
      const { holder } = writeAdversarialDump(path, "chain-and-array", 200_000);
      const { memoryBytes, leastMemoryBytes } = estimateCost(200_002, 200_000, 5, 0);
      const budget = String(Math.floor((memoryBytes + leastMemoryBytes) / 2));
      const id = `0x${holder.toString(16)}`;
      const ask = (target: string) => runExhume("path", path, target, "--memory", budget, "--no-index");
      const [ofObject, ofClass] = [await ask(id), await ask("adversary.Holder")];
      for (const { out, err } of [ofObject, ofClass]) {
        expect(err).toContain("retained sizes were left out");
        expect(out).toContain("—");
        expect(out).not.toMatch(/\b0 B/);
      }
      const { paths, reachable } = await exhumeJson<{
        readonly paths: readonly { readonly steps: readonly object[] }[];
        readonly reachable: boolean;
      }>("path", path, id, "--memory", budget, "--no-index");
      expect(reachable).toBe(true);
      expect(paths.flatMap(({ steps }) => steps).length).toBeGreaterThan(0);
      for (const step of paths.flatMap(({ steps }) => steps))
        expect(step).not.toHaveProperty("retainedBytes");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("too small for the histogram refuses, naming both figures", async () => {
    const opening = openBytes(smallDump().build(), { memoryBudget: 1000 });
    await expect(opening).rejects.toMatchObject({ fault: { code: "overBudget", budgetBytes: 1000 } });
  });
});
