import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ExhumeError } from "../../analyzer/base/errors";
import { unwatched } from "../../analyzer/base/work";
import type { ObjectIndex } from "../../analyzer/heap/heap";
import type { HeapContext } from "../../analyzer/session/heap/heapContext";
import { javaClassesOf } from "../build/askCore";
import { type HistogramRow, parseClassHistogram } from "../build/classHistogram";
import { differencesConverted } from "../build/convertedHeap";
import { figuresAsDumped, heapFiguresOf } from "../build/heapFigures";
import { deleteRun, type JavaRelease, runJvm } from "../build/jvmCores";
import { openCore } from "../build/openCore";
import { openHeapOf } from "../build/openHeapOfCore";
import { suspectsOf } from "../build/sameSuspects";

/**
 * One parked process a configuration: its heap dump, its core and what a full collection left, taken one after the other.
 * The README says what the columns of the table are: `npm run bench:java-heaps`.
 */
type Configuration = readonly [release: JavaRelease, name: string, flags: readonly string[]];

const common = (release: JavaRelease): readonly Configuration[] => [
  [release, "Serial", ["-XX:+UseSerialGC"]],
  [release, "Parallel", ["-XX:+UseParallelGC"]],
  [release, "G1", ["-XX:+UseG1GC"]],
];

const more = (release: 17 | 25): readonly Configuration[] => [
  ...common(release),
  [release, "Serial, wide references", ["-XX:+UseSerialGC", "-XX:-UseCompressedOops"]],
  [release, "Parallel, wide references", ["-XX:+UseParallelGC", "-XX:-UseCompressedOops"]],
  [release, "G1, wide references", ["-XX:+UseG1GC", "-XX:-UseCompressedOops"]],
  [release, "G1, all compiled", ["-XX:+UseG1GC", "-Xcomp", "-XX:TieredStopAtLevel=1"]],
  [release, "ZGC", ["-XX:+UseZGC"]],
  [release, "Shenandoah", ["-XX:+UseShenandoahGC"]],
];

const configurations: readonly Configuration[] = [
  ...common(11),
  ...more(17),
  ...common(21),
  [21, "Serial, wide references", ["-XX:+UseSerialGC", "-XX:-UseCompressedOops"]],
  [21, "ZGC", ["-XX:+UseZGC"]],
  [21, "ZGC with generations", ["-XX:+UseZGC", "-XX:+ZGenerational"]],
  [21, "Shenandoah", ["-XX:+UseShenandoahGC"]],
  ...more(25),
  [25, "Serial, compact headers", ["-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"]],
  [25, "G1, compact headers", ["-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders"]],
];

/** With these what `-all` counts is what is reachable all the same. */
const countsReachableOnly = (name: string) => /ZGC|Shenandoah/.test(name);
/** What the JVM fills free space with. */
const fillers = ["int[]", "java.lang.Object", "jdk.internal.vm.FillerElement[]"];
const plain = (name: string) => name.replace(/(?<=Lambda[$\d]*)[./+]0x[0-9a-f]+$/, "");

type Rows = ReadonlyMap<string, HistogramRow>;

it.each(configurations)(
  "JDK %i, %s",
  async (release, name, flags) => {
    const run = await runJvm(
      {
        release,
        scenario: "mixed",
        seconds: 0,
        flags,
        writesCore: "gcore",
        writesHeapDump: true,
        countsLive: true,
      },
      `bench-${release}`,
    );
    try {
      const context = await openHeapOf("core", run.core).catch((error: unknown) => {
        if (!(error instanceof ExhumeError) || error.fault.code !== "unsupported") throw error;
        console.log(`| ${release} | ${name} | refused: ${error.message} |`);
      });
      if (context === undefined) return;
      const core = heapFiguresOf(context);
      const asDumped = await figuresAsDumped(context.heap);
      const dumped = await openHeapOf("dump", run.heapDump);
      const dump = heapFiguresOf(dumped);
      const walked = new Map(
        (await javaClassesOf(await openCore(run.core))).map((row) => [row.className, row]),
      );
      const otherwise = differences(walked, histogramIn(run.histogram));
      const live = histogramIn(run.liveHistogram);
      const kept = keptIn(context);
      const total = (rows: Rows) => [...rows.values()].reduce((sum, { objects }) => sum + objects, 0);
      const missing = [...dump.reachable].filter((id) => !asDumped.reachable.has(id)).length;
      const surplus = [...asDumped.reachable].filter(
        (id) => !dump.reachable.has(id) && !core.classObjects.has(id),
      ).length;
      const retained = new Map(asDumped.biggest.map((each) => [each.id, each.retained]));
      const biggest = dump.biggest.slice(0, 20);
      const equal = biggest.filter((each) => retained.get(each.id) === each.retained);
      const suspects = suspectsOf(dumped.heap);
      const own = suspectsOf(context.heap);
      const sameSuspects = suspects.filter((each) => own.includes(each));
      const notSame = [...new Set([...suspects, ...own])].filter(
        (each) => !suspects.includes(each) || !own.includes(each),
      );
      if (notSame.length > 0) console.log(notSame.join("\n"));
      const converted = await differencesConverted(context, `${run.core}.hprof`);
      if (otherwise.length > 0 && !countsReachableOnly(name))
        console.log(otherwise.map(([name, count]) => `${name} ${signed(count)}`).join("\n"));
      const cells = [
        release,
        name,
        countsReachableOnly(name) ? "—" : `${walked.size - otherwise.length} of ${walked.size}`,
        total(live),
        total(kept),
        listed(differences(kept, live)),
        missing,
        surplus,
        equal.length,
        `${sameSuspects.length} of ${suspects.length}`,
        converted.slice(0, mostListed).join(", ") || "same",
      ];
      console.log(`| ${cells.join(" | ")} |`);
      expect(core.problems).not.toContain("heap-not-walked");
    } finally {
      deleteRun(run);
    }
  },
  600_000,
);

function histogramIn(path: string): Rows {
  return existsSync(path) ? plainly(parseClassHistogram(readFileSync(path, "utf8")).rows) : new Map();
}

/** Hidden classes of one place in the program are one row. */
function plainly(named: Rows): Rows {
  const rows = new Map<string, HistogramRow>();
  for (const [name, { objects, bytes }] of named) {
    const before = rows.get(plain(name)) ?? { objects: 0, bytes: 0 };
    rows.set(plain(name), { objects: before.objects + objects, bytes: before.bytes + bytes });
  }
  return rows;
}

/** What a collection keeps: what soft references and finalizers hold too. */
function keptIn(context: HeapContext): Rows {
  const { heap } = context;
  const reached = context.reachability(unwatched);
  const rows = new Map<string, { objects: number; bytes: number }>();
  for (let index = 0; index < heap.nodeCount; index++) {
    const object = index as ObjectIndex;
    if (!["strong", "soft", "finalizer"].includes(reached(object))) continue;
    const name = plain(heap.classNameOf(object));
    const row = rows.get(name) ?? { objects: 0, bytes: 0 };
    rows.set(name, { objects: row.objects + 1, bytes: row.bytes + heap.shallowSizeOf(object) });
  }
  return rows;
}

/** Classes of which there are more objects or bytes in one, most first; the JVM's fillers apart. */
function differences(ours: Rows, theirs: Rows): [name: string, objects: number][] {
  const plainOurs = plainly(ours);
  return [...new Set([...plainOurs.keys(), ...theirs.keys()])]
    .filter((name) => {
      const [our, their] = [plainOurs.get(name), theirs.get(name)];
      return !fillers.includes(name) && (our?.objects !== their?.objects || our?.bytes !== their?.bytes);
    })
    .map((name): [string, number] => [
      name,
      (plainOurs.get(name)?.objects ?? 0) - (theirs.get(name)?.objects ?? 0),
    ])
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
}

const mostListed = 10;

function listed(rows: readonly [name: string, objects: number][]): string {
  const some = rows.slice(0, mostListed).map(([name, objects]) => `${name} ${signed(objects)}`);
  return (
    [...some, ...(rows.length > mostListed ? [`${rows.length - mostListed} more`] : [])].join(", ") || "none"
  );
}

function signed(count: number): string {
  return count > 0 ? `+${count}` : String(count);
}
