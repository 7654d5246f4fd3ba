import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import type { NmtReport } from "../../../analyzer/formats/texts/nmt";
import { readSavedText, type SavedText } from "../../../analyzer/formats/texts/savedText";
import { findJdks, type Jdk } from "../../build/javaDumps";
import { javaRuntime } from "../../build/javaRuntimes";
import { javac, jcmd } from "../../build/jdkTools";

/** Texts of one live process, judged by the totals that the JVM, the kernel and pmap write into them themselves. */

const cache = resolve(__dirname, "../../../.cache/saved-texts");
const source = resolve(__dirname, "../../programs/java/Idle.java");

type Texts = Readonly<Record<string, string>>;

function read<Kind extends SavedText["kind"]>(kind: Kind, text: string | undefined) {
  const problems = new ProblemList();
  const result = readSavedText(new BytesSource(kind, Buffer.from(text!)), problems, unwatched);
  expect(result.kind).toBe(kind);
  expect(problems.toArray(), kind).toEqual([]);
  return result as Extract<SavedText, { kind: Kind }>;
}

const sum = (figures: readonly (number | undefined)[]) =>
  figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);

/** Resolves when the program says READY, from now on. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let errors = "";
    child.stderr!.on("data", (text: Buffer) => {
      errors += text.toString();
    });
    child.once("exit", (code) => fail(new Error(`java ended with ${code}:\n${errors}`)));
    child.stdout!.on("data", (text: Buffer) => {
      if (text.includes("READY")) done();
    });
  });
}

async function textsOf(jdk: Jdk): Promise<Texts> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "run-"));
  const release = ["--release", String(Math.min(jdk.version, 11))];
  javac(jdk.compilerHome ?? jdk.home, "-d", folder, ...release, source);
  const log = join(folder, "gc.log");
  const child = spawn(
    join(jdk.home, "bin/java"),
    ["-Xmx32m", "-XX:NativeMemoryTracking=detail", `-Xlog:gc*:file=${log}`, "-cp", folder, "Idle"],
    { cwd: folder, stdio: "pipe" },
  );
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const pid = String(child.pid);
  const nmt = (...command: readonly string[]) => jcmd(jdk.home, pid, "VM.native_memory", ...command);
  const pmap = (...flags: readonly string[]) =>
    execFileSync("pmap", [...flags, pid], { encoding: "utf8", maxBuffer: 1 << 28 });
  const kernel = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
  try {
    await ready(child);
    nmt("baseline");
    const texts: Record<string, string> = {
      summary: nmt("summary", "scale=b"),
      detail: nmt("detail", "scale=b"),
    };
    const again = ready(child);
    child.stdin!.write("\n");
    await again;
    texts["summaryDiff"] = nmt("summary.diff", "scale=b");
    texts["detailDiff"] = nmt("detail.diff", "scale=b");
    texts["threads"] = jcmd(jdk.home, pid, "Thread.print");
    // Stopped, nothing moves between one text and the next.
    child.kill("SIGSTOP");
    const isStopped = (thread: string) => /^State:\s+T/m.test(kernel(`task/${thread}/status`));
    while (!readdirSync(`/proc/${pid}/task`).every(isStopped)) await setImmediate();
    for (const name of ["maps", "smaps", "smaps_rollup", "status"]) texts[name] = kernel(name);
    texts["pmap"] = pmap();
    for (const flag of ["-x", "-X", "-XX"]) texts[`pmap ${flag}`] = pmap(flag);
    child.kill("SIGCONT");
    child.stdin!.end();
    await ended;
    texts["gc"] = readFileSync(log, "utf8");
    return texts;
  } finally {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is counted in a category, which has to be what the category's own line says. */
function checkNmt(report: NmtReport, text: string): void {
  const { categories, total } = report;
  expect(categories.length).toBeGreaterThan(10);
  expect(sum(categories.map((each) => each.reservedBytes))).toBe(total.reservedBytes);
  expect(sum(categories.map((each) => each.committedBytes))).toBe(total.committedBytes);
  const overhead = Number(/\(tracking overhead=(\d+)/.exec(text)?.[1] ?? 0);
  for (const each of categories) {
    const own = each.mallocBytes + each.arenaBytes + (each.name === "Native Memory Tracking" ? overhead : 0);
    const mapped = each.mmapReservedBytes + (each.stackReservedBytes ?? 0);
    expect(own + mapped, each.name).toBe(each.reservedBytes);
    expect(own + each.mmapCommittedBytes + (each.stackCommittedBytes ?? 0), each.name).toBe(
      each.committedBytes,
    );
  }
}

interface Site {
  readonly category: string;
  readonly bytes: number;
  readonly count: number;
  readonly frames: readonly unknown[];
}

/** A site in one line, for comparing lists of them. */
const siteText = ({ category, bytes, count, frames }: Site) =>
  `${category}: ${bytes} in ${count}, ${frames.length} frames`;

/** The paragraphs below `Details:` that have frames and end with an amount in parentheses. */
function sitesIn(detail: string): Site[] {
  const below = detail.slice(detail.search(/^Details:/m));
  return below.split(/\n\s*\n/).flatMap((paragraph) => {
    const lines = paragraph.trim().split("\n");
    const amount = lines.pop()!;
    const bytes = /^\s*\(+(?:malloc|reserved)=(\d+)/.exec(amount);
    const frames = lines.filter((line) => line.startsWith("["));
    if (bytes === null || frames.length === 0) return [];
    const category = /[Tt](?:ype|ag)=([A-Za-z ]+?)(?: #|\))/.exec(amount)![1]!;
    return [{ category, bytes: Number(bytes[1]), count: Number(/#(\d+)/.exec(amount)?.[1] ?? 0), frames }];
  });
}

/** Figures of the last line of a pmap, which adds its columns up. */
function pmapTotals(text: string): number[] {
  return text
    .trimEnd()
    .split("\n")
    .at(-1)!
    .match(/\d+/g)!
    .map((each) => Number(each) * 1024);
}

const installed = (version: number) => {
  const jdk = findJdks().find((each) => each.version === version);
  if (jdk === undefined) throw new Error(`JDK ${version} is missing under /usr/lib/jvm`);
  return jdk;
};

describe.each([11, 17, 21, 25] as const)("texts of a JVM %i", (version) => {
  let texts: Texts;
  beforeAll(async () => {
    texts = await textsOf(version === 11 || version === 21 ? javaRuntime(version) : installed(version));
  });
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  it("adds NMT up to its own totals", () => {
    const summary = read("nmt", texts["summary"]);
    expect(summary).toMatchObject({ form: "summary", scaleBytes: 1 });
    checkNmt(summary, texts["summary"]!);
  });

  it("adds the ranges and sites of NMT's detail up to its categories", () => {
    const detail = read("nmt", texts["detail"]);
    expect(detail.form).toBe("detail");
    checkNmt(detail, texts["detail"]!);
    const theirs = sitesIn(texts["detail"]!);
    expect(theirs.length).toBeGreaterThan(500);
    expect(detail.sites.map(siteText).sort()).toEqual(theirs.map(siteText).sort());
    for (const each of detail.categories) {
      const ranges = detail.reservations.filter(({ category }) =>
        each.name === "Thread" ? category === "Thread Stack" : category === each.name,
      );
      expect(sum(ranges.map(({ start, end }) => Number(end - start))), each.name).toBe(
        each.mmapReservedBytes + (each.stackReservedBytes ?? 0),
      );
      expect(sum(ranges.map(({ committedBytes }) => committedBytes)), each.name).toBe(
        each.mmapCommittedBytes + (each.stackCommittedBytes ?? 0),
      );
    }
  });

  it("reads the change since NMT's baseline", () => {
    for (const [name, form] of [
      ["summaryDiff", "summary.diff"],
      ["detailDiff", "detail.diff"],
    ] as const) {
      const diff = read("nmt", texts[name]);
      expect(diff.form).toBe(form);
      expect(sum(diff.categories.map((each) => each.committedBytes))).toBe(diff.total.committedBytes);
      expect(sum(diff.categories.map((each) => each.committedChangeBytes))).toBe(
        diff.total.committedChangeBytes,
      );
      expect(sum(diff.categories.map((each) => each.reservedChangeBytes))).toBe(
        diff.total.reservedChangeBytes,
      );
      const other = diff.categories.find((each) => each.name === "Other");
      expect(other?.committedChangeBytes).toBeGreaterThanOrEqual(8 * 1024 ** 2);
    }
    const [largest] = read("nmt", texts["detailDiff"]).sites;
    expect(largest?.changeBytes).toBeGreaterThanOrEqual(8 * 1024 ** 2);
  });

  it("adds the kernel's maps up to the kernel's totals", () => {
    const smaps = read("memoryMap", texts["smaps"]);
    const rollup = read("memoryMap", texts["smaps_rollup"]);
    const maps = read("memoryMap", texts["maps"]);
    const status = read("procStatus", texts["status"]);
    expect([smaps.form, rollup.form, maps.form]).toEqual(["smaps", "smaps_rollup", "maps"]);
    expect(smaps.mappings.map(({ start, end }) => [start, end])).toEqual(
      maps.mappings.map(({ start, end }) => [start, end]),
    );
    const { rssBytes, privateDirtyBytes, anonymousBytes, swapBytes } = rollup.totals;
    expect(smaps.totals).toMatchObject({ rssBytes, privateDirtyBytes, anonymousBytes, swapBytes });
    // The share of a page changes when another process maps its file: each text is held to itself.
    for (const name of ["smaps", "smaps_rollup"] as const)
      expect(read("memoryMap", texts[name]).totals.pssBytes, name).toBe(
        1024 * sum([...texts[name]!.matchAll(/^Pss:\s+(\d+) kB$/gm)].map((each) => Number(each[1]))),
      );
    expect(smaps.totals.sizeBytes).toBe(status.virtualBytes);
    const { rssAnonymousBytes = 0, rssFileBytes = 0, rssSharedBytes = 0 } = status;
    expect(rssAnonymousBytes + rssFileBytes + rssSharedBytes).toBe(status.rssBytes);
    // The kernel counts pages per thread or processor and adds that up from time to time.
    expect(Math.abs(smaps.totals.rssBytes! - status.rssBytes!)).toBeLessThanOrEqual(2 * 1024 ** 2);
  });

  it("adds pmap up to its own totals", () => {
    const smaps = read("memoryMap", texts["smaps"]);
    const vsyscall = smaps.mappings.some(({ name }) => name === "[vsyscall]") ? 4096 : 0;
    const size = smaps.totals.sizeBytes;
    const within = [size, size + vsyscall];
    const plain = read("memoryMap", texts["pmap"]);
    expect(within).toContain(plain.totals.sizeBytes);
    expect(within).toContain(pmapTotals(texts["pmap"]!)[0]);
    const extended = read("memoryMap", texts["pmap -x"]);
    expect(extended.form).toBe("pmap -x");
    expect(within).toContain(extended.totals.sizeBytes);
    expect(extended.totals.rssBytes).toBe(pmapTotals(texts["pmap -x"]!)[1]);
    for (const name of ["pmap -X", "pmap -XX"]) {
      const wide = read("memoryMap", texts[name]);
      expect(wide.form).toBe("pmap -X");
      const headings = /^\s*Address.*$/m.exec(texts[name]!)![0].trim().split(/\s+/);
      const first = headings.indexOf("Size");
      const figures = pmapTotals(texts[name]!);
      const theirs = (heading: string) => figures[headings.indexOf(heading) - first];
      expect(wide.totals, name).toMatchObject({
        rssBytes: theirs("Rss"),
        anonymousBytes: theirs("Anonymous"),
        swapBytes: theirs("Swap"),
      });
      expect(within).toContain(wide.totals.sizeBytes);
      // pmap reads the kernel's text twice, for the last line and for the rows; shares may change in between.
      const rows = texts[name]!.split("\n").filter((line) => /^ *[0-9a-f]{8,16} [r-]/.test(line));
      expect(wide.totals.pssBytes, name).toBe(
        1024 * sum(rows.map((row) => Number(row.trim().split(/\s+/)[headings.indexOf("Pss")]))),
      );
      expect(wide.mappings.map(({ start, end, rssBytes }) => [start, end, rssBytes])).toEqual(
        smaps.mappings.map(({ start, end, rssBytes }) => [start, end, rssBytes]),
      );
    }
  });

  it("reads every thread and every collection", () => {
    const dump = read("threadDump", texts["threads"]);
    expect(dump.threads).toBe(texts["threads"]!.match(/^".*$/gm)!.length);
    expect(dump.javaThreads).toBe(texts["threads"]!.match(/java\.lang\.Thread\.State:/g)!.length);
    const log = read("gcLog", texts["gc"]);
    expect(log.form).toBe("unified");
    expect(log.collections.filter(({ kind }) => kind === "full")).toHaveLength(3);
    expect(log.collections.at(-1)!.afterBytes).toBeGreaterThanOrEqual(4 * 1024 ** 2);
  });
});
