import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NmtReport, parseNmt } from "../../../analyzer/formats/texts/nmt";
import { exitCodes } from "../../../analyzer/fronts/cli/exitCodes";
import type { ComparisonResult } from "../../../analyzer/protocol/heap/growth";
import { withoutFilePages } from "../../build/bareCore";
import { parseClassHistogram } from "../../build/classHistogram";
import { type CliRun, exhumeJson, runExhume } from "../../build/cli";
import { plainStack, printedThreads } from "../../build/javaStacks";
import { type JudgedJvm, judgeJvm, readBeside } from "../../build/judgedJvm";
import { deleteRun, type JvmRun, javaHome } from "../../build/jvmCores";
import { dumpedVirtualStacks } from "../../build/virtualStacks";
import { askWrapped, type WrappedAnswers } from "../../build/wrappedCore";

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

/** What the JVM fills free space with. */
const fillers: readonly string[] = ["int[]", "java.lang.Object", "jdk.internal.vm.FillerElement[]"];

/** What the command line answers about a core and its heap. */
interface Verbs {
  readonly diff: ComparisonResult;
  readonly check: CliRun;
  readonly bare: CliRun;
  readonly bareThreads: readonly string[];
  readonly wrapped: WrappedAnswers;
}

async function askVerbs({ core, heapDump }: JvmRun, release: 17 | 25): Promise<Verbs> {
  const indexes = ["--index", `${core}.indexes`];
  const bare = `${core}.bare`;
  withoutFilePages(core, bare);
  const { threads } = await exhumeJson<{ readonly threads: readonly { readonly name: string }[] }>(
    "threads",
    bare,
    "--program",
    join(javaHome(release), "bin/java"),
  );
  const verbs = {
    bare: await runExhume("threads", bare),
    bareThreads: threads.map(({ name }) => name),
    wrapped: await askWrapped(bare, {
      was: `${javaHome(release)}/lib/server/libjvm.so`.replace("/lib/jvm/", "/LIB/jvm/"),
      is: join(javaHome(release), "lib/server/libjvm.so"),
    }),
    diff: await exhumeJson<ComparisonResult>("diff", core, heapDump, ...indexes),
    check: await runExhume("check", heapDump, core, ...indexes),
  };
  rmSync(bare);
  return verbs;
}

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
  let judged: JudgedJvm;
  let verbs: Verbs | undefined;
  let theirs: NmtReport;
  const hasVerbs = collector === "Serial" && release === 25;
  beforeAll(async () => {
    const name = `nmt-${release}-${collector}`;
    judged = await judgeJvm({ release, flags: [...flags, nmt] }, name, async (run) => {
      if (hasVerbs) verbs = await askVerbs(run, release);
    });
    theirs = readBeside(judged.run.nmt, parseNmt);
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
      // The JVM's own list of ranges says what belongs to it; of what it committed, a core has what was touched. It
      // was asked before, and compiled a little more since.
      const exact = tracked.get(name) ?? 0;
      expect(exact, name).toBeLessThanOrEqual(theirCategory(name).mmapCommittedBytes * 1.01);
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
    const names = [...new Set([...rows.keys(), ...ours.keys()])].filter((name) => !fillers.includes(name));
    // Hidden classes are named by an address that jcmd writes behind a dot or a slash.
    const plain = (name: string) => name.replace(/[./+](?=0x[0-9a-f]+$)/, "/");
    const theirRows = new Map([...rows].map(([name, row]) => [plain(name), row]));
    for (const name of new Set(names.map(plain))) {
      const our = ours.get(name);
      expect({ name, objects: our?.objects, bytes: our?.bytes }).toEqual({ name, ...theirRows.get(name) });
    }
  });

  it("has the spaces that jcmd told", () => {
    const { spaces, usedBytes, committedBytes } = judged.heap;
    const sum = (key: "usedBytes" | "committedBytes") => spaces.reduce((all, space) => all + space[key], 0);
    expect(sum("usedBytes")).toBe(usedBytes);
    if (collector !== "ZGC") expect(sum("committedBytes")).toBe(committedBytes);
    const told = spacesTold(readFileSync(judged.run.heapInfo, "utf8"));
    for (const [name, bytes] of told)
      expect([name, spaces.find((space) => space.name === name)?.committedBytes ?? 0]).toEqual([name, bytes]);
    expect(told.size).toBe({ Serial: 3, Parallel: 3, G1: 1 }[collector as string] ?? 0);
  });

  it("has the Java stacks that jcmd printed", () => {
    const printed = printedThreads(readFileSync(judged.run.threads, "utf8"));
    expect(printed.size).toBeGreaterThan(25);
    for (const [name, thread] of printed)
      expect([name, ...plainStack(judged.javaStacks.get(name) ?? [])]).toEqual([
        name,
        ...plainStack(thread.frames),
      ]);
  });

  it("shows main first, not the launcher's thread that the signal from outside struck", () => {
    const { name, crashed, top } = judged.firstThread!;
    expect({ name, crashed, top: top?.function }).toEqual({
      name: "main",
      crashed: false,
      top: "Growing.main",
    });
  });

  it("has the virtual threads that jcmd listed, with their stacks", () => {
    const { virtualStacks, run } = judged;
    const theirs =
      release < 21 ? new Map() : dumpedVirtualStacks(run.allThreads, new Set(virtualStacks.keys()));
    expect(theirs.size).toBe(release < 21 ? 0 : 20);
    expect(virtualStacks).toEqual(theirs);
  });

  it("has statics, thread-locals and the thread of a Java frame", () => {
    const { globals, threadLocals, thread } = judged.scopes;
    expect(globals.map(({ name, type }) => [name, type])).toEqual([
      ["kept", "java.util.ArrayList"],
      ["last", "java.lang.Object"],
      ["tenant", "java.lang.ThreadLocal"],
    ]);
    const [key] = globals.filter(({ name }) => name === "tenant").map(({ address }) => address);
    expect(threadLocals.find(({ name }) => name === `java.lang.ThreadLocal ${key}`)?.value).toBe('"acme"');
    expect(thread.find(({ name }) => name === "name")?.value).toBe('"main"');
  });

  it("is a heap dump: what the JVM dumped itself has the same objects and retains the same", () => {
    const { heapOfCore, heapDump } = judged;
    // Agents' fillers and class objects of classes that are not linked are not in both.
    const apart = ["int[]", "java.lang.Class"];
    for (const [name, row] of heapDump.classes) {
      if (apart.includes(name)) continue;
      const ours = heapOfCore.classes.get(name);
      // The JVM's dump of a ZGC heap has what is reachable there; the core has what is not yet collected too.
      if (collector === "ZGC") expect(ours?.objects ?? 0, name).toBeGreaterThanOrEqual(row.objects);
      else expect({ name, ...ours }).toEqual({ name, ...row });
    }
    expect(heapOfCore.problems).not.toContain("heap-not-walked");
    expect(heapOfCore.problems).not.toContain("roots-missing");
    // What the dump reaches the core does, and more only by threads that dumps leave out.
    const { coreAsDumped } = judged;
    const missing = [...heapDump.reachable].filter((id) => !coreAsDumped.reachable.has(id));
    expect(missing.map((id) => id.toString(16))).toEqual([]);
    const more = [...coreAsDumped.reachable].filter((id) => !heapDump.reachable.has(id));
    const archived = more.filter((id) => heapOfCore.classObjects.has(id));
    expect(more.length - archived.length).toBeLessThan(heapDump.reachable.size / 1000);
    const retained = new Map(coreAsDumped.biggest.map((each) => [each.id, each.retained]));
    const wanted = heapDump.biggest.slice(0, 20);
    expect(wanted.map(({ id, className }) => [id, className, retained.get(id)])).toEqual(
      wanted.map((each) => [each.id, each.className, each.retained]),
    );
  });

  it("has the stacks of virtual threads that the JVM dumped", () => {
    const { heapOfCore, heapDump } = judged;
    expect(heapDump.virtualStacks.size).toBe(release < 21 ? 0 : 20);
    expect(heapOfCore.virtualStacks).toEqual(heapDump.virtualStacks);
  });

  if (hasVerbs) {
    it("compares with a heap dump of the same program, in either order", () => {
      const { diff, check } = verbs!;
      // Of the agent that wrote the dump; and of classes that are loaded and not linked, which dumps leave out.
      const apart = ["int[]", "java.lang.Class"];
      const changed = diff.classes.filter(({ className }) => !apart.includes(className));
      expect(changed.map(({ className }) => className)).toEqual([]);
      const classObjects = diff.classes.find(({ className }) => className === "java.lang.Class");
      expect(Math.abs(classObjects?.grownObjects ?? 0)).toBeLessThan(10);
      expect(check.out).toMatch(/^ok {5}max-growth: .*\npassed\n$/);
      expect(check.code).toBe(0);
    });

    it("answers the same packed, encrypted, and with its files in a sysroot", () => {
      const { zstd, encrypted, threads } = verbs!.wrapped;
      expect(zstd.suspects).toContainEqual(
        expect.objectContaining({ shape: "class-loader-leak", objects: 500 }),
      );
      expect(encrypted).toEqual(zstd);
      expect(threads).toEqual(verbs!.bareThreads);
    });

    it("is refused in words where memory is too little, and is read with what these name", () => {
      const { refused, threads } = verbs!.wrapped;
      expect(refused.code).toBe(exitCodes.unreadable);
      expect(refused.out).toBe("");
      expect(refused.err).toMatch(/needs a memory budget of \d.* MiB; this one is 1\.00 MiB\.$/m);
      expect(threads.length).toBeGreaterThan(25);
    });

    it("has its heap when the program is given whose libjvm is elsewhere, and asks for that by its build id", () => {
      const { bare, bareThreads } = verbs!;
      expect(bare.code).toBe(exitCodes.unreadable);
      expect(bare.err).toMatch(
        /they are in \/usr\/LIB\/jvm\/.*\/libjvm\.so with build id [0-9a-f]{40}: put that file/,
      );
      expect(bareThreads).toEqual(expect.arrayContaining([...judged.javaStacks.keys()]));
    });
  }

  it("has objects of the sizes that jcmd counted", () => {
    const { heapOfCore, classes } = judged;
    for (const { className, objects, bytes } of classes) {
      // Class objects of classes that were never loaded are in the heap, and not in its dumps; fillers are int[] there.
      if (className === "java.lang.Class" || fillers.includes(className)) continue;
      const row = heapOfCore.classes.get(className);
      expect({ className, ...row }).toEqual({ className, objects, bytes });
    }
  });

  it("has the same heap when it is opened with the index that was saved", () => {
    expect(judged.reopenedHeap).toEqual({ fromSavedIndex: true, figures: judged.heapOfCore });
  });

  it("leaves no file open that was opened for its heap", () => {
    expect(judged.leftOpen).toEqual([]);
  });

  it("says which JVM it is, and how it was started", () => {
    const [runtime] = judged.runtimes ?? [];
    expect(runtime!.title).toBe(`JDK ${judged.summary.jvm!.version}, ${collector}`);
    const facts = new Map(runtime!.facts.map(({ name, value }) => [name, value]));
    expect(facts.get("Main class and arguments")).toBe("Growing mixed 0");
    for (const flag of [...flags, nmt]) expect(facts.get("JVM arguments")).toContain(flag);
  });

  it("has the metaspace that jcmd counted, by loader", () => {
    const { metaspace } = judged.heap;
    const counted = [...readFileSync(judged.run.nmt, "utf8").matchAll(/\(\s+used=(\d+)/g)];
    const used = counted.slice(0, 2).reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    expect(counted).toHaveLength(2);
    // jcmd's own commands load a class or two afterwards.
    expect(metaspace!.usedBytes).toBeGreaterThanOrEqual(used);
    expect(metaspace!.usedBytes).toBeLessThan(used * 1.01 + 16_384);
    expect(metaspace!.unread).toBe(0);
    const own = metaspace!.loaders.find(({ className }) => className === "Growing$Loader");
    expect(own).toMatchObject({ loaders: 500, classes: 500, hiddenClasses: 0 });
    // One for the class, one for the rest of its metadata; where that was little too small, another.
    expect(own!.chunks).toBeGreaterThanOrEqual(1000);
    expect(own!.chunks).toBeLessThan(1010);
    const boot = metaspace!.loaders.find(({ className }) => className === undefined);
    expect(boot!.classes).toBeGreaterThan(400);
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

/** Committed bytes of the spaces in a `GC.heap_info`: generations in one piece; of G1 the survivors' regions. */
function spacesTold(text: string): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  const add = (name: string, kilobytes: string | undefined) => {
    if (kilobytes !== undefined) told.set(name, (told.get(name) ?? 0) + 1024 * Number(kilobytes));
  };
  add("survivor", /, \d+ survivors \((\d+)K\)/.exec(text)?.[1]);
  for (const [, space, kilobytes] of text.matchAll(/^\s*(eden|from|to|the|object) +space (\d+)K/gm))
    add({ eden: "eden", from: "survivor", to: "survivor" }[space!] ?? "old", kilobytes);
  return told;
}
