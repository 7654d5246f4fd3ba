import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { identifyText } from "../../../../analyzer/formats/texts/identifyText";
import { readSavedText, type SavedText } from "../../../../analyzer/formats/texts/savedText";

/** Real texts, saved from JVMs 17 and 25, procps 4 and Go 1.26; `-cut` ones are the first part of a longer text. */
const folder = join(__dirname, "../../../texts");
const names = readdirSync(folder);

/** What a file holds; long ones are packed. */
function bytesOf(name: string): Uint8Array {
  const bytes = readFileSync(join(folder, name));
  return name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

function read(bytes: Uint8Array): { text: SavedText; problems: ProblemList } {
  const problems = new ProblemList();
  return { text: readSavedText(new BytesSource("a text", bytes), problems, unwatched), problems };
}

function readText<Kind extends SavedText["kind"]>(
  kind: Kind,
  text: string,
): Extract<SavedText, { kind: Kind }> {
  const result = read(new TextEncoder().encode(text)).text;
  expect(result.kind).toBe(kind);
  return result as Extract<SavedText, { kind: Kind }>;
}

function readFile<Kind extends SavedText["kind"]>(
  kind: Kind,
  name: string,
): Extract<SavedText, { kind: Kind }> {
  return readText(kind, readFileSync(join(folder, name), "utf8"));
}

const kilobyte = 1024;

describe("saved texts", () => {
  it("reads an NMT summary of JDK 17", () => {
    const report = readFile("nmt", "nmt-17-summary.txt");
    expect(report.form).toBe("summary");
    expect(report.total).toEqual({ reservedBytes: 1633141 * kilobyte, committedBytes: 160505 * kilobyte });
    expect(report.totalMallocBytes).toBe(59565 * kilobyte);
    const byName = new Map(report.categories.map((each) => [each.name, each]));
    expect(byName.get("Thread")).toMatchObject({
      threads: 26,
      stackReservedBytes: 26624 * kilobyte,
      arenaBytes: 29 * kilobyte,
    });
    expect(byName.get("Class")).toMatchObject({
      classes: 617,
      metaspaceUsedBytes: 216 * kilobyte,
      mallocCount: 865,
    });
    expect(byName.get("Other")).toMatchObject({ mallocBytes: 51200 * kilobyte, mallocCount: 50 });
    // The report rounds every line to its scale.
    const sum = report.categories.reduce((total, each) => total + each.committedBytes, 0);
    expect(Math.abs(sum - report.total.committedBytes)).toBeLessThanOrEqual(
      report.categories.length * kilobyte,
    );
  });

  it("reads the change in an NMT diff of JDK 25", () => {
    const report = readFile("nmt", "nmt-25-summary-diff.txt");
    expect(report.form).toBe("summary.diff");
    expect(report.total.committedChangeBytes).toBeGreaterThan(0);
    const nmt = report.categories.find((each) => each.name === "Native Memory Tracking");
    expect(nmt?.committedChangeBytes).toBe(report.total.committedChangeBytes);
  });

  it("reads categories with read-only parts, as newer JDKs print them", () => {
    const report = readText(
      "nmt",
      `Native Memory Tracking:

Total: reserved=1624795700, committed=199649844
-        Shared class space (reserved=16777312, committed=14241888, readonly=0)
                            (malloc=96 tag=Shared class space #2) (at peak)
                            (mmap: reserved=16777216, committed=14241792, readonly=0, at peak)
`,
    );
    expect(report.categories).toMatchObject([
      { name: "Shared class space", committedBytes: 14241888, mallocBytes: 96, mmapCommittedBytes: 14241792 },
    ]);
  });

  it("reads NMT of JDK 8 and other scales", () => {
    const report = readText(
      "nmt",
      `4711:

Native Memory Tracking:

Total: reserved=4GB +1GB, committed=1857MB +12MB
-                 Java Heap (reserved=4096MB, committed=1436MB)
                            (mmap: reserved=4096MB, committed=1436MB)
-                     Class (reserved=64MB +1MB, committed=59MB +1MB)
                            (classes #19378 +200)
                            (malloc=6MB +1MB, #14245)
                            (mmap: reserved=58MB, committed=52MB)
-                    Thread (reserved=20MB, committed=20MB)
                            (thread #20)
                            (stack: reserved=19MB, committed=19MB)
`,
    );
    expect(report.form).toBe("summary.diff");
    expect(report.scaleBytes).toBe(1024 ** 3);
    expect(report.categories.map((each) => each.committedBytes / 1024 ** 2)).toEqual([1436, 59, 20]);
    expect(report.categories[1]).toMatchObject({
      classes: 19378,
      mallocBytes: 6 * 1024 ** 2,
      mallocCount: 14245,
      committedChangeBytes: 1024 ** 2,
    });
    expect(report.categories[2]).toMatchObject({ threads: 20, stackCommittedBytes: 19 * 1024 ** 2 });
  });

  it("reads ranges and sites of an NMT detail report", () => {
    const report = readFile("nmt", "nmt-17-detail-cut.txt");
    expect(report.form).toBe("detail");
    expect(report.reservations[0]).toEqual({
      start: 0xf8000000n,
      end: 0x100000000n,
      category: "Java Heap",
      committedBytes: 45056 * kilobyte,
    });
    expect(report.sites.length).toBeGreaterThan(3);
    expect(report.sites.every((site) => site.frames.length > 0 && site.bytes > 0)).toBe(true);
  });

  it("reads memory maps of all forms alike", () => {
    const wanted = {
      start: 0xf8000000n,
      end: 0xf8000000n + BigInt(37888 * kilobyte),
      permissions: "rw-p",
      name: "",
    };
    for (const name of ["smaps-cut.txt", "pmap-cut.txt", "pmap-x-cut.txt", "pmap-XX-cut.txt"]) {
      const { mappings } = readFile("memoryMap", name);
      expect(mappings[0], name).toMatchObject(
        name === "pmap-cut.txt" ? wanted : { ...wanted, rssBytes: 5676 * kilobyte },
      );
    }
    const rollup = readFile("memoryMap", "smaps-rollup.txt");
    const status = readFile("procStatus", "status.txt");
    expect(rollup.totals.rssBytes).toBe(status.rssBytes);
    expect(rollup.totals.anonymousBytes).toBe(status.rssAnonymousBytes);
    expect(status).toMatchObject({ name: "java", pid: 9856, threads: 27 });
  });

  it("reads what the JVM says of its mappings", () => {
    const { mappings } = readFile("memoryMap", "system-map-25-cut.txt");
    expect(mappings[1]).toMatchObject({
      owner: "CDS",
      rssBytes: 13557760,
      name: expect.stringContaining("classes.jsa"),
    });
    expect(new Set(mappings.map((each) => each.owner))).toContain("JAVAHEAP");
  });

  it("reads unified GC logs", () => {
    const log = readFile("gcLog", "gc-17-g1.txt");
    expect(log).toMatchObject({ form: "unified", collector: "G1", heapMaxBytes: 128 * 1024 ** 2 });
    expect(
      log.collections.map(({ kind, beforeBytes, afterBytes, pauseSeconds }) => [
        kind,
        beforeBytes,
        afterBytes,
        pauseSeconds,
      ]),
    ).toEqual([
      ["young", 6 * 1024 ** 2, 5 * 1024 ** 2, 0.013722],
      ["full", 12 * 1024 ** 2, 11 * 1024 ** 2, expect.closeTo(0.016548, 6)],
    ]);
    const zgc = readText(
      "gcLog",
      `[2026-01-01T10:00:00.000+0000][0.010s][info][gc,init] Heap Max Capacity: 256M
[2026-01-01T10:00:00.000+0000][0.010s][info][gc] Using The Z Garbage Collector
[2026-01-01T10:00:01.000+0000][1.010s][info][gc          ] GC(0) Major Collection (Warmup)
[2026-01-01T10:00:01.500+0000][1.510s][info][gc,phases   ] GC(0) Y: Pause Mark Start (Major) 0.006ms
[2026-01-01T10:00:02.000+0000][2.010s][info][gc          ] GC(0) Major Collection (Warmup) 58M(23%)->26M(10%) 0.012s
[2026-01-01T10:00:03.000+0000][3.010s][info][gc          ] Allocation Stall (main) 5.123ms
`,
    );
    expect(zgc).toMatchObject({ allocationStalls: 1, heapMaxBytes: 256 * 1024 ** 2 });
    expect(zgc.collections).toMatchObject([
      { kind: "full", afterBytes: 26 * 1024 ** 2, heapBytes: 256 * 1024 ** 2, pauseSeconds: 0 },
    ]);
    expect(zgc.totalPauseSeconds).toBeCloseTo(0.000006);
  });

  it("reads GC logs of JDK 8", () => {
    const log = readText(
      "gcLog",
      `OpenJDK 64-Bit Server VM (25.402-b06) for linux-amd64 JRE (1.8.0_402-b06), built on Jan  1 2024 by "x" with gcc 7.3
Memory: 4k page, physical 24684156k(1k free), swap 0k(0k free)
CommandLine flags: -XX:InitialHeapSize=8388608 -XX:MaxHeapSize=67108864 -XX:+PrintGC -XX:+UseParallelGC
2024-01-01T10:00:00.100+0000: 0.522: [GC (Allocation Failure) [PSYoungGen: 731K->240K(768K)] 2099K->2068K(2816K), 0.0039119 secs] [Times: user=0.00 sys=0.00, real=0.00 secs]
2024-01-01T10:00:01.100+0000: 1.522: [Full GC (Ergonomics) [PSYoungGen: 240K->0K(768K)] [ParOldGen: 1828K->2037K(3840K)] 2068K->2037K(4608K), [Metaspace: 44K->44K(4480K)], 0.0642066 secs] [Times: user=0.05 sys=0.00, real=0.07 secs]
12.345: [GC (Allocation Failure) 12.345: [ParNew: 314113K->15937K(300928K), 0.0178 secs] 405513K->107901K(407680K), 0.0178568 secs]
13.000: [GC pause (G1 Evacuation Pause) (young), 0.0150 secs]
   [Parallel Time: 14.0 ms, GC Workers: 2]
   [Eden: 24.0M(24.0M)->0.0B(13.0M) Survivors: 0.0B->3072.0K Heap: 24.0M(256.0M)->21.9M(256.0M)]
14.000: [GC concurrent-root-region-scan-start]
15.000: [GC (Allocation Failure)  65536K->1024K(251392K), 0.0012345 secs]
`,
    );
    expect(log).toMatchObject({ form: "jdk8", collector: "Parallel", heapMaxBytes: 64 * 1024 ** 2 });
    expect(
      log.collections.map(({ seconds, kind, afterBytes, heapBytes }) => [
        seconds,
        kind,
        afterBytes / kilobyte,
        heapBytes / kilobyte,
      ]),
    ).toEqual([
      [0.522, "young", 2068, 2816],
      [1.522, "full", 2037, 4608],
      [12.345, "young", 107901, 407680],
      [13, "young", expect.closeTo(21.9 * 1024, 0), 256 * 1024],
      [15, "young", 1024, 251392],
    ]);
    expect(log.totalPauseSeconds).toBeCloseTo(0.0039119 + 0.0642066 + 0.0178568 + 0.015 + 0.0012345);
  });

  it("groups threads by identical stack", () => {
    const dump = readFile("threadDump", "threads-25.txt");
    expect(dump.jvm).toContain("25.0.3");
    expect(dump.threads).toBe(24);
    const workers = dump.groups.find((group) => group.namePatterns[0]?.pattern === "worker-#");
    expect(workers).toMatchObject({ count: 5, states: [{ state: "TIMED_WAITING", count: 5 }] });
    expect(workers?.frames.some((frame) => frame.startsWith("S.lambda$main$0("))).toBe(true);
    const toFile = readText(
      "threadDump",
      `4711
2026-01-01T00:00:00.0Z
25.0.3+9-LTS

#1 "main" TIMED_WAITING 2026-01-01T00:00:00.0Z
    java.base/java.lang.Thread.sleep(Thread.java:540)
    Main.main(Main.java:7)

#30 "" virtual WAITING 2026-01-01T00:00:00.0Z
    java.base/java.lang.VirtualThread.park(VirtualThread.java:1)

#31 "" virtual WAITING 2026-01-01T00:00:00.0Z
    java.base/java.lang.VirtualThread.park(VirtualThread.java:1)
`,
    );
    expect(toFile.threads).toBe(3);
    expect(toFile.groups[0]).toMatchObject({
      count: 2,
      frames: ["java.lang.VirtualThread.park(VirtualThread.java:1)"],
    });
  });

  it("groups goroutines by identical stack", () => {
    const dump = readFile("goroutines", "goroutines-cut.txt");
    expect(dump.groups[0]).toMatchObject({
      frames: ["main.leak(g.go:4)"],
      createdBy: "main.main",
      states: [{ state: "chan receive" }],
    });
    const counted = readText(
      "goroutines",
      `goroutine profile: total 205
200 @ 0x43d3ae 0x40a22b 0x4099e7
#	0x64d2a4	main.leak+0x24	/tmp/g.go:4

5 @ 0x43d3ae
#	0x1	main.main+0x1	/tmp/g.go:9
`,
    );
    expect(counted).toMatchObject({
      goroutines: 205,
      groups: [{ count: 200, frames: ["main.leak(g.go:4)"] }, { count: 5 }],
    });
    const waiting = readText(
      "goroutines",
      "goroutine 7 [select, 12 minutes, locked to thread]:\nmain.wait(0x1)\n\t/a/b.go:1 +0x1\n\n",
    );
    expect(waiting.groups[0]).toMatchObject({ longestWaitMinutes: 12, frames: ["main.wait(b.go:1)"] });
  });

  it.each(names)("reads %s in UTF-16 and with CRLF alike", (name) => {
    const text = new TextDecoder().decode(bytesOf(name));
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    const plain = read(bytesOf(name)).text;
    expect(read(wide).text).toEqual(plain);
    expect(read(Buffer.from(text.replaceAll("\n", "\r\n"))).text).toEqual(plain);
  });

  it.each(names)("survives %s cut anywhere", (name) => {
    const bytes = bytesOf(name);
    const step = Math.max(1, Math.floor(bytes.length / 150));
    for (let length = 1; length < bytes.length; length += step) {
      try {
        read(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(ExhumeError);
        expect((error as ExhumeError).fault.code).toBe("notADump");
      }
    }
  });

  it.each(names)("survives %s with bytes changed", (name) => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed % below;
    };
    for (let round = 0; round < 40; round++) {
      const bytes = Uint8Array.from(bytesOf(name));
      for (let change = 0; change < 30; change++) bytes[200 + random(bytes.length - 200)] = random(256);
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ExhumeError);
      }
    }
  });

  it("does not take other files for one of these", () => {
    for (const text of [
      "",
      "hello\n",
      "<html></html>",
      "int main() { return 0; }",
      "Total: 5\n",
      "[info] started\n",
    ])
      expect(identifyText(new TextEncoder().encode(text)), text).toBeUndefined();
    expect(identifyText(Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]))).toBeUndefined();
  });

  it("cuts endless lines", () => {
    const { text, problems } = read(
      new TextEncoder().encode(
        `Native Memory Tracking:\n${"x".repeat(1_500_000)}\nTotal: reserved=1KB, committed=1KB\n`,
      ),
    );
    expect(text).toMatchObject({ kind: "nmt", total: { reservedBytes: 1024 } });
    expect(problems.countOf("long-line")).toBeGreaterThan(0);
  });
});
