import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { parseNmt } from "../../../analyzer/formats/texts/nmt";
import { parseProcStatus } from "../../../analyzer/formats/texts/procStatus";
import { parseThreadDump } from "../../../analyzer/formats/texts/threadDump";
import type { JvmFacts } from "../../../analyzer/protocol/regionRequests";
import { exhumeJson } from "../../build/cli";
import { deleteRun, type JvmDraft, type JvmRun, runJvm } from "../../build/jvmCores";

interface RegionsJson {
  readonly regions: readonly { readonly kind: string; readonly dumpedBytes: number }[];
  readonly byCategory: Readonly<
    Record<string, { readonly reservedBytes: number; readonly dumpedBytes: number }>
  >;
  readonly dumpedBytes: number;
  readonly unexplainedBytes: number;
  readonly jvm: JvmFacts;
}

const runs: JvmRun[] = [];
afterAll(() => runs.forEach(deleteRun));

async function coreOf(draft: Omit<JvmDraft, "scenario" | "seconds" | "writesCore">, name: string) {
  const run = await runJvm({ ...draft, scenario: "mixed", seconds: 1, writesCore: true }, name);
  runs.push(run);
  const json = await exhumeJson<RegionsJson>("regions", run.core);
  deleteRun({ ...run, folder: run.core });
  return { run, json };
}

function read<T>(
  path: string,
  parse: (source: BytesSource, problems: ProblemList, work: typeof unwatched) => T,
): T {
  return parse(new BytesSource(path, readFileSync(path)), new ProblemList(), unwatched);
}

const nmt = "-XX:NativeMemoryTracking=summary";
const mebibyte = 1024 ** 2;

/**
 * Categories whose figures do not move with jcmd itself. `Internal`, `Arena Chunk` and `Native Memory Tracking` do:
 * the command allocates there while it prints.
 */
const steady = [
  "Java Heap",
  "Class",
  "Code",
  "GC",
  "Other",
  "Symbol",
  "Metaspace",
  "Shared class space",
  "Module",
];

describe("regions of a JVM's core with NMT", () => {
  it.each<[string, 17 | 25, string]>([
    ["G1", 17, "-XX:+UseG1GC"],
    ["Parallel", 17, "-XX:+UseParallelGC"],
    ["Serial", 25, "-XX:+UseSerialGC"],
    ["ZGC", 25, "-XX:+UseZGC"],
  ])("are what jcmd counted: %s on %i", async (collector, release, flag) => {
    const { run, json } = await coreOf({ release, flags: [flag, nmt] }, `nmt-${release}-${collector}`);
    expect(json.unexplainedBytes).toBeLessThanOrEqual(json.dumpedBytes / 100);
    expect(json.jvm).toMatchObject({ collector, version: expect.stringMatching(new RegExp(`^${release}`)) });
    const theirs = read(run.nmt, parseNmt);
    const ours = new Map(json.jvm.nativeMemory?.map((each) => [each.name, each]));
    for (const name of steady) {
      const their = theirs.categories.find((each) => each.name === name)!;
      const our = ours.get(name);
      // A ZGC heap's committed part is not in the JVM's list of ranges.
      const isZHeap = collector === "ZGC" && name === "Java Heap";
      const within = (figure: number | undefined, of: number) => {
        expect(figure, `${name}: ${figure} against ${of}`).toBeGreaterThanOrEqual(of * 0.99 - 1024);
        expect(figure, `${name}: ${figure} against ${of}`).toBeLessThanOrEqual(of * 1.01 + 1024);
      };
      within(our?.reservedBytes, their.reservedBytes);
      if (!isZHeap) within(our?.committedBytes, their.committedBytes);
    }
    const threads = theirs.categories.find((each) => each.name === "Thread")!;
    // jcmd's own attach listener may have ended, or not, in between.
    const difference = Math.abs((ours.get("Thread")?.reservedBytes ?? 0) - threads.reservedBytes);
    expect(difference).toBeLessThanOrEqual(2.2 * mebibyte);
    expect(json.byCategory["Java Heap"]?.reservedBytes).toBe(theirs.categories[0]!.mmapReservedBytes);
  });
});

describe("regions of a JVM's core without NMT", () => {
  it.each<[string, 17 | 25, string]>([
    ["Serial", 17, "-XX:+UseSerialGC"],
    ["ZGC", 17, "-XX:+UseZGC"],
    ["G1", 25, "-XX:+UseG1GC"],
    ["Parallel", 25, "-XX:+UseParallelGC"],
  ])("have an owner all the same: %s on %i", async (collector, release, flag) => {
    const { run, json } = await coreOf({ release, flags: [flag] }, `off-${release}-${collector}`);
    expect(json.unexplainedBytes).toBeLessThanOrEqual(json.dumpedBytes / 100);
    expect(json.jvm.nativeMemory).toBeUndefined();
    expect(json.jvm).toMatchObject({ collector, heapReservedBytes: 96 * mebibyte });
    if (collector !== "ZGC") expect(json.byCategory["Java Heap"]?.reservedBytes).toBe(96 * mebibyte);
    expect(json.byCategory["Class"]?.reservedBytes).toBe(1024 * mebibyte);
    expect(json.byCategory["malloc mmapped"]?.dumpedBytes).toBeGreaterThanOrEqual(20 * mebibyte);
    expect(json.jvm.loaders).toBeGreaterThanOrEqual(500);
    // Java threads by jcmd; its own listener may come and go.
    const javaThreads = read(run.threads, parseThreadDump).javaThreads;
    expect(Math.abs(json.jvm.javaThreads - javaThreads)).toBeLessThanOrEqual(2);
    const stacks = json.regions.filter((region) => region.kind === "thread-stack").length;
    expect(stacks).toBeGreaterThanOrEqual((read(run.status, parseProcStatus).threads ?? 0) - 2);
  });
});
