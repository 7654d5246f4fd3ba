import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Heap } from "../../../analyzer/heap/heap";
import type { BuildOptions } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { compareHeapLog } from "./compareHeapLog";
import { type Comparison, compareHistogram } from "./compareHistogram";
import { publicFiles, publicHeap } from "./folder";

/** What each project recorded of its dumps, and where that was. README.md tells where both come from. */
const recorded: readonly (readonly [
  string,
  string,
  (heap: Heap, record: string) => Comparison,
  BuildOptions?,
])[] = [
  ["sun_jdk5_13_x32.hprof", "histogram_sun_jdk5_13_x32.txt", compareHistogram],
  ["sun_jdk6_18_x32.hprof", "histogram_sun_jdk6_18_x32.txt", compareHistogram],
  ["sun_jdk6_18_x64.hprof", "histogram_sun_jdk6_18_x64.txt", compareHistogram],
  ["sun_jdk6_30_x64_compressedOops.hprof", "sun_jdk6_30_x64_compressedOops.notes.txt", compareHistogram],
  ["sun_jdk6_30_x64_nocompressedOops.hprof", "sun_jdk6_30_x64_nocompressedOops.notes.txt", compareHistogram],
  [
    "sun_jdk6_31_hprofagent_compressedOops.hprof",
    "sun_jdk6_31_hprofagent_compressedOops.txt",
    compareHistogram,
  ],
  [
    "sun_jdk6_31_hprofagent_nocompressedOops.hprof",
    "sun_jdk6_31_hprofagent_nocompressedOops.txt",
    compareHistogram,
    // Nothing in the dump tells how wide its JVM's references were: `--size-model` does.
    { sizeModel: { name: "uncompressed-oops-and-classes" } },
  ],
  ["heap_dump.bin", "heapDumpLog.txt", compareHeapLog],
  ["small_heap.bin", "testHeapDumpLog.txt", compareHeapLog],
];

it("has the figures that the projects of public dumps recorded", async () => {
  const files = publicFiles();
  const rows: string[] = [];
  let compared = 0;
  for (const [dump, record, compare, options] of recorded) {
    const path = files.get(dump);
    const recordPath = files.get(record);
    if (path === undefined || recordPath === undefined) {
      rows.push(`| ${dump} | not in the folder |`);
      continue;
    }
    const { equal, different }: Comparison = compare(
      await publicHeap(path, options),
      readFileSync(recordPath, "utf8"),
    );
    compared++;
    rows.push(`| ${dump} | ${equal} of ${equal + different.length} |`);
    rows.push(...different.slice(0, 30).map((text) => `    ${text}`));
  }
  console.log(rows.join("\n"));
  expect(compared).toBeGreaterThan(0);
}, 600_000);
