import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { type CategoryTotals, classifyRegions } from "../../../analyzer/core/regions/classify";
import { type NmtReport, parseNmt } from "../../../analyzer/formats/texts/nmt";
import { parseProcStatus } from "../../../analyzer/formats/texts/procStatus";
import { parseThreadDump } from "../../../analyzer/formats/texts/threadDump";
import type { CoreJavaHeap, JavaClassRow } from "../../../analyzer/protocol/javaHeapRequests";
import type { RegionRow, RegionSummary } from "../../../analyzer/protocol/regionRequests";
import type { Page } from "../../../analyzer/protocol/wire";
import { coreRoom } from "../../../analyzer/session/core/coreRoom";
import { parseClassHistogram } from "../../build/classHistogram";
import { deleteRun, type JvmDraft, type JvmRun, runJvm } from "../../build/jvmCores";
import { openCore } from "../../build/openCore";

/** Everything asked of one core, which is deleted as soon as that is done: they are hundreds of megabytes. */
interface Judged {
  readonly run: JvmRun;
  readonly summary: RegionSummary;
  readonly heap: CoreJavaHeap;
  readonly classes: readonly JavaClassRow[];
  readonly stacks: number;
  /** As if the JVM had run without NMT. */
  readonly byRules: ReadonlyMap<string, CategoryTotals>;
  readonly unexplainedByRules: number;
}

async function judge(
  draft: Pick<JvmDraft, "release" | "flags" | "writesCore">,
  name: string,
): Promise<Judged> {
  const run = await runJvm({ writesCore: true, ...draft, scenario: "mixed", seconds: 0 }, name);
  const context = await openCore(run.core);
  const all = { start: 0, count: 1_000_000 };
  const ask = async <Result>(method: string, params: object) =>
    (await coreRoom.answers[method]!.answer(context, params as never, unwatched)) as Result;
  const summary = await ask<RegionSummary>("core/regionSummary", {});
  const { rows } = await ask<Page<RegionRow>>("core/regions", all);
  const heap = await ask<CoreJavaHeap>("core/javaHeap", {});
  const classes = (await ask<Page<JavaClassRow>>("core/javaClasses", all)).rows;
  const map = classifyRegions(context.image, new ProblemList(), unwatched, { withoutTracking: true });
  deleteRun({ ...run, folder: run.core });
  return {
    run,
    summary,
    heap,
    classes,
    stacks: rows.filter(({ kind }) => kind === "thread-stack").length,
    byRules: map.byCategory,
    unexplainedByRules: map.unexplainedBytes,
  };
}

function read<T>(
  path: string,
  parse: (source: BytesSource, problems: ProblemList, work: typeof unwatched) => T,
): T {
  return parse(new BytesSource(path, readFileSync(path)), new ProblemList(), unwatched);
}

const nmt = "-XX:NativeMemoryTracking=summary";
const mebibyte = 1024 ** 2;
const heapBytes = 96 * mebibyte;

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

/** What the rules tell without NMT, of the mmapped part: what a category has malloc'ed is in malloc then. */
const told = ["Java Heap", "Class", "Code", "GC", "Metaspace", "Shared class space"];

/** By how much the rules may be off, as a part of what is exact. The README of core/regions has what was measured. */
const ruleErrors: Readonly<Record<string, number>> = { GC: 0.06 };

describe.each<[string, 17 | 25, readonly string[]]>([
  ["Serial", 17, ["-XX:+UseSerialGC"]],
  ["Parallel", 17, ["-XX:+UseParallelGC"]],
  ["G1", 17, ["-XX:+UseG1GC"]],
  ["ZGC", 17, ["-XX:+UseZGC"]],
  ["Serial", 25, ["-XX:+UseSerialGC"]],
  ["Parallel", 25, ["-XX:+UseParallelGC", "-XX:-UseCompressedOops"]],
  ["G1", 25, ["-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders"]],
  ["ZGC", 25, ["-XX:+UseZGC"]],
])("a JVM's core: %s on %i", (collector, release, flags) => {
  let judged: Judged;
  let theirs: NmtReport;
  beforeAll(async () => {
    judged = await judge({ release, flags: [...flags, nmt] }, `nmt-${release}-${collector}`);
    theirs = read(judged.run.nmt, parseNmt);
  });
  afterAll(() => deleteRun(judged.run));

  const theirCategory = (name: string) => theirs.categories.find((each) => each.name === name)!;

  it("has the categories that jcmd counted", () => {
    const { summary } = judged;
    expect(summary.unexplainedBytes).toBeLessThanOrEqual(summary.dumpedBytes / 100);
    expect(summary.jvm).toMatchObject({
      collector,
      version: expect.stringMatching(new RegExp(`^${release}`)),
      heapCommittedBytes: heapBytes,
      heapReservedBytes: heapBytes,
    });
    const ours = new Map(summary.jvm?.nativeMemory?.map((each) => [each.name, each]));
    const within = (name: string, figure: number | undefined, of: number) => {
      expect(figure, `${name}: ${figure} against ${of}`).toBeGreaterThanOrEqual(of * 0.99 - 1024);
      expect(figure, `${name}: ${figure} against ${of}`).toBeLessThanOrEqual(of * 1.01 + 1024);
    };
    for (const name of steady) {
      within(name, ours.get(name)?.reservedBytes, theirCategory(name).reservedBytes);
      within(name, ours.get(name)?.committedBytes, theirCategory(name).committedBytes);
    }
    // jcmd's own attach listener may have ended, or not, in between.
    const threads = Math.abs(
      (ours.get("Thread")?.reservedBytes ?? 0) - theirCategory("Thread").reservedBytes,
    );
    expect(threads).toBeLessThanOrEqual(2.2 * mebibyte);
  });

  it("gives memory to its owners without NMT, as far off as documented", () => {
    expect(judged.unexplainedByRules).toBeLessThanOrEqual(judged.summary.dumpedBytes / 100);
    const tracked = new Map(judged.summary.categories.map((each) => [each.name, each.dumpedBytes]));
    for (const name of told) {
      const ours = judged.byRules.get(name)?.dumpedBytes ?? 0;
      // The JVM's own list of ranges says what belongs to it; of what it committed, a core has what was touched.
      const exact = tracked.get(name) ?? 0;
      expect(exact).toBeLessThanOrEqual(theirCategory(name).mmapCommittedBytes);
      expect(Math.abs(ours - exact), `${name}: ${ours} against ${exact}`).toBeLessThanOrEqual(
        exact * (ruleErrors[name] ?? 0.001),
      );
    }
    const stacks = judged.byRules.get("Thread")!.reservedBytes;
    const { stackReservedBytes = 0 } = theirCategory("Thread");
    expect(Math.abs(stacks - stackReservedBytes)).toBeLessThanOrEqual(2.2 * mebibyte);
  });

  it("has the objects that jcmd counted, class by class", () => {
    const { heap, classes, run } = judged;
    const { rows, bytes } = parseClassHistogram(readFileSync(run.histogram, "utf8"));
    expect(heap.unwalkedBytes).toBe(0);
    const ours = new Map(classes.map((row) => [row.className, row]));
    expect(ours.get("Growing$Plugin")).toMatchObject({ objects: 500, loaded: 500 });
    if (collector === "ZGC") {
      // jcmd counts what is reachable there; the walk finds what is not yet collected too.
      for (const [name, row] of rows)
        expect(ours.get(name)?.objects ?? 0, name).toBeGreaterThanOrEqual(row.objects);
      return;
    }
    expect(heap.usedBytes).toBe(bytes);
    // To count, the JVM fills what threads have left of their buffers with arrays: the core is without those.
    const fillers = ["int[]", "java.lang.Object", "jdk.internal.vm.FillerElement[]"];
    const names = [...new Set([...rows.keys(), ...ours.keys()])].filter((name) => !fillers.includes(name));
    // Hidden classes are named by an address that jcmd writes behind a dot or a slash.
    const plain = (name: string) => name.replace(/[./+](?=0x[0-9a-f]+$)/, "/");
    const theirRows = new Map([...rows].map(([name, row]) => [plain(name), row]));
    for (const name of new Set(names.map(plain))) {
      const our = ours.get(name);
      expect({ name, objects: our?.objects, bytes: our?.bytes }).toEqual({ name, ...theirRows.get(name) });
    }
  });

  it("has its direct buffers", () => {
    const { heap, summary } = judged;
    expect(heap.directMemory).toEqual({
      buffers: 20,
      capacityBytes: 20 * mebibyte,
      reservedBytes: 20 * mebibyte,
    });
    expect(summary.jvm).toMatchObject({ directBuffers: 20, directMemoryBytes: 20 * mebibyte });
    expect(heap.directBuffers.map(({ capacity }) => capacity)).toEqual(new Array(20).fill(mebibyte));
    // NMT counts the same under `Other`, with a little beside.
    expect(theirCategory("Other").mallocBytes - 20 * mebibyte).toBeLessThan(0.3 * mebibyte);
  });
});

describe("a JVM's core without NMT", () => {
  let judged: Judged;
  beforeAll(async () => {
    judged = await judge({ release: 25, flags: ["-XX:+UseG1GC"] }, "off-25-G1");
  });
  afterAll(() => deleteRun(judged.run));

  it("has an owner for its memory all the same", () => {
    const { summary, run, stacks } = judged;
    const category = (wanted: string) => summary.categories.find(({ name }) => name === wanted);
    expect(summary.unexplainedBytes).toBeLessThanOrEqual(summary.dumpedBytes / 100);
    expect(summary.jvm?.nativeMemory).toBeUndefined();
    expect(category("Java Heap")?.reservedBytes).toBe(heapBytes);
    expect(category("Class")?.reservedBytes).toBe(1024 * mebibyte);
    expect(category("malloc mmapped")?.dumpedBytes).toBeGreaterThanOrEqual(20 * mebibyte);
    expect(summary.jvm?.loaders).toBeGreaterThanOrEqual(500);
    // Java threads by jcmd; its own listener may come and go.
    const { javaThreads } = read(run.threads, parseThreadDump);
    expect(Math.abs(summary.jvm!.javaThreads - javaThreads)).toBeLessThanOrEqual(2);
    expect(stacks).toBeGreaterThanOrEqual((read(run.status, parseProcStatus).threads ?? 0) - 2);
  });
});

describe("a JVM's core written by gcore", () => {
  let judged: Judged;
  beforeAll(async () => {
    judged = await judge(
      { release: 17, flags: ["-XX:+UseSerialGC", nmt], writesCore: "gcore" },
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
    const theirs = read(run.nmt, parseNmt);
    const ours = summary.jvm!.nativeMemory!.find(({ name }) => name === "Metaspace");
    const their = theirs.categories.find(({ name }) => name === "Metaspace")!;
    expect(ours?.committedBytes).toBe(their.committedBytes);
  });
});
