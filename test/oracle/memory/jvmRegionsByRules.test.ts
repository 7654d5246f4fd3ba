import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNmt } from "../../../analyzer/formats/texts/nmt";
import { parseProcStatus } from "../../../analyzer/formats/texts/procStatus";
import { parseThreadDump } from "../../../analyzer/formats/texts/threadDump";
import { parseClassHistogram } from "../../build/classHistogram";
import { type JudgedRegions, judgeRegions, readBeside } from "../../build/judgedJvm";
import { deleteRun } from "../../build/jvmCores";

/** What `jvmRegions.test.ts` does not have: JVMs that ran without NMT, and cores that gdb wrote. */

const mebibyte = 1024 ** 2;
const heapBytes = 96 * mebibyte;

describe.each<[string, 17 | 25, "kernel" | "gcore"]>([
  ["Parallel", 17, "kernel"],
  ["ZGC", 17, "kernel"],
  ["G1", 25, "kernel"],
  ["Serial", 25, "kernel"],
  ["G1", 25, "gcore"],
])("a JVM's core without NMT: %s on %i, written by the %s", (collector, release, writer) => {
  let judged: JudgedRegions;
  beforeAll(async () => {
    const flags = [`-XX:+Use${collector === "ZGC" ? collector : `${collector}GC`}`];
    const writesCore = writer === "gcore" ? writer : true;
    judged = await judgeRegions({ release, flags, writesCore }, `off-${release}-${collector}-${writer}`);
  });
  afterAll(() => deleteRun(judged.run));

  it("says that it ends too early when only its headers are left", () => {
    // gdb writes the names of files last.
    const reason =
      writer === "kernel"
        ? "the core ends before the tables of its JVM"
        : "the core ends early, and what there is of it names no JVM";
    expect(judged.ofHeaders).toBe(reason);
  });

  it("has an owner for its memory all the same", () => {
    const { summary, run, stacks } = judged;
    const category = (wanted: string) => summary.categories.find(({ name }) => name === wanted);
    expect(summary.unexplainedBytes).toBeLessThanOrEqual(summary.dumpedBytes / 100);
    expect(summary.jvm).toMatchObject({ collector });
    expect(summary.jvm?.nativeMemory).toBeUndefined();
    if (collector !== "ZGC") expect(category("Java Heap")?.reservedBytes).toBe(heapBytes);
    expect(category("Class")?.reservedBytes).toBe(1024 * mebibyte);
    expect(category("Metaspace")?.reservedBytes).toBe(64 * mebibyte);
    // The direct buffers: once a block of their size was freed malloc takes some from its arenas.
    const malloced = summary.categories.filter(({ name }) => name.startsWith("malloc"));
    expect(malloced.reduce((sum, { dumpedBytes }) => sum + dumpedBytes, 0)).toBeGreaterThanOrEqual(
      20 * mebibyte,
    );
    expect(summary.jvm?.loaders).toBeGreaterThanOrEqual(500);
    // Java threads by jcmd; its own listener may come and go.
    const { javaThreads } = readBeside(run.threads, parseThreadDump);
    expect(Math.abs(summary.jvm!.javaThreads - javaThreads)).toBeLessThanOrEqual(2);
    expect(stacks).toBeGreaterThanOrEqual((readBeside(run.status, parseProcStatus).threads ?? 0) - 2);
  });
});

describe("a JVM's core written by gcore", () => {
  let judged: JudgedRegions;
  beforeAll(async () => {
    judged = await judgeRegions(
      { release: 17, flags: ["-XX:+UseSerialGC", "-XX:NativeMemoryTracking=summary"], writesCore: "gcore" },
      "gcore-17-Serial",
    );
  });
  afterAll(() => deleteRun(judged.run));

  it("is read like one of the kernel", () => {
    const { summary, heap, classes, run } = judged;
    expect(summary.unexplainedBytes).toBeLessThanOrEqual(summary.dumpedBytes / 100);
    expect(summary.jvm).toMatchObject({ collector: "Serial", directMemoryBytes: 20 * mebibyte });
    const { rows, bytes } = parseClassHistogram(readFileSync(run.histogram, "utf8"));
    expect(heap).toMatchObject({ usedBytes: bytes, unwalkedBytes: 0 });
    for (const name of ["java.lang.String", "byte[]", "Growing$Loader"])
      expect(classes.find(({ className }) => className === name)).toMatchObject(rows.get(name)!);
    const theirs = readBeside(run.nmt, parseNmt);
    const ours = summary.jvm!.nativeMemory!.find(({ name }) => name === "Metaspace");
    const their = theirs.categories.find(({ name }) => name === "Metaspace")!;
    expect(ours?.committedBytes).toBe(their.committedBytes);
  });
});
