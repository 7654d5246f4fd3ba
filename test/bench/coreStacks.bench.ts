import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { evaluateExpression } from "../../analyzer/core/expressions/evaluate";
import { scopeOf } from "../../analyzer/core/expressions/scope";
import { backtraceOf } from "../../analyzer/session/core/frames";
import { bundle } from "../build/bundle";
import { growDebugInfo, programWithManyTypes } from "../build/hugeDebugFile";
import { scriptCore } from "../build/javascriptCores";
import { type BuiltProgram, buildProgram, coreOf } from "../build/nativePrograms";
import { openCore } from "../build/openCore";
import { pythonCore, pythonInterpreters } from "../build/pythonCores";

/**
 * Cores beside gdb, both as whole processes one after the other in one run: tiny, of interpreters, with many threads, one of 10 GiB
 * of which little is there, and a program with 2 GiB of debug information. Times, and the most memory a process had.
 */
const folder = mkdtempSync(join(tmpdir(), "exhume-bench-"));
let threads: BuiltProgram;
let threadsCore: string;

beforeAll(async () => {
  threads = buildProgram({
    sources: ["crash.cpp"],
    compiler: "g++",
    flags: ["-g", "-O2"],
    library: ["crashLibrary.c"],
  });
  threadsCore = await coreOf(threads, ["threads", "200"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Cost {
  readonly ms: number;
  /** Of all processors, user and system. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const giveUpAfter = 120_000;

/** Undefined when it did not end in two minutes. GNU time tells the memory, also of gdb. */
function costOf(tool: string, args: readonly string[]): Cost | undefined {
  const start = performance.now();
  const done = spawnSync(
    "/usr/bin/time",
    ["-f", "PEAK %M %U %S", "timeout", String(giveUpAfter / 1000), tool, ...args],
    {
      encoding: "utf8",
      maxBuffer: 1 << 30,
    },
  );
  if (done.status === 124) return undefined;
  expect(done.status, `${tool} ${args.join(" ")}\n${done.stderr}`).toBe(0);
  const [, peak, user, system] = /PEAK (\d+) (\S+) (\S+)/.exec(done.stderr)!.map(Number);
  return {
    ms: Math.round(performance.now() - start),
    cpuMs: Math.round((user! + system!) * 1000),
    peakMiB: Math.round(peak! / 1024),
  };
}

/** Another Node may be named. */
const node = process.env["EXHUME_BENCH_NODE"] ?? process.execPath;

function exhume(...args: string[]): Cost | undefined {
  return costOf(node, [bundle("cli"), "bt", "--json", ...args]);
}

function gdb(program: string, core: string, command: string): Cost | undefined {
  const before = ["-batch", "-nx", "-ex", "set debuginfod enabled off"];
  return costOf("gdb", [...before, "-ex", command, program, core]);
}

/** Runs of both, alternating, after one of ours that leaves its compiled code to those that follow. */
function table(what: string, ours: () => Cost | undefined, theirs: () => Cost | undefined, runs = 3): void {
  if (runs > 1) ours();
  const rows = Array.from({ length: runs }, () => {
    const [own, other] = [ours(), theirs()];
    const ratio = own === undefined || other === undefined ? "-" : (own.cpuMs / other.cpuMs).toFixed(2);
    return {
      what,
      exhumeMs: own?.ms ?? "gave up",
      gdbMs: other?.ms ?? "gave up",
      cpuRatio: ratio,
      exhumeCpuMs: own?.cpuMs,
      gdbCpuMs: other?.cpuMs,
      exhumeMiB: own?.peakMiB,
      gdbMiB: other?.peakMiB,
    };
  });
  console.table(rows);
}

/** First stack and all stacks. */
function stacks(what: string, program: string, core: string): void {
  table(
    what,
    () => exhume(core),
    () => gdb(program, core, "bt"),
  );
  table(
    `${what}, all stacks`,
    () => exhume("--all", core),
    () => gdb(program, core, "thread apply all bt"),
  );
}

it("a tiny core, and those of interpreters", async () => {
  const tiny = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O2"] });
  stacks("tiny", tiny.path, await coreOf(tiny, ["segv"]));
  const [python] = pythonInterpreters();
  stacks("Python", python!.path, pythonCore(python!, "frames.py", "fatal").core);
  const script = resolve(__dirname, "../programs/javascript/frames.js");
  stacks("Node", process.execPath, scriptCore(script, ["abort"]).core);
});

it("2,000 threads", async () => {
  stacks("2,000 threads", threads.path, await coreOf(threads, ["threads", "2000"]));
});

it("200 threads", async () => {
  table(
    "crashing thread",
    () => exhume(threadsCore),
    () => gdb(threads.path, threadsCore, "bt"),
  );
  table(
    "all threads",
    () => exhume("--all", threadsCore),
    () => gdb(threads.path, threadsCore, "thread apply all bt"),
  );
  const start = performance.now();
  const context = await openCore(threadsCore);
  const opened = performance.now();
  backtraceOf(context, context.image.threads[0]!);
  const first = performance.now();
  for (const thread of context.image.threads) backtraceOf(context, thread);
  const all = performance.now();
  const frame = context.view.machineFrame(context.image.threads[0]!, 0);
  expect(() => evaluateExpression("nobody_has_this_name", scopeOf(context.view, frame, undefined))).toThrow();
  console.table([
    {
      what: "within a running analyzer, ms",
      open: Math.round(opened - start),
      crashingStack: Math.round(first - opened),
      allStacks: Math.round(all - first),
      unknownName: Math.round(performance.now() - all),
    },
  ]);
});

it("a core of 10 GiB with little in it", async () => {
  const program = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O2"] });
  const core = await coreOf(program, ["reserved"]);
  expect(statSync(core).size).toBeGreaterThan(10 * 2 ** 30);
  table(
    "10 GiB core",
    () => exhume(core),
    () => gdb(program.path, core, "bt"),
  );
});

it("2 GiB of debug information", async () => {
  const program = programWithManyTypes();
  const core = await coreOf(program, ["segv"]);
  const grown = join(folder, "program");
  growDebugInfo(program.path, grown, 2 * 2 ** 30);
  table(
    "2 GiB .debug_info",
    () => exhume("--program", grown, core),
    () => gdb(grown, core, "bt"),
    1,
  );
});
