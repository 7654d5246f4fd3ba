import { readFileSync, rmSync } from "node:fs";
import { it } from "vitest";
import { figuresAsDumped, heapFiguresOf } from "../build/heapFigures";
import { javaStacksOf, plainStack, printedThreads } from "../build/javaStacks";
import { openCore } from "../build/openCore";
import { closeOpened } from "../build/openedFiles";
import { openHeapOf } from "../build/openHeapOfCore";
import { runStanding, standingJvms } from "../build/standingJvm";

/**
 * JVMs from 8 to 25 on x86-64 and, emulated, on aarch64: the process's own `Thread.print` and heap dump against its core.
 * Prints a table: threads with the same stack, classes of the dump with other objects or bytes in the core, reachable
 * objects of both; with the references that dumps have, those the core misses and has beside, and how many of the 20 biggest
 * objects of the dump retain the same. `npm run bench:releases`.
 */
const collectors: Readonly<Record<string, readonly string[]>> = {
  Serial: ["-XX:+UseSerialGC"],
  "Serial, interpreted, wide references": ["-XX:+UseSerialGC", "-Xint", "-XX:-UseCompressedOops"],
  Parallel: ["-XX:+UseParallelGC"],
  "Parallel, all compiled": ["-XX:+UseParallelGC", "-Xcomp", "-XX:TieredStopAtLevel=1"],
  G1: ["-XX:+UseG1GC"],
  ZGC: ["-XX:+UnlockExperimentalVMOptions", "-XX:+UseZGC"],
};

const cases = standingJvms().flatMap((jvm) =>
  Object.entries(collectors)
    .filter(([collector]) => collector !== "ZGC" || jvm.release >= 11)
    .map(([collector, flags]) => ({ jvm, collector, flags })),
);

it.each(cases)(
  "JDK $jvm.release on $jvm.machine, $collector",
  async ({ jvm, collector, flags }) => {
    const run = await runStanding(jvm, flags, "releases");
    try {
      const stacks = javaStacksOf(await openCore(run.core, jvm.core));
      const printed = printedThreads(readFileSync(run.threads, "utf8"));
      // The one that wrote the files has gone on since.
      printed.delete("main");
      const same = [...printed].filter(
        ([name, { frames }]) => plainStack(frames).join() === plainStack(stacks.get(name) ?? []).join(),
      );
      const context = await openHeapOf("core", run.core, { core: jvm.core });
      const core = heapFiguresOf(context);
      const asDumped = await figuresAsDumped(context.heap);
      const dump = heapFiguresOf(await openHeapOf("dump", run.heapDump));
      const otherwise = [...dump.classes].filter(([name, { objects, bytes }]) => {
        const row = core.classes.get(name);
        return row?.objects !== objects || row.bytes !== bytes;
      });
      const missing = [...dump.reachable].filter((id) => !asDumped.reachable.has(id));
      const more = [...asDumped.reachable].filter((id) => !dump.reachable.has(id));
      const retained = new Map(asDumped.biggest.map((each) => [each.id, each.retained]));
      const equal = dump.biggest.slice(0, 20).filter((each) => retained.get(each.id) === each.retained);
      console.log(
        `| ${jvm.release} | ${jvm.machine} | ${collector} | ${same.length} of ${printed.size} | ${otherwise.length} of ${dump.classes.size} | ${core.reachable.size} | ${dump.reachable.size} | ${missing.length} | ${more.length} | ${equal.length} |`,
      );
    } finally {
      closeOpened(run.folder);
      rmSync(run.folder, { recursive: true, force: true });
    }
  },
  600_000,
);
