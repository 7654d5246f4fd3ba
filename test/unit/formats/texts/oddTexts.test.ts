import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { evidenceOfText } from "../../../../analyzer/core/regions/textEvidence";
import { verdictOf } from "../../../../analyzer/core/regions/verdict";
import { readSavedText, type SavedText } from "../../../../analyzer/formats/texts/savedText";
import { figuresOf } from "../../../../analyzer/session/text/textFigures";
import { pageOfTable, tablesOf } from "../../../../analyzer/session/text/textTables";

/** Real texts as they come by way of terminals, log collectors and hands in a hurry. */
const folder = join(__dirname, "../../../texts");
const names = readdirSync(folder);

function textOf(name: string): string {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

function read(text: string): { text: SavedText; problems: ProblemList } {
  const problems = new ProblemList();
  return { text: readSavedText(new BytesSource("a text", Buffer.from(text)), problems, unwatched), problems };
}

/** Undefined when the text is none of the known ones, which is a clear answer too. */
function readUnlessUnknown(text: string): SavedText | undefined {
  try {
    return read(text).text;
  } catch (error) {
    expect(error).toMatchObject({ fault: { code: "notADump" } });
    return undefined;
  }
}

const eachLine = (text: string, change: (line: string, index: number) => string) =>
  text.replace(/\n$/, "").split("\n").map(change).join("\n");

const time = (index: number) => `2026-11-21T06:00:${String(index % 60).padStart(2, "0")}.123456789Z`;

describe("texts with something around every line", () => {
  const decorations: Readonly<Record<string, (line: string, index: number) => string>> = {
    colours: (line) => `\u001b[1;32m${line}\u001b[0m`,
    "kubectl logs --prefix": (line) => `[pod/web-6f7c/app] ${line}`,
    "kubectl logs --timestamps": (line, index) => `${time(index)} ${line}`,
    "kubectl logs --prefix --timestamps": (line, index) => `[pod/web-6f7c/app] ${time(index)} ${line}`,
    "containerd's files": (line, index) => `${time(index)} stdout F ${line}`,
    "docker compose": (line) => `web-1  | ${line}`,
    journald: (line) => `Nov 21 06:00:00 host-1 java[4711]: ${line}`,
    "prefixes cut off empty lines": (line, index) => `${time(index)} ${line}`.trimEnd(),
  };
  it.each(names.flatMap((name) => Object.keys(decorations).map((around) => [name, around])))(
    "reads %s with %s",
    (name, around) => {
      const text = textOf(name);
      const wrapped = eachLine(text, decorations[around]!);
      const plain = read(around.startsWith("prefixes") ? eachLine(text, (line) => line.trimEnd()) : text);
      expect(read(wrapped).text).toEqual(plain.text);
      expect(read(wrapped.replaceAll("\n", "\r\n")).text).toEqual(plain.text);
    },
  );

  it("takes no prefix away that is part of the text", () => {
    const log = read(
      "2024-01-01T10:00:00.100+0000: 0.522: [GC (Allocation Failure)  2099K->2068K(2816K), 0.0039119 secs]\n" +
        "2024-01-01T10:00:01.100+0000: 1.522: [GC (Allocation Failure)  2099K->2068K(2816K), 0.0039119 secs]\n",
    ).text;
    expect(log).toMatchObject({ kind: "gcLog", collections: [{ seconds: 0.522 }, { seconds: 1.522 }] });
  });
});

describe("texts joined in one file", () => {
  it.each(names.filter((name) => name !== "gc-17-g1.txt"))(
    "reads the last of two of %s and says so",
    (name) => {
      const text = textOf(name);
      const { text: both, problems } = read(`${text}\n${text}`);
      const { series, ...last } = both as Exclude<SavedText, { kind: "gcLog" }>;
      expect(last).toEqual({ ...read(text).text, ...("dumps" in both ? { dumps: 2 } : {}) });
      expect(series).toHaveLength(2);
      expect(series![1]).toEqual(series![0]);
      expect(problems.countOf("several-reports")).toBe(1);
    },
  );

  it("reads the last run of a GC log that was appended to", () => {
    const line = (seconds: number, after: number) =>
      `[${seconds}.000s][info][gc] GC(1) Pause Young (Normal) 90M->${after}M(256M) 5.000ms\n`;
    const runs =
      [100, 200, 300].map((at) => line(at, 20)).join("") + [1, 2, 3].map((at) => line(at, 30)).join("");
    const { text, problems } = read(runs);
    expect(text).toMatchObject({ durationSeconds: 2, totalPauseSeconds: expect.closeTo(0.015) });
    expect((text as Extract<SavedText, { kind: "gcLog" }>).collections).toHaveLength(3);
    expect(problems.countOf("several-reports")).toBe(1);
  });

  it("says when texts of two kinds are in one file", () => {
    const { text, problems } = read(`${textOf("nmt-17-summary.txt")}\n${textOf("smaps-cut.txt")}`);
    expect(text.kind).toBe("nmt");
    expect(problems.toArray().map(({ message }) => message)).toContainEqual(
      expect.stringContaining("also holds what looks like a memory map; only the NMT report was read"),
    );
  });
});

describe("texts cut short", () => {
  const cuts = (name: string, from: number, count: number) => {
    const text = textOf(name);
    return Array.from({ length: count }, (_, index) =>
      text.slice(0, Math.floor(from + ((text.length - from) * (index + 0.5)) / count)),
    );
  };

  it.each([
    ["nmt-17-summary.txt", 400],
    ["nmt-25-summary-diff.txt", 400],
    ["threads-25.txt", 400],
    ["smaps-rollup.txt", 120],
  ])("says so of %s", (name, from) => {
    expect(read(textOf(name)).problems.toArray()).toEqual([]);
    for (const cut of cuts(name, from, 20)) {
      if (name.startsWith("smaps")) continue;
      // The last lines of a report may be missing without a figure being lost.
      const { text, problems } = read(cut);
      if (problems.isEmpty && text.kind === "nmt") {
        const whole = read(textOf(name)).text as typeof text;
        expect(whole.total).toEqual(text.total);
        const sum = text.categories.reduce((total, each) => total + each.committedBytes, 0);
        expect(sum).toBeGreaterThan(text.total.committedBytes * 0.98);
      } else expect(problems.isEmpty, cut.slice(-60)).toBe(false);
    }
  });

  it.each(["pmap-cut.txt", "pmap-x-cut.txt", "pmap-XX-cut.txt", "system-map-25-cut.txt"])(
    "says so of %s, whose total is missing",
    (name) => expect(read(textOf(name)).problems.countOf("cut-short")).toBe(1),
  );

  it("says so of a map whose last mapping lacks lines", () => {
    const text = textOf("smaps-cut.txt");
    const begin = text.lastIndexOf("\nPss");
    expect(read(text.slice(0, begin)).problems.countOf("cut-short")).toBe(1);
  });

  it("says so of a profile of goroutines that announces more", () => {
    const { problems } = read(
      "goroutine profile: total 205\n200 @ 0x43d3ae\n#\t0x1\tmain.leak+0x1\t/a.go:4\n",
    );
    expect(problems.toArray()).toMatchObject([{ message: expect.stringContaining("200 of 205") }]);
  });
});

describe("texts with wrong numbers", () => {
  const wrong = [
    "9".repeat(20),
    "9".repeat(400),
    "18446744073709551608",
    "-1",
    "abc",
    "1.5",
    "1,5",
    "",
    "0x10",
  ];

  /** Every number of an answer, wherever it stands. */
  function check(value: unknown, path: string): void {
    if (typeof value === "number") {
      expect(Number.isFinite(value), `${path} is ${value}`).toBe(true);
      expect(Math.abs(value), path).toBeLessThan(2 ** 66);
    } else if (Array.isArray(value))
      for (const [index, each] of value.entries()) check(each, `${path}[${index}]`);
    else if (value !== null && typeof value === "object")
      for (const [key, each] of Object.entries(value)) check(each, `${path}.${key}`);
  }

  it.each(names.filter((name) => !name.endsWith(".gz")))("answers for %s", (name) => {
    const text = textOf(name);
    const numbers = [...text.matchAll(/(?<![\w.])\d+/g)];
    const step = Math.max(1, Math.floor(numbers.length / 120));
    for (let index = 0; index < numbers.length; index += step) {
      const { 0: digits, index: at } = numbers[index]!;
      const put = wrong[(index / step) % wrong.length]!;
      const changed = text.slice(0, at) + put + text.slice(at + digits.length);
      const parsed = readUnlessUnknown(changed);
      if (parsed === undefined) continue;
      const rows = tablesOf(parsed).map(({ name: table }) =>
        pageOfTable(parsed, { table, start: 0, count: 100 }),
      );
      check([figuresOf(parsed), rows, verdictOf([evidenceOfText(parsed, "a text")])], `${name}: ${put}`);
    }
  });

  it("takes a counter that fell below zero for nothing and says so", () => {
    const { text, problems } = read(
      `Native Memory Tracking:

Total: reserved=100KB, committed=100KB
-  Java Heap (reserved=100KB, committed=100KB)
-  Arena Chunk (reserved=18446744073709551608KB, committed=18446744073709551608KB)
              (malloc=18446744073709551608KB)
`,
    );
    expect((text as Extract<SavedText, { kind: "nmt" }>).categories[1]).toMatchObject({
      reservedBytes: 0,
      committedBytes: 0,
      mallocBytes: 0,
    });
    expect(problems.toArray()[0]?.message).toContain("below zero");
  });

  it("reads decimal commas of any locale", () => {
    const { text } = read(
      "13,000: [GC pause (G1 Evacuation Pause) (young), 0,0150 secs]\n" +
        "   [Eden: 24,0M(24,0M)->0,0B(13,0M) Survivors: 0,0B->3072,0K Heap: 24,0M(256,0M)->21,9M(256,0M)]\n" +
        "15,000: [GC pause (G1 Evacuation Pause) (young), 0,0150 secs]\n" +
        "   [Eden: 24,0M(24,0M)->0,0B(13,0M) Survivors: 0,0B->3072,0K Heap: 24,0M(256,0M)->22,9M(256,0M)]\n",
    );
    expect(text).toMatchObject({
      kind: "gcLog",
      collections: [
        { seconds: 13, afterBytes: expect.closeTo(21.9 * 2 ** 20, -1), pauseSeconds: 0.015 },
        { seconds: 15, afterBytes: expect.closeTo(22.9 * 2 ** 20, -1) },
      ],
    });
  });

  it("reads pmap with translated headings", () => {
    const text = textOf("pmap-x-cut.txt").replace(
      /Address.*\n/,
      "Adresse          Koctets     RSS   Sales Mode  Correspondance\n",
    );
    expect(read(text).text).toMatchObject({ form: "pmap -x" });
    expect(read(text).text).toEqual(read(textOf("pmap-x-cut.txt")).text);
  });
});
