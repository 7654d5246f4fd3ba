import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseClassHistogram } from "../build/classHistogram";
import { heapFiguresOf } from "../build/heapFigures";
import { deleteRun, runJvm } from "../build/jvmCores";
import { openHeapOf } from "../build/openHeapOfCore";

/**
 * One parked process a configuration, its heap dump and its core taken one after the other: classes of the core whose
 * objects and bytes jcmd counted otherwise, reachable objects of both, and how many of the 20 biggest objects of the dump
 * retain the same in the core. Prints a table: `npm run bench:java-heaps`.
 */
const configurations: readonly (readonly [release: 17 | 25, name: string, flags: readonly string[]])[] = (
  [17, 25] as const
).flatMap((release) => [
  [release, "Serial", ["-XX:+UseSerialGC"]] as const,
  [release, "Serial, wide references", ["-XX:+UseSerialGC", "-XX:-UseCompressedOops"]] as const,
  [release, "Parallel", ["-XX:+UseParallelGC"]] as const,
  [release, "Parallel, wide references", ["-XX:+UseParallelGC", "-XX:-UseCompressedOops"]] as const,
  [release, "G1", ["-XX:+UseG1GC"]] as const,
  [release, "G1, wide references", ["-XX:+UseG1GC", "-XX:-UseCompressedOops"]] as const,
  [release, "G1, all compiled", ["-XX:+UseG1GC", "-Xcomp", "-XX:TieredStopAtLevel=1"]] as const,
  [release, "ZGC", ["-XX:+UseZGC"]] as const,
  [release, "Shenandoah", ["-XX:+UseShenandoahGC"]] as const,
  ...(release === 25
    ? [
        [release, "Serial, compact headers", ["-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"]] as const,
        [release, "G1, compact headers", ["-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders"]] as const,
      ]
    : []),
]);

const fillers = ["int[]", "java.lang.Object", "jdk.internal.vm.FillerElement[]"];
const plain = (name: string) => name.replace(/[./+](?=0x[0-9a-f]+$)/, "/");

it.each(configurations)(
  "JDK %i, %s",
  async (release, name, flags) => {
    const run = await runJvm(
      { release, scenario: "mixed", seconds: 0, flags, writesCore: true, writesHeapDump: true },
      `bench-${release}`,
    );
    try {
      const core = heapFiguresOf(await openHeapOf("core", run.core));
      const dump = heapFiguresOf(await openHeapOf("dump", run.heapDump));
      const ours = new Map([...core.classes].map(([each, row]) => [plain(each), row]));
      const theirs = parseClassHistogram(readFileSync(run.histogram, "utf8")).rows;
      const otherwise = [...theirs].filter(([each, { objects, bytes }]) => {
        const row = ours.get(plain(each));
        return !fillers.includes(each) && (row?.objects !== objects || row.bytes !== bytes);
      });
      const retained = new Map(core.biggest.map((each) => [each.id, each.retained]));
      const equal = dump.biggest.slice(0, 20).filter((each) => retained.get(each.id) === each.retained);
      console.log(
        `| ${release} | ${name} | ${theirs.size} | ${otherwise.length} | ${core.reachableObjects} | ${dump.reachableObjects} | ${equal.length} |`,
      );
      expect(core.problems).not.toContain("heap-not-walked");
    } finally {
      deleteRun(run);
    }
  },
  300_000,
);
