import { spawnSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { backtraceOf } from "../../analyzer/session/core/frames";
import { bundle } from "../build/bundle";
import { buildProgram, coreOf } from "../build/nativePrograms";
import { openCore } from "../build/openCore";

/**
 * All stacks of a core with 200 threads with lines and inlined frames: our command line beside gdb's
 * `thread apply all bt`, both as whole processes in one run, three times each.
 */
let program: string;
let core: string;
let cli: string;

beforeAll(async () => {
  const built = buildProgram({
    sources: ["crash.cpp"],
    compiler: "g++",
    flags: ["-g", "-O2"],
    library: ["crashLibrary.c"],
  });
  program = built.path;
  core = await coreOf(built, ["threads", "200"]);
  cli = bundle("cli");
});

function milliseconds(tool: string, args: readonly string[]): number {
  const start = performance.now();
  const done = spawnSync(tool, [...args], { maxBuffer: 1 << 30 });
  expect(done.status, `${tool} ${args.join(" ")}`).toBe(0);
  return Math.round(performance.now() - start);
}

it("200 threads beside gdb", async () => {
  const gdbArgs = [
    "-batch",
    "-nx",
    "-ex",
    "set debuginfod enabled off",
    "-ex",
    "thread apply all bt",
    program,
    core,
  ];
  const rows = [1, 2, 3].map((run) => {
    const exhumeAll = milliseconds(process.execPath, [cli, "bt", "--all", "--json", core]);
    const exhumeCrash = milliseconds(process.execPath, [cli, "bt", core]);
    const gdb = milliseconds("gdb", gdbArgs);
    return { run, exhumeCrash, exhumeAll, gdb, ratio: (exhumeAll / gdb).toFixed(2) };
  });
  console.table(rows);
  const start = performance.now();
  const context = await openCore(core);
  const opened = performance.now();
  backtraceOf(context, context.image.threads[0]!);
  const first = performance.now();
  for (const thread of context.image.threads) backtraceOf(context, thread);
  const all = performance.now();
  console.table([
    {
      threads: context.image.threads.length,
      open: Math.round(opened - start),
      crashingStack: Math.round(first - opened),
      allStacks: Math.round(all - first),
    },
  ]);
});
