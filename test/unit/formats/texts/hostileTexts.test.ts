import { expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { parseGcLog } from "../../../../analyzer/formats/texts/gcLog";
import { parseGoroutines } from "../../../../analyzer/formats/texts/goroutines";
import { identifyText, otherTextsIn } from "../../../../analyzer/formats/texts/identifyText";
import { parseNmt } from "../../../../analyzer/formats/texts/nmt";
import { parsePmap } from "../../../../analyzer/formats/texts/pmap";
import { parseProcStatus } from "../../../../analyzer/formats/texts/procStatus";
import { parseSmaps } from "../../../../analyzer/formats/texts/smaps";
import { parseSystemMap } from "../../../../analyzer/formats/texts/systemMap";
import { parseThreadDump } from "../../../../analyzer/formats/texts/threadDump";
import { growthOfTime } from "../../../build/steadyTime";

/** Begins as a line does that a reader waits for, then goes on with what could be read in several ways. */
const hostile: readonly (readonly [string, string])[] = [
  ["", "\n"],
  ["", " \n"],
  ["", "\t"],
  ["Total: reserved=", "1"],
  ["Total: reserved=1, committed=", "1"],
  ["Total:", " "],
  ["-                 Java Heap (reserved=", "1"],
  ["- ", "x (reserved=1"],
  ["[0x00000000 - 0x00000001] reserved 1", "1KB for "],
  ["    (malloc=1KB type=", "x #1 "],
  ["    [0x00007f00]", " "],
  ["                            (mmap: reserved=", "1"],
  ['"a" #1 prio=5 tid=0x1 nid=0x1', " "],
  ['"a" #1 prio=5 tid=0x1 nid=0x1', " nid=0x1 "],
  ['"', '" '],
  ['#1 "', '" '],
  ["Full thread dump ", "("],
  ["", "Full thread dump ("],
  ["\tat ", "a."],
  ["\tat ", "a/"],
  ["\tat a.b(", ")"],
  ["goroutine 1 gp=", "["],
  ["goroutine 1 m=", "{ "],
  ["\t", "a:1"],
  ["created by ", "in goroutine 1"],
  ["1 @", " 0x1"],
  ["[1.000s][info][gc] GC(1) ", "1M->"],
  ["[1.000s][info][gc] GC(1) Pause Young (", "("],
  ["[1.000s][info][gc] GC(1) Pause Young ", "1"],
  ["[1.000s][info][gc] GC(1) Metaspace: ", "1K("],
  ["", "["],
  ["", "[a]"],
  ["1.0: [GC (", "()"],
  ["1.0: [GC ", "1K->"],
  ["1.0: [GC ", "[PSYoungGen"],
  ["   [Eden: ", "Heap: 1B("],
  ["00400000-00401000 r-xp 0 0:0 ", "1"],
  ["00400000-00401000 r-xp 0 0:0 0", " "],
  ["Rss:", " "],
  ["0000000000400000", " "],
  ["0000000000400000 4", "1"],
  ["0000000000400000 4 4 4 r-x--", " "],
  ["Address", " "],
  ["0x0000000000400000 - 0x0000000000401000 ", "1 "],
  ["from", " to "],
  ["Name:", "\t"],
  ["VmRSS:", " "],
  ["pod", "-"],
  ["\u001b]", "\u001b]"],
];

const parsers = {
  nmt: parseNmt,
  gcLog: parseGcLog,
  threadDump: parseThreadDump,
  goroutines: parseGoroutines,
  smaps: parseSmaps,
  pmap: parsePmap,
  systemMap: parseSystemMap,
  procStatus: parseProcStatus,
};

function bytesOf([begin, rest]: readonly [string, string], size: number): Uint8Array {
  // The last character keeps what was read so far from being taken.
  return new TextEncoder().encode(`\n${begin}${rest.repeat(Math.ceil(size / rest.length))}!`);
}

it.each(hostile)("tells a text of %j and many %j in linear time", (...parts) => {
  const tell = (size: number) => {
    const head = bytesOf(parts, size);
    identifyText(head);
    otherTextsIn(head, "GC log");
  };
  expect(growthOfTime(tell, 16 * 1024)).toBeLessThan(10);
});

it.each(Object.entries(parsers))("reads hostile lines as %s in linear time", (_, parse) => {
  for (const parts of hostile) {
    // Longer lines are cut, so that the time of a whole text grows with its size.
    const readLine = (size: number) =>
      parse(new BytesSource("hostile.txt", bytesOf(parts, size)), new ProblemList(), unwatched);
    expect(growthOfTime(readLine, 4000), JSON.stringify(parts)).toBeLessThan(10);
  }
});

const nines = "9".repeat(400);

it.each<readonly [keyof typeof parsers, string, string]>([
  ["smaps", "00401000-00400000 r-xp 0 0:0 0\nRss: 4 kB\n", "bad-mapping"],
  ["smaps", "00000000-ffffffffffffffff r-xp 0 0:0 0\nRss: 4 kB\n", "bad-mapping"],
  ["smaps", "00400000-00401000 r-xp 0 0:0 0\nRss: 9999999999 kB\n", "impossible-amount"],
  ["pmap", `0000000000400000 ${nines}K r-x-- a\n`, "impossible-amount"],
  ["pmap", "0000000000400000 4 44444444 - r-x-- a\n", "impossible-amount"],
  ["systemMap", "0x0000000000401000 - 0x0000000000400000 4096 r-xp 4096 -\n", "bad-mapping"],
  ["nmt", `Total: reserved=${nines}KB, committed=1KB\n`, "impossible-amount"],
  [
    "nmt",
    "Total: reserved=1KB, committed=1KB\n- GC (reserved=9999999KB, committed=9999999KB)\n",
    "more-than-total",
  ],
  [
    "nmt",
    "Total: reserved=1KB, committed=1KB\n[0x00000002 - 0x00000001] reserved 1KB for GC\n",
    "bad-mapping",
  ],
  ["gcLog", `[${nines}.0s][info][gc] GC(1) Pause Full (a) 1M->1M(1M) 1ms\n`, "impossible-amount"],
  ["gcLog", `[1.0s][info][gc] GC(1) Pause Full (a) 1M->1M(1M) ${nines}ms\n`, "impossible-amount"],
  ["gcLog", `${nines}.0: [GC (a)  1K->1K(1K), 0.1 secs]\n`, "impossible-amount"],
  ["goroutines", `goroutine 1 [select, ${nines} minutes]:\na.b()\n`, "impossible-amount"],
  ["procStatus", `Name:\ta\nVmRSS: ${nines} kB\n`, "impossible-amount"],
])("refuses figures of %s that no process has: %s", (kind, text, code) => {
  const problems = new ProblemList();
  const read = parsers[kind](
    new BytesSource("damaged.txt", new TextEncoder().encode(text)),
    problems,
    unwatched,
  );
  expect(problems.countOf(code)).toBe(1);
  const figures = [
    ...JSON.stringify(read, (_key, value) => (typeof value === "bigint" ? `${value}` : value)).matchAll(
      /:(-\d|null|\d{16})/g,
    ),
  ];
  expect(figures).toEqual([]);
});
