import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Heap } from "../../../analyzer/heap/heap";
import type { BuildOptions } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { compareCollections } from "./compareCollections";
import { compareHeapLog } from "./compareHeapLog";
import { type Comparison, compareHistogram } from "./compareHistogram";
import { compareOqlTest } from "./compareOqlTest";
import { comparePhd } from "./comparePhd";
import { publicFiles, publicHeap } from "./folder";

/** What a project recorded of a dump, in a file beside it. README.md tells where both come from. */
interface Recorded {
  readonly dump: string;
  /** Absent where the dump itself says what is right. */
  readonly record?: string;
  readonly compare: (path: string, record: string) => Promise<Comparison>;
  /** Differences that README.md explains. */
  readonly explained?: RegExp;
}

const ofHeap =
  (compare: (heap: Heap, record: string) => Comparison, options: BuildOptions = {}): Recorded["compare"] =>
  async (path, record) =>
    compare(await publicHeap(path, options), record);

const histogram = ofHeap(compareHistogram);
const heapLog = ofHeap(compareHeapLog);
/** Agents cut arrays of references behind the last that is not null. */
const cutArrays = /^[\w.$]+\[\]: /;

const recorded: readonly Recorded[] = [
  {
    dump: "sun_jdk5_13_x32.hprof",
    record: "histogram_sun_jdk5_13_x32.txt",
    compare: histogram,
    explained: /^byte\[\]: 16 objects, 43536 bytes there; 16, 43544 here/,
  },
  { dump: "sun_jdk6_18_x32.hprof", record: "histogram_sun_jdk6_18_x32.txt", compare: histogram },
  { dump: "sun_jdk6_18_x64.hprof", record: "histogram_sun_jdk6_18_x64.txt", compare: histogram },
  {
    dump: "sun_jdk6_30_x64_compressedOops.hprof",
    record: "sun_jdk6_30_x64_compressedOops.notes.txt",
    compare: histogram,
  },
  {
    dump: "sun_jdk6_30_x64_nocompressedOops.hprof",
    record: "sun_jdk6_30_x64_nocompressedOops.notes.txt",
    compare: histogram,
  },
  {
    dump: "sun_jdk6_31_hprofagent_compressedOops.hprof",
    record: "sun_jdk6_31_hprofagent_compressedOops.txt",
    compare: histogram,
    explained: cutArrays,
  },
  {
    dump: "sun_jdk6_31_hprofagent_nocompressedOops.hprof",
    record: "sun_jdk6_31_hprofagent_nocompressedOops.txt",
    // Nothing in the dump tells how wide its JVM's references were: `--size-model` does.
    compare: ofHeap(compareHistogram, { sizeModel: { name: "uncompressed-oops-and-classes" } }),
    explained: cutArrays,
  },
  {
    dump: "sun_jdk5_64bit.hprof",
    record: "OQLTest.java",
    compare: ofHeap(compareOqlTest, { strongReferents: true }),
    // Classes that no object and no root names are alive here; 120 is another object in each program's numbering.
    explained: /^testFromPattern: 1198 there, 1225 here|^testInstanceOf[36]: /,
  },
  { dump: "oracle_jdk7_21_x64.hprof", compare: ofHeap(compareCollections) },
  { dump: "oracle_jdk8_05_x64.hprof", compare: ofHeap(compareCollections) },
  {
    dump: "openjdk_jdk11_04_x64.hprof.gz",
    compare: ofHeap(compareCollections),
    // Made with one element: they cannot have more.
    explained: /Collections\$Singleton|JobStateReasons/,
  },
  { dump: "heap_dump.bin", record: "heapDumpLog.txt", compare: heapLog },
  { dump: "small_heap.bin", record: "testHeapDumpLog.txt", compare: heapLog },
  {
    dump: "heapdump.20100112.141124.11580.0002.phd",
    record: "javacore.20100112.141124.11580.0003.txt",
    compare: comparePhd,
  },
  {
    dump: "heapdump.20130429.083110.14261.0001.phd",
    record: "javacore.20130429.083110.14261.0002.txt",
    compare: comparePhd,
  },
  {
    dump: "heapdump.20160404.083909.9480.0002.phd",
    record: "javacore.20160404.083909.9480.0003.txt",
    compare: comparePhd,
  },
];

it("has the figures that the projects of public dumps recorded", async () => {
  const files = publicFiles();
  const rows: string[] = [];
  const unexplained: string[] = [];
  let compared = 0;
  for (const { dump, record, compare, explained } of recorded) {
    const path = files.get(dump);
    const recordPath = record === undefined ? undefined : files.get(record);
    if (path === undefined || (record !== undefined && recordPath === undefined)) {
      rows.push(`| ${dump} | not in the folder | |`);
      continue;
    }
    const { equal, different } = await compare(
      path,
      recordPath === undefined ? "" : readFileSync(recordPath, "utf8"),
    );
    const open = different.filter((text) => explained?.test(text) !== true);
    unexplained.push(...open.map((text) => `${dump}: ${text}`));
    compared += equal;
    rows.push(
      `| ${dump} | ${equal} of ${equal + different.length} | ${different.length - open.length} explained |`,
    );
  }
  console.log(rows.join("\n"));
  expect(unexplained).toEqual([]);
  expect(compared).toBeGreaterThan(0);
}, 600_000);
