import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../../analyzer/core/regions/evidence";
import { gcTrendOf } from "../../../../analyzer/core/regions/gcTrend";
import { evidenceGrowthOf } from "../../../../analyzer/core/regions/growth";
import { residencyOf } from "../../../../analyzer/core/regions/residency";
import { verdictOf } from "../../../../analyzer/core/regions/verdict";
import type { GcLog } from "../../../../analyzer/formats/texts/gcLog";
import type { Collection } from "../../../../analyzer/formats/texts/gcLogDraft";

const mb = 1024 ** 2;

/** A log of one collection a second whose heap afterwards follows `afterOf`. */
function logOf(
  count: number,
  afterOf: (index: number) => number,
  pauseSeconds = 0.01,
  allocated = 20 * mb,
): GcLog {
  const collections: Collection[] = Array.from({ length: count }, (_, index) => ({
    seconds: index + 1,
    kind: index % 4 === 3 ? "full" : "young",
    cause: "",
    beforeBytes: afterOf(index) + allocated,
    afterBytes: afterOf(index),
    heapBytes: 512 * mb,
    pauseSeconds,
  }));
  return {
    kind: "gcLog",
    form: "unified",
    heapMaxBytes: 512 * mb,
    collections,
    durationSeconds: count,
    totalPauseSeconds: count * pauseSeconds,
    allocationStalls: 0,
  };
}

const nmt = (categories: Readonly<Record<string, number>>): Evidence => ({
  source: "nmt.txt",
  kind: "NMT",
  categories: Object.entries(categories).map(([name, committed]) => ({
    name,
    committedBytes: committed * mb,
    reservedBytes: committed * mb,
    mallocBytes: name === "Other" ? committed * mb : 0,
    exact: true,
  })),
  heap: { committedBytes: (categories["Java Heap"] ?? 0) * mb, maxBytes: 512 * mb },
});
const status = (rss: number): Evidence => ({
  source: "status",
  kind: "status",
  rss: { bytes: rss * mb, exact: true },
});
const heapDump = (live: number, garbage: number): Evidence => ({
  source: "heap.hprof",
  kind: "heap dump",
  heap: { liveBytes: live * mb, garbageBytes: garbage * mb },
});
const threads = (count: number, same: number, what: "java" | "goroutine" = "java"): Evidence => ({
  source: "threads.txt",
  kind: what === "java" ? "thread dump" : "goroutine dump",
  threads: {
    what,
    count,
    largestGroup: { count: same, frames: ["Leak.wait(Leak.java:3)"], states: ["WAITING"] },
  },
});
const gc = (log: GcLog): Evidence => ({ source: "gc.log", kind: "GC log", collections: gcTrendOf(log) });
const healthyNative = { "Java Heap": 128, Class: 10, Metaspace: 30, Code: 20, GC: 20, Thread: 10, Other: 2 };

describe("the verdict", () => {
  it.each<[string, Evidence[], string]>([
    [
      "a healthy process",
      [status(220), nmt(healthyNative), gc(logOf(100, () => 60 * mb)), threads(40, 8)],
      "none",
    ],
    [
      "a floor that rises",
      [status(300), nmt(healthyNative), gc(logOf(100, (index) => (60 + 3 * index) * mb))],
      "retention",
    ],
    [
      "a heap full of live objects",
      [status(600), heapDump(450, 10), nmt({ ...healthyNative, "Java Heap": 512 })],
      "retention",
    ],
    [
      "direct buffers",
      [status(700), nmt({ ...healthyNative, Other: 450 }), gc(logOf(100, () => 60 * mb))],
      "off-heap",
    ],
    [
      "many class loaders",
      [status(500), nmt({ ...healthyNative, Metaspace: 260 }), heapDump(40, 0)],
      "off-heap",
    ],
    ["memory no category explains", [status(900), nmt(healthyNative), heapDump(40, 0)], "off-heap"],
    [
      "garbage made all the time",
      [status(300), nmt(healthyNative), gc(logOf(300, () => 40 * mb, 0.15, 400 * mb))],
      "churn",
    ],
    ["a thread leak", [status(300), nmt(healthyNative), threads(900, 850)], "thread-leak"],
    ["a goroutine leak", [threads(5000, 4900, "goroutine")], "thread-leak"],
    ["one thread dump", [threads(40, 8)], "undetermined"],
    ["nothing but RSS", [status(4000)], "undetermined"],
    [
      "arenas full of holes",
      [
        {
          source: "core",
          kind: "core",
          rss: { bytes: 200 * mb, exact: false },
          malloc: {
            allocator: "glibc",
            usedBytes: 40 * mb,
            freeBytes: 120 * mb,
            topBytes: mb,
            mmappedBytes: 0,
            leakedBytes: 0,
            leakedBlocks: 0,
            arenas: 8,
          },
        },
      ],
      "fragmentation",
    ],
    [
      "a native leak",
      [
        {
          source: "core",
          kind: "core",
          rss: { bytes: 100 * mb, exact: false },
          malloc: {
            allocator: "glibc",
            usedBytes: 80 * mb,
            freeBytes: mb,
            topBytes: mb,
            mmappedBytes: 0,
            leakedBytes: 60 * mb,
            leakedBlocks: 60000,
            arenas: 1,
          },
        },
      ],
      "retention",
    ],
  ])("finds the cause of %s", (_name, evidence, cause) => {
    const verdict = verdictOf(evidence);
    expect(verdict, JSON.stringify(verdict, null, 1)).toMatchObject({ cause });
    expect(verdict.isNot.some((each) => each.cause === cause)).toBe(false);
    if (cause !== "none" && cause !== "undetermined") expect(verdict.because.length).toBeGreaterThan(0);
    for (const step of verdict.next) expect(Object.values(step).every((part) => part.length > 3)).toBe(true);
  });

  it("names slope and time to the limit of a rising floor", () => {
    const { figures } = verdictOf([gc(logOf(100, (index) => (60 + 3 * index) * mb))]);
    expect(figures["floorSlopeMBPerHour"]).toBeCloseTo((3 * mb * 3600) / 1e6, -1);
    expect(figures["hoursToLimit"]).toBeCloseTo((512 - 60 - 3 * 99) / 3 / 3600, 2);
  });

  it("explains RSS to the byte, the remainder included", () => {
    const { account } = verdictOf([status(220), nmt(healthyNative)]);
    const sum = account.parts.reduce((total, part) => total + part.bytes, 0);
    expect(sum + account.unexplainedBytes!).toBe(220 * mb);
  });

  it("calls no heap clean that it can measure against nothing", () => {
    const alone = verdictOf([heapDump(40, 0)]);
    expect(alone).toMatchObject({ cause: "undetermined", because: [] });
    expect(alone.summary).not.toContain("clean");
    expect(alone.isNot.find(({ cause }) => cause === "retention")).toMatchObject({ known: false });
    const limited = verdictOf([heapDump(40, 0)], 512 * mb);
    expect(limited.summary).toContain("The heap is clean");
    expect(limited.isNot.find(({ cause }) => cause === "retention")).toMatchObject({ known: true });
  });

  it("does not call a process of many threads healthy before their stacks are seen", () => {
    const many = { ...status(220), threads: { what: "native", count: 620 } } as const;
    const rest = [nmt(healthyNative), gc(logOf(100, () => 60 * mb))];
    const verdict = verdictOf([many, ...rest]);
    expect(verdict).toMatchObject({ cause: "thread-leak", confidence: "low" });
    expect(verdict.next[0]).toMatchObject({
      command: expect.stringContaining("Thread.print"),
      why: expect.stringContaining("same stack"),
    });
    const some = { ...status(220), threads: { what: "native", count: 250 } } as const;
    const unclear = verdictOf([some, ...rest]).isNot.find(({ cause }) => cause === "thread-leak");
    expect(unclear).toMatchObject({ known: false, sentence: expect.stringContaining("from a number") });
  });

  it("sees a floor rise in a handful of collections, however they are spaced", () => {
    const few = logOf(5, (index) => (20 + 15 * index) * mb);
    const collections = few.collections.map((each, index) => ({
      ...each,
      kind: "young" as const,
      seconds: [1, 1.2, 1.4, 1.5, 6][index]!,
    }));
    const trend = gcTrendOf({ ...few, collections, durationSeconds: 6 });
    expect(trend.floor).toMatchObject({ rising: true, from: "young" });
    const verdict = verdictOf([
      status(220),
      nmt(healthyNative),
      { source: "gc.log", kind: "GC log", collections: trend, heap: { usedBytes: 80 * mb } },
    ]);
    expect(verdict.cause).toBe("retention");
  });

  it("is not sure that nothing is wrong where one category has much of a small process", () => {
    const inputs = [status(106), nmt({ "Java Heap": 44, GC: 38, Other: 50 }), threads(40, 8)];
    const log = {
      source: "gc.log",
      kind: "GC log",
      collections: gcTrendOf(logOf(2, () => 11 * mb)),
    } as const;
    const verdict = verdictOf([...inputs, { ...log, heap: { usedBytes: 11 * mb } }]);
    expect(verdict).toMatchObject({ cause: "none", confidence: "low" });
    const sentenceOf = (cause: string) => verdict.isNot.find((each) => each.cause === cause)?.sentence;
    expect(sentenceOf("off-heap")).toContain("Hardly off-heap: Other (direct buffers) has 50.0 MiB, 47.2 %");
    expect(sentenceOf("retention")).toContain("at most 11.0 MiB is reachable, 2.1 % of the maximum heap");
  });

  it("says when a log is too short to tell growth from a start", () => {
    const short = verdictOf([gc(logOf(100, (index) => (60 + 3 * index) * mb))]);
    expect(short.because.join(" ")).toContain("The log covers only 2 minutes");
    const long = gcTrendOf(logOf(100, (index) => (60 + 3 * index) * mb));
    const lasting = verdictOf([
      { source: "gc.log", kind: "GC log", collections: { ...long, durationSeconds: 36_000 } },
    ]);
    expect(lasting.because.join(" ")).not.toContain("covers only");
  });

  it("knows a JVM by its map or status, and asks for what a JVM can give", () => {
    const jvm = { ...status(4000), isJvm: true };
    const commands = verdictOf([jvm]).next.map(({ command }) => command);
    expect(commands.some((command) => command.includes("VM.native_memory"))).toBe(true);
    expect(commands.some((command) => command.includes("GC.heap_dump"))).toBe(true);
    // What ends the process comes last.
    expect(commands.at(-1)).toContain("kill -ABRT");
  });

  it("counts what a core has touched rather than what NMT says is committed", () => {
    const core: Evidence = {
      source: "core",
      kind: "core",
      isJvm: true,
      rss: { bytes: 200 * mb, exact: false },
      heap: { usedBytes: 20 * mb, committedBytes: 30 * mb, maxBytes: 512 * mb },
      categories: [
        { name: "Java Heap", committedBytes: 30 * mb, reservedBytes: 512 * mb, mallocBytes: 0, exact: true },
        { name: "GC", committedBytes: 170 * mb, reservedBytes: 190 * mb, mallocBytes: 60 * mb, exact: true },
      ],
    };
    const { account, next } = verdictOf([core, nmt({ ...healthyNative, "Java Heap": 512 })]);
    expect(account).toMatchObject({ resident: true, rssBytes: 200 * mb, unexplainedBytes: 0 });
    expect(account.parts.map(({ name, bytes }) => [name, bytes / mb])).toEqual([
      ["GC", 170],
      ["Java heap: used, live or garbage", 20],
      ["Java heap: resident, not used", 10],
    ]);
    // The core cannot tell live from garbage: the command that can is named.
    expect(next.some(({ command }) => command.startsWith("jhsdb jmap --binaryheap"))).toBe(true);
  });

  it("does not ask again for a heap dump that it was given", () => {
    const verdict = verdictOf([status(700), nmt({ ...healthyNative, Other: 450 }), heapDump(40, 0)]);
    expect(verdict.cause).toBe("off-heap");
    expect(verdict.next.some(({ command }) => command.includes("GC.heap_dump"))).toBe(false);
  });

  it("takes growth from reports of one kind only", () => {
    const core: Evidence = { ...nmt({ ...healthyNative, Other: 450 }), source: "core", kind: "core" };
    expect(verdictOf([nmt(healthyNative), core]).because.join(" ")).not.toContain("more than at the start");
  });

  it("names the inputs that are missing by the command that makes them", () => {
    const commands = verdictOf([heapDump(40, 0)]).next.map((step) => step.command);
    expect(commands.some((command) => command.includes("VM.native_memory"))).toBe(true);
    expect(commands.some((command) => command.includes("smaps"))).toBe(true);
  });
});

describe("residency", () => {
  it("gives every resident byte to one owner", () => {
    const parts = residencyOf(
      [
        { start: 0x1000, end: 0x1064, name: "", writable: true, rssBytes: 80 },
        { start: 0x2000, end: 0x2064, name: "/usr/lib/libc.so.6", writable: false, rssBytes: 50 },
        { start: 0x3000, end: 0x3064, name: "[heap]", writable: true, rssBytes: 100 },
        { start: 0xfc000000, end: 0xffe00000, name: "", writable: true, rssBytes: 8192 },
        { start: 0x7f0004000000, end: 0x7f0004021000, name: "", writable: true, rssBytes: 4096 },
      ],
      [
        { start: 0x1000, end: 0x1032, category: "Java Heap" },
        { start: 0x1032, end: 0x104b, category: "GC" },
      ],
    );
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(80 + 50 + 100 + 8192 + 4096);
    expect(parts.find((part) => part.name === "Java Heap")).toMatchObject({ bytes: 40, exact: false });
    expect(parts.find((part) => part.name === "malloc arenas")).toMatchObject({ bytes: 4096, exact: true });
    // A Java heap below 4 GiB is aligned like an arena.
    expect(parts.find((part) => part.name === "Anonymous memory")).toMatchObject({ bytes: 8192 + 20 });
  });
});

describe("growth", () => {
  it("does not take for zero what an input does not know", () => {
    const off: Evidence = { source: "nmt-off.txt", kind: "NMT" };
    const rows = evidenceGrowthOf([nmt(healthyNative), nmt({ ...healthyNative, Other: 300 }), off]);
    expect(rows[0]).toMatchObject({ name: "Other", values: [2 * mb, 300 * mb], change: 298 * mb });
    expect(evidenceGrowthOf([nmt(healthyNative), off])).toEqual([]);
  });

  it("compares two reports by category", () => {
    const rows = evidenceGrowthOf([nmt(healthyNative), nmt({ ...healthyNative, Other: 300 })]);
    expect(rows[0]).toEqual({
      name: "Other",
      of: "category",
      values: [2 * mb, 300 * mb],
      change: 298 * mb,
      unit: "bytes",
    });
  });
});
