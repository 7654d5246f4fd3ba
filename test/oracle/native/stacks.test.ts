import { describe, expect, it } from "vitest";
import type { CoreOptions } from "../../../analyzer/protocol/dump/open";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { aarch64Root, type GdbThread, gdbStacks, gdbStacksUnderQemu } from "../../build/gdb";
import { stackDifferences } from "../../build/judgedStacks";
import { buildProgram, type CoreWriter, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const cpp = (compiler: "g++" | "clang++", ...flags: string[]): ProgramDraft => ({
  sources: ["crash.cpp"],
  compiler,
  flags,
  library: ["crashLibrary.c"],
});
const gccPlain = cpp("g++", "-g", "-O0");
const gccFast = cpp("g++", "-g", "-O2");

const i386 = (level: string): ProgramDraft => ({
  sources: ["crash.cpp"],
  compiler: "i686-linux-gnu-g++",
  flags: ["-g", level],
  library: ["crashLibrary.c"],
});

const plainC = (compiler: "gcc" | "clang", ...flags: string[]): ProgramDraft => ({
  sources: ["crash.c"],
  compiler,
  flags: ["-g", ...flags],
});
const noTables = ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-omit-frame-pointer"];
const cModes = [["segv"], ["abort"], ["handler"], ["altstack"]];
const rust = (...flags: string[]): ProgramDraft => ({
  sources: ["crash.rs"],
  compiler: "rustc",
  flags: [...flags, "-C", "panic=abort"],
});

interface Case {
  readonly name: string;
  readonly draft: ProgramDraft;
  readonly modes: readonly (readonly string[])[];
  readonly writer?: CoreWriter;
}

const crashes = [
  ["segv"],
  ["abort"],
  ["fpe"],
  ["overflow"],
  ["library"],
  ["callback"],
  ["handler"],
  ["jump"],
];
const some = [["segv"], ["handler"], ["callback"]];
const cases: readonly Case[] = [
  { name: "gcc -O0", draft: gccPlain, modes: [...crashes, ["threads", "50"]] },
  { name: "gcc -O2", draft: gccFast, modes: [...crashes, ["threads", "6"]] },
  { name: "clang -O0", draft: cpp("clang++", "-g", "-O0"), modes: some },
  { name: "clang -O2", draft: cpp("clang++", "-g", "-O2"), modes: some },
  {
    name: "gcc -O2, frame pointers, not PIE",
    draft: cpp("g++", "-g", "-O2", "-fno-omit-frame-pointer", "-no-pie"),
    modes: some,
  },
  { name: "gcc -O2, DWARF 4", draft: cpp("g++", "-g", "-gdwarf-4", "-O2"), modes: some },
  { name: "clang -O2, DWARF 4", draft: cpp("clang++", "-g", "-gdwarf-4", "-O2"), modes: [["segv"]] },
  { name: "gcc -O2, separate debug file", draft: { ...gccFast, after: "separate" }, modes: some },
  { name: "gcc -O2, zlib sections", draft: { ...gccFast, after: "zlib" }, modes: [["segv"]] },
  { name: "gcc -O2, zstd sections", draft: { ...gccFast, after: "zstd" }, modes: [["segv"]] },
  { name: "gcc -O2, split DWARF", draft: cpp("g++", "-g", "-O2", "-gsplit-dwarf"), modes: some },
  {
    name: "clang -O0, DWARF 4 package",
    draft: { ...cpp("clang++", "-g", "-O0", "-gdwarf-4", "-gsplit-dwarf"), after: "package" },
    modes: [["segv"]],
  },
  {
    name: "gcc -O2, only .gnu_debugdata",
    draft: { ...gccFast, after: "minidebug" },
    modes: [["segv"], ["callback"]],
  },
  { name: "gcc -O2, stripped", draft: { ...gccFast, after: "stripped" }, modes: [["segv"]] },
  {
    name: "gcc -O0, static",
    draft: { sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O0", "-static"] },
    modes: [["segv"], ["abort"], ["handler"], ["altstack"]],
  },
  {
    name: "gcc -O2, other stack",
    draft: { sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O2"] },
    modes: [["altstack"]],
  },
  {
    name: "gcc -O0, no unwind information at all",
    draft: {
      sources: ["crash.c"],
      compiler: "gcc",
      flags: ["-O0", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"],
    },
    modes: [["segv"]],
  },
  {
    name: "gcc -O2, no .eh_frame, .debug_frame",
    draft: {
      sources: ["crash.c"],
      compiler: "gcc",
      flags: ["-g", "-O2", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"],
    },
    modes: [["segv"]],
  },
  {
    name: "rustc",
    draft: rust("-g"),
    modes: [["segv"], ["panic"], ["thread"]],
  },
  {
    name: "rustc -O",
    draft: rust("-g", "-O"),
    modes: [["segv"], ["panic"]],
  },
  { name: "clang -O0, C, DWARF 4", draft: plainC("clang", "-O0", "-gdwarf-4"), modes: cModes },
  {
    name: "clang -O0, C, frame pointers only",
    draft: plainC("clang", "-O0", ...noTables),
    modes: [["segv"]],
  },
  { name: "gcc -O2, C, static PIE", draft: plainC("gcc", "-O2", "-static-pie"), modes: cModes },
  {
    name: "rustc -O, separate debug file",
    draft: { ...rust("-g", "-O"), after: "separate" },
    modes: [["segv"], ["thread"]],
  },
  { name: "i386 gcc -O0", draft: i386("-O0"), modes: [...some, ["abort"], ["threads", "4"]] },
  { name: "i386 gcc -O2", draft: i386("-O2"), modes: [...some, ["library"], ["jump"]] },
  { name: "gcore", draft: gccFast, modes: [["deadlock"], ["wait", "8"]], writer: "gcore" },
];

async function check(core: string, stacks: readonly GdbThread[], options: CoreOptions = {}): Promise<void> {
  const context = await openCore(core, options);
  expect(stacks.map(({ lwp }) => lwp).sort()).toEqual(context.image.threads.map(({ lwp }) => lwp).sort());
  expect(stackDifferences(context, stacks), `${core}`).toEqual([]);
}

describe("stacks of all threads are gdb's", () => {
  for (const { name, draft, modes, writer = "kernel" } of cases) {
    it(name, async () => {
      const program = buildProgram(draft);
      for (const mode of modes) {
        const core = await coreOf(program, mode, writer);
        await check(core, gdbStacks(program.path, core));
      }
    });
  }

  const aarch64: ProgramDraft = {
    sources: ["crash.c"],
    compiler: "aarch64-linux-gnu-gcc",
    flags: ["-g", "-O0"],
  };
  const aarch64Cases: readonly (readonly [string, ProgramDraft])[] = [
    ["aarch64 -O0", aarch64],
    ["aarch64 -O2", { ...aarch64, flags: ["-g", "-O2"] }],
    ["aarch64 -O2, static", { ...aarch64, flags: ["-g", "-O2", "-static"] }],
    [
      "aarch64 -O2, frame pointers only",
      { ...aarch64, flags: ["-g", "-O0", "-fno-asynchronous-unwind-tables"] },
    ],
  ];
  for (const [name, draft] of aarch64Cases) {
    it(name, async () => {
      const program = buildProgram(draft);
      const core = await coreOf(program, ["segv"], "qemu");
      const [thread] = gdbStacksUnderQemu(program.path, ["segv"]);
      const lwp = (await openCore(core)).image.threads[0]!.lwp;
      const options = { program: program.path, sysroot: aarch64Root };
      await check(core, [{ lwp, frames: thread!.frames }], options);
    });
  }

  it("aarch64 signal handler, where gdb gives up at qemu's signal frame", async () => {
    const program = buildProgram({ ...aarch64, flags: ["-g", "-O2", "-static"] });
    const core = await coreOf(program, ["handler"], "qemu");
    const [thread] = gdbStacksUnderQemu(program.path, ["handler"]);
    const context = await openCore(core, { program: program.path, sysroot: aarch64Root });
    const { frames, stopped } = backtraceOf(context, context.image.threads[0]!);
    const known = thread!.frames.filter(({ kind }) => kind !== "error");
    expect(frames.slice(0, known.length).map(({ pc }) => pc)).toEqual(known.map(({ pc }) => pc));
    // What the source says: raise, called by main, was interrupted.
    expect(frames.slice(3).map((frame) => frame.function)).toEqual([
      "<signal handler called>",
      expect.stringContaining("__pthread_kill_implementation"),
      "raise",
      "main",
      "__libc_start_call_main",
      "__libc_start_main_impl",
      "_start",
    ]);
    expect(stopped).toBe("outermost");
  });
});
