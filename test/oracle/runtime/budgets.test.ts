import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { estimateCost } from "../../../analyzer/heap/hprof/index/costEstimate";
import { writeAdversarialDump } from "../../build/adversarialDumps";
import { bundle } from "../../build/bundle";

const folder = mkdtempSync(join(tmpdir(), "exhume-budgets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Says at its end how much memory a process had at most: the one that works, and the one that waits for it. */
const hook = join(folder, "peak.cjs");
const peakFile = join(folder, "peak");
writeFileSync(
  hook,
  `if (require("node:worker_threads").isMainThread) process.on("exit", () =>
    require("node:fs").appendFileSync(${JSON.stringify(peakFile)}, process.resourceUsage().maxRSS * 1024 + "\\n"));`,
);

interface Report {
  readonly totals: { readonly objects: number; readonly classes: number };
  readonly problems: readonly { readonly code: string }[];
}

function analyze(dump: string, budget: number) {
  const args = ["--require", hook, bundle("cli"), "analyze", dump, "--no-index", "--json"];
  rmSync(peakFile, { force: true });
  return new Promise<{ code: unknown; report: Report | undefined; err: string; peak: number }>((settle) => {
    execFile(
      process.execPath,
      [...args, "--memory", String(budget)],
      { maxBuffer: 64 << 20 },
      (error, out, err) =>
        settle({
          code: error === null ? 0 : error.code,
          report: out === "" ? undefined : JSON.parse(out),
          err,
          peak: Math.max(...readFileSync(peakFile, "utf8").trim().split("\n").map(Number)),
        }),
    );
  });
}

const codesOf = (report: Report | undefined) => report?.problems.map(({ code }) => code);

/** What an analysis says apart from what it had to do for it. */
function answersOf(report: Report | undefined): unknown {
  return { ...report, problems: undefined };
}

describe("a memory budget, through the command line's own threads", () => {
  // The first is read in the dump's thread, the second by threads for passes.
  for (const count of [120_000, 450_000]) {
    it(`gives every tier of a heap of ${3 * count + 2} objects, and is kept`, async () => {
      const dump = join(folder, "heap.hprof");
      const { objects } = writeAdversarialDump(dump, "queue-and-map", count);
      const full = await analyze(dump, 2 ** 40);
      expect(full).toMatchObject({ code: 0, err: "", report: { totals: { objects } } });
      const { classes } = full.report!.totals;
      // Links refer to two objects, entries to one, the array to each entry; fields could be twice as many.
      const cost = estimateCost(objects, 4 * count + 2, classes, 0);
      const atMost = estimateCost(objects, 7 * count + 2, classes, 0);

      const all = await analyze(dump, cost.memoryBytes + 2 ** 20);
      expect(codesOf(all.report)).toEqual([]);
      expect(answersOf(all.report)).toEqual(answersOf(full.report));

      const onDisk = await analyze(dump, (cost.memoryBytes + cost.memoryWithDiskBytes) / 2);
      expect(codesOf(onDisk.report)).toEqual(["columns-to-disk"]);
      expect(answersOf(onDisk.report)).toEqual(answersOf(full.report));

      const histogram = await analyze(dump, cost.memoryWithDiskBytes - 2 ** 20);
      const least = await analyze(dump, cost.leastMemoryBytes + 2 ** 20);
      for (const { code, report } of [histogram, least]) {
        expect([code, codesOf(report)]).toEqual([0, ["over-budget"]]);
        expect(report!.totals.objects).toBe(objects);
      }
      expect(atMost.readingBytes).toBeGreaterThan(cost.leastMemoryBytes);

      const refused = await analyze(dump, cost.leastMemoryBytes - 2 ** 20);
      expect(refused).toMatchObject({ code: 3, report: undefined });
      expect(refused.err).toMatch(
        /^exhume analyze: Opening this dump .* needs a memory budget of [\d.,]+ MiB; .*\.\n$/,
      );

      const peaks = {
        all: [all.peak, cost.memoryBytes + 2 ** 20],
        onDisk: [onDisk.peak, (cost.memoryBytes + cost.memoryWithDiskBytes) / 2],
        histogram: [histogram.peak, cost.memoryWithDiskBytes - 2 ** 20],
        least: [least.peak, cost.leastMemoryBytes + 2 ** 20],
      };
      for (const [tier, [peak, budget]] of Object.entries(peaks))
        expect(peak, `the peak of ${tier}`).toBeLessThanOrEqual(budget!);
    });
  }
});
