import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { readSavedText } from "../../../../analyzer/formats/texts/savedText";
import type { ChartOfBars, ChartOfLines, TextChart } from "../../../../analyzer/protocol/text/tables";
import { chartsOf } from "../../../../analyzer/session/text/textCharts";

function charts(text: string): TextChart[] {
  return chartsOf(readSavedText(new BytesSource("a text", Buffer.from(text)), new ProblemList(), unwatched));
}

const saved = (name: string) => readFileSync(join(__dirname, "../../../texts", name), "utf8");
const lines = (chart: TextChart | undefined) => (chart as ChartOfLines).lines;
const bars = (chart: TextChart | undefined) => (chart as ChartOfBars).bars;
const MiB = 2 ** 20;

/** A collection every three seconds, a full one every tenth; the floor rises by so many MiB at each full one. */
function gcLog(collections: number, rise: number): string {
  const log = ["[0.01s][info][gc] Using G1", "[0.02s][info][gc,init] Heap Max Capacity: 2G"];
  for (let at = 0; at < collections; at++) {
    const floor = 100 + rise * Math.floor(at / 10);
    const after = at % 10 === 0 ? floor : floor + 10 * (at % 10);
    const kind = at % 10 === 0 ? "Full" : "Young (Normal)";
    log.push(
      `[${3 * at}.0s][info][gc] GC(${at}) Pause ${kind} (Test) ${after + 50}M->${after}M(2048M) 2.0ms`,
    );
  }
  return `${log.join("\n")}\n`;
}

describe("the chart of a GC log", () => {
  it("has every collection, the floor and the limit", () => {
    const [chart] = charts(gcLog(200, 4));
    const [after, floor, limit] = lines(chart);
    expect(after!.points).toHaveLength(200);
    expect(after!.points[5]).toEqual([15, 150 * MiB]);
    // The first tenth of the time is not part of it; from there on it is the full collections' heap.
    expect(floor!.points[0]![0]).toBeGreaterThanOrEqual(57);
    for (const [seconds, bytes] of floor!.points) expect(bytes).toBe((100 + (4 * seconds) / 30) * MiB);
    expect(limit!.points.map(([, bytes]) => bytes)).toEqual([2048 * MiB, 2048 * MiB]);
    // Four MiB every 30 seconds are 480 an hour; 1,872 MiB are left.
    expect(chart!.note).toBe(
      "The floor after full collections rises by 480 MiB an hour, and would reach the maximum heap in 4 hours.",
    );
  });

  it("says that a floor does not rise", () => {
    expect(charts(gcLog(200, 0))[0]!.note).toBe(
      "The floor after full collections does not rise steadily: 100 MiB at the end.",
    );
  });

  it("thins a long log and loses neither the lowest nor the highest heap", () => {
    const { points } = lines(charts(gcLog(20_000, 0))[0])[0]!;
    expect(points.length).toBeLessThanOrEqual(1200);
    const heaps = points.map(([, bytes]) => bytes);
    expect([heaps.reduce((a, b) => Math.min(a, b)), heaps.reduce((a, b) => Math.max(a, b))]).toEqual([
      100 * MiB,
      190 * MiB,
    ]);
    expect(points.every(([x], at) => at === 0 || x > points[at - 1]![0])).toBe(true);
  });
});

describe("several reports in one file", () => {
  it("are lines, what changed most first", () => {
    const one = saved("status.txt");
    const grown = (by: number) =>
      one.replace(/VmRSS:\s+(\d+)/, (_, kilobytes: string) => `VmRSS:\t${Number(kilobytes) + by}`);
    const [memory, threads] = charts(`${grown(0)}${grown(2048)}${grown(4096)}`);
    const [resident] = lines(memory);
    const [first] = resident!.points[0]!.slice(1);
    expect(resident!.name).toBe("Resident");
    expect(resident!.points.map(([at, bytes]) => [at, bytes - first!])).toEqual([
      [1, 0],
      [2, 2 * MiB],
      [3, 4 * MiB],
    ]);
    expect(memory!.note).toBe("Over 3 reports Resident changed most: +4.00 MiB.");
    expect(threads!.note).toBe("3 reports, between which nothing changed.");
  });

  it("of threads are their states, counted in each dump", () => {
    const dump = saved("threads-25.txt");
    const waits = dump.replaceAll("java.lang.Thread.State: TIMED_WAITING", "java.lang.Thread.State: BLOCKED");
    const [series, last] = charts(`${dump}\n${waits}`);
    const timed = dump.match(/java.lang.Thread.State: TIMED_WAITING/g)!.length;
    const of = (state: string) => lines(series).find(({ name }) => name === state)!.points;
    expect(of("TIMED_WAITING")).toEqual([
      [1, timed],
      [2, 0],
    ]);
    expect(of("BLOCKED")).toEqual([
      [1, 0],
      [2, timed],
    ]);
    expect(bars(last).find(({ name }) => name === "BLOCKED")!.value).toBe(timed);
  });

  it("of mappings are their totals", () => {
    const one = saved("smaps-rollup.txt");
    const twice = one.replace(/^Rss:\s+(\d+)/m, (_, kilobytes: string) => `Rss: ${2 * Number(kilobytes)}`);
    const rss = Number(/^Rss:\s+(\d+)/m.exec(one)![1]) * 1024;
    const resident = lines(charts(`${one}${twice}`)[0]).find(({ name }) => name === "Resident")!;
    expect(resident.points).toEqual([
      [1, rss],
      [2, 2 * rss],
    ]);
  });

  it("of foreign names without end are drawn by the most frequent ones", () => {
    const thread = (report: number, at: number) =>
      `"t" #1 prio=5\n   java.lang.Thread.State: S${report}_${at}\n\tat a.B.c(B.java:1)\n\n`;
    const reports = Array.from({ length: 300 }, (_, report) => {
      const odd = Array.from({ length: 300 }, (_, at) => thread(report, at)).join("");
      return `Full thread dump X (1 mixed mode):\n\n${odd}${thread(0, 0).repeat(report + 2)}`;
    });
    const [series] = charts(reports.join(""));
    const all = lines(series);
    expect(all).toHaveLength(8);
    expect(all[0]!.name).toBe("S0_0");
    // The first report has one more of its own.
    expect(all[0]!.points.map(([, count]) => count).slice(0, 3)).toEqual([3, 3, 4]);
    expect(all.every(({ points }) => points.length === 300)).toBe(true);
  });

  it("of which there is one are no series", () => {
    for (const name of ["status.txt", "threads-25.txt", "smaps-rollup.txt", "nmt-17-summary.txt"])
      expect(charts(saved(name)).filter(({ kind }) => kind === "lines")).toEqual([]);
  });
});

describe("bars of an NMT report", () => {
  it("are the committed bytes of its categories, of the reserved ones", () => {
    const [committed] = charts(saved("nmt-17-summary.txt"));
    const heap = /- +Java Heap \(reserved=(\d+)KB, committed=(\d+)KB\)/.exec(saved("nmt-17-summary.txt"))!;
    expect(bars(committed).find(({ name }) => name === "Java Heap")).toEqual({
      name: "Java Heap",
      value: Number(heap[2]) * 1024,
      of: Number(heap[1]) * 1024,
    });
  });

  it("are the changes of a diff, signed", () => {
    const [change] = charts(saved("nmt-25-summary-diff.txt"));
    expect(change).toMatchObject({ title: "Committed since the baseline", isChange: true });
    expect(bars(change).every(({ value }) => value !== 0)).toBe(true);
  });
});
