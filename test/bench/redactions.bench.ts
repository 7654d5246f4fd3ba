import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { SecretRow } from "../../analyzer/protocol/privacy/secrets";
import { framesByTables } from "../../analyzer/session/privacy/proofFacts";
import type { RedactionStatement } from "../../analyzer/session/privacy/redactionReport";
import { exhumeJson, runExhume } from "../build/cli";
import { type GdbThread, gdbStacks } from "../build/gdb";
import { findJdks, makeJavaDump } from "../build/javaDumps";
import { deleteRun, type JvmRun, runJvm } from "../build/jvmCores";
import { leakDump } from "../build/leakDumps";
import { everythingPlanted, scanManyTexts } from "../build/manyTexts";
import { mavenDump } from "../build/mavenDump";
import { buildProgram, coreOf, type ProgramDraft } from "../build/nativePrograms";
import { profiledDump } from "../build/profiledDump";
import { tomcatDump } from "../build/tomcatDump";
import { verdictDump } from "../build/verdictDumps";
import { type Judged, judgeHeap } from "../build/visualvm";
import { wantedVerdicts } from "../build/wantedVerdicts";

/** Redacts real dumps and cores, has VisualVM's library and gdb look at both, and prints a table. */

const folder = mkdtempSync(join(tmpdir(), "exhume-redactions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const jdk = (version: number) => findJdks().find((each) => each.version === version)!;

interface Row {
  readonly name: string;
  readonly statement: RedactionStatement;
  readonly seconds: number;
  readonly judged: string;
}

async function redact(
  name: string,
  dump: string,
  level: string,
  judge: (copy: string) => string,
): Promise<Row> {
  // A name of its own each: VisualVM keeps what it read by name.
  const copy = join(folder, `copy-${copies++}`);
  const began = performance.now();
  const { code, err } = await runExhume("redact", dump, "-o", copy, "--level", level, "--no-index");
  const seconds = (performance.now() - began) / 1000;
  const report = `${copy}.report.json`;
  if (!existsSync(report)) throw new Error(`${name} ended with ${code}: ${err}`);
  const { statement } = JSON.parse(readFileSync(report, "utf8")) as { statement: RedactionStatement };
  const judged = statement.passed ? judge(copy) : "not judged";
  for (const each of [copy, report, `${copy}.names.json`]) rmSync(each, { force: true });
  return { name, statement, seconds, judged };
}

function judgedOrUndefined(dump: string): Judged | undefined {
  try {
    return judgeHeap(dump, jdk(17), 10);
  } catch {
    return undefined;
  }
}

let copies = 0;

function lineOf({ name, statement, seconds, judged }: Row): string {
  const { level, passed, secrets, original, checks } = statement;
  const figure = checks.find(({ what }) => what === "objects" || what === framesByTables);
  return [
    name.padEnd(34),
    `${(original.bytes / 2 ** 20).toFixed(1)} MiB`.padStart(10),
    level.padEnd(7),
    passed
      ? "proven"
      : `NOT: ${checks
          .filter((each) => !each.passed)
          .map(({ what }) => what)
          .join(", ")}`,
    `${figure?.before} ${figure?.what === "objects" ? "objects" : "frames"}`,
    `secrets ${secrets.original} -> ${secrets.copy}`,
    judged,
    `${seconds.toFixed(1)} s`,
  ].join("  ");
}

it("proves copies of heap dumps, and VisualVM's library agrees", async () => {
  const agent = join(folder, "agent.hprof");
  writeFileSync(agent, profiledDump());
  const judgedPrograms = wantedVerdicts("judged").slice(0, 2);
  const dumps: readonly (readonly [string, string])[] = [
    ["Secrets, JDK 17", (await makeJavaDump({ program: "Secrets.java", jdk: jdk(17) })).dump],
    ["Secrets, JDK 25", (await makeJavaDump({ program: "Secrets.java", jdk: jdk(25) })).dump],
    [
      "Secrets, JDK 17, ZGC",
      (await makeJavaDump({ program: "Secrets.java", jdk: jdk(17), flags: ["-XX:+UseZGC"] })).dump,
    ],
    ["Tomcat, JDK 17", await tomcatDump(jdk(17))],
    ["Maven, JDK 17", mavenDump(jdk(17))],
    ["UnboundedCache, JDK 17", leakDump(jdk(17), "UnboundedCache")],
    ["ThreadLeak, JDK 25", leakDump(jdk(25), "ThreadLeak")],
    ...(await Promise.all(
      judgedPrograms.map(async (wanted) => [wanted.program, await verdictDump(wanted)] as const),
    )),
    ["agent's form, 32-bit ids", agent],
  ];
  const rows: Row[] = [];
  for (const [at, [name, dump]] of dumps.entries()) {
    const level = at % 2 === 0 ? "fields" : "names";
    rows.push(
      await redact(name, dump, level, (copy) => {
        const [before, after] = [dump, copy].map((each) => judgedOrUndefined(each));
        if (before === undefined) return "VisualVM cannot read the original";
        const same = before.instances === after?.instances && before.bytes === after.bytes;
        return `VisualVM ${same ? "same" : "DIFFERENT"}: ${before.instances} instances, ${before.bytes} bytes`;
      }),
    );
    console.log(lineOf(rows.at(-1)!));
  }
  expect(rows.filter(({ statement, judged }) => !statement.passed || judged.includes("DIFFERENT"))).toEqual(
    [],
  );
}, 1_800_000);

/** How many frames of each thread rest on unwind information: beyond them gdb guesses, by bytes a copy does not have. */
async function framesKnownByTables(core: string): Promise<ReadonlyMap<number, number>> {
  interface Backtraces {
    readonly threads: readonly { readonly lwp: number; readonly frames: readonly { guessed: boolean }[] }[];
  }
  const { threads } = await exhumeJson<Backtraces>("bt", core, "--all");
  return new Map(
    threads.map(({ lwp, frames }) => {
      const guess = frames.findIndex(({ guessed }) => guessed);
      return [lwp, guess < 0 ? frames.length : guess];
    }),
  );
}

it("proves copies of cores, and gdb agrees", async () => {
  const native = async (name: string, draft: ProgramDraft, args: readonly string[]) => {
    const program = buildProgram(draft);
    return { name, program: program.path, core: await coreOf(program, args) };
  };
  const secrets = (compiler: "gcc" | "musl-gcc", ...flags: string[]): ProgramDraft => ({
    sources: ["secrets.c"],
    compiler,
    flags: ["-g", "-O1", "-pthread", "-Wno-return-local-addr", ...flags],
  });
  const runs: JvmRun[] = [];
  const jvm = async (release: 17 | 25, collector: string, writesCore: true | "gcore") => {
    const flags = [`-XX:+Use${collector}GC`, "-XX:NativeMemoryTracking=summary"];
    const run = await runJvm(
      { release, scenario: "mixed", seconds: 1, flags, writesCore },
      `bench-${release}`,
    );
    runs.push(run);
    const name = `JVM ${release}, ${collector}, ${writesCore === true ? "kernel" : "gcore"}`;
    return { name, program: join(jdk(release).home, "bin/java"), core: run.core };
  };
  try {
    const makers = [
      () =>
        native(
          "C++, 6 threads",
          { sources: ["crash.cpp"], library: ["crashLibrary.c"], compiler: "g++", flags: ["-g", "-O2"] },
          ["threads", "6"],
        ),
      () =>
        native(
          "Rust, panic",
          { sources: ["crash.rs"], compiler: "rustc", flags: ["-g", "-C", "panic=abort"] },
          ["panic"],
        ),
      () => native("C, 3 threads", secrets("gcc"), ["--password=cmdPass99"]),
      () => native("C, static glibc", secrets("gcc", "-static"), ["--password=cmdPass99"]),
      () => native("C, static musl", secrets("musl-gcc", "-static"), ["--password=cmdPass99"]),
      () => jvm(17, "G1", true),
      () => jvm(25, "Serial", "gcore"),
    ];
    const rows: Row[] = [];
    const knownFrames: ReadonlyMap<number, number>[] = [];
    for (const [at, make] of makers.entries()) {
      const { name, program, core } = await make();
      const level = at % 3 === 2 ? "names" : "fields";
      knownFrames.push(await framesKnownByTables(core));
      rows.push(
        await redact(name, core, level, (copy) => {
          const known = knownFrames[at]!;
          const [before, after] = [core, copy].map((each) => gdbStacks(program, each));
          const addresses = (stacks: readonly GdbThread[]) =>
            stacks.map(({ lwp, frames }) => [lwp, frames.map(({ pc }) => pc)] as const);
          const byTables = (stacks: readonly GdbThread[]) =>
            addresses(stacks).map(([lwp, pcs]) => [lwp, pcs.slice(0, known.get(lwp))] as const);
          const [all, copied] = [addresses(before!), addresses(after!)];
          const [wanted, got] = [byTables(before!), byTables(after!)];
          const guesses = all.filter((each, k) => JSON.stringify(each) !== JSON.stringify(copied[k])).length;
          const blocks = (statSync(copy).blocks * 512) / 2 ** 20;
          return [
            `gdb ${JSON.stringify(wanted) === JSON.stringify(got) ? "same" : "DIFFERENT"}`,
            `${got.reduce((sum, [, pcs]) => sum + pcs.length, 0)} frames by tables of ${all.reduce((sum, [, pcs]) => sum + pcs.length, 0)}`,
            `${guesses} of ${all.length} threads guessed otherwise; ${blocks.toFixed(1)} MiB on disk`,
          ].join(", ");
        }),
      );
      console.log(lineOf(rows.at(-1)!));
      for (const run of runs.splice(0)) deleteRun(run);
    }
    expect(rows.filter(({ statement, judged }) => !statement.passed || judged.includes("DIFFERENT"))).toEqual(
      [],
    );
  } finally {
    for (const run of runs) deleteRun(run);
  }
}, 1_800_000);

it("finds what is planted among a million texts, and at most one false alarm for 100,000", async () => {
  const began = performance.now();
  const { texts, found, falseAlarms } = await scanManyTexts(jdk(17), 1_000_000, 20);
  const seconds = (performance.now() - began) / 1000;
  const alarms = falseAlarms.reduce((sum, { count }) => sum + count, 0);
  const planted = [...found.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${planted} planted found, ${alarms} others in ${texts} texts, ${seconds.toFixed(1)} s`);
  for (const { kind, holder, count } of falseAlarms) console.log(`  ${count} ${kind} ${holder}`);
  expect(found).toEqual(everythingPlanted(20));
  expect(alarms).toBeLessThanOrEqual(texts / 100_000);
}, 1_800_000);

it("gives few false alarms for programs the rules were not made with", async () => {
  const programs = Number(process.env["EXHUME_PROGRAMS"] ?? 12);
  let texts = 0;
  let alarms = 0;
  for (const wanted of wantedVerdicts("judged").slice(0, programs)) {
    const dump = await verdictDump(wanted);
    const scan = await exhumeJson<{ readonly texts: number; readonly findings: readonly SecretRow[] }>(
      "scan",
      dump,
      "--no-index",
    );
    texts += scan.texts;
    for (const { kind, holder, field, count, masked } of scan.findings) {
      alarms += count;
      console.log(`${wanted.program}: ${count} ${kind} ${holder}.${field ?? ""} ${masked}`);
    }
  }
  console.log(`${alarms} findings in ${texts} texts of ${programs} programs`);
  expect(texts).toBeGreaterThan(0);
}, 1_800_000);
