import { basename, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import type { CoreFrame } from "../../../analyzer/protocol/core/stacks";
import type { CoreOptions } from "../../../analyzer/protocol/dump/open";
import type { CoreContext } from "../../../analyzer/session/core/coreContext";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { aarch64Root, type GdbFrame, type GdbThread, gdbStacks, gdbStacksUnderQemu } from "../../build/gdb";
import { buildProgram, type CoreWriter, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

/**
 * Where Exhume and gdb 13 differ for a reason. Each frame of gdb's that has no equal one here must be explained by
 * one of these, else the test fails.
 */
const explained: readonly {
  readonly name: string;
  readonly why: string;
  /** The two frames count as equal. */
  readonly equates?: (ours: CoreFrame, theirs: GdbFrame, context: CoreContext) => boolean;
}[] = [
  {
    name: "aliases",
    why: "several symbols at one address, no debug information: which name is shown is a matter of taste",
    equates: (ours, theirs, context) => {
      const module = context.core.modules.find(({ path }) => path === ours.module);
      if (module === undefined || theirs.file !== null || theirs.function === null) return false;
      const alias = module.symbols.named(theirs.function)?.address;
      return (
        alias !== undefined && alias === module.symbols.functionAt(module.relative(BigInt(ours.pc)))?.address
      );
    },
  },
  {
    name: "internal aliases",
    why: "gdb shows the linkage name glibc gives the copies it calls itself; Exhume shows the source's name",
    equates: (ours, theirs) => theirs.function === `__GI_${ours.function}`,
  },
  {
    name: "parameters",
    why: "gdb prints parameters and return types of lambdas, Rust functions and names from symbol tables",
    equates: (ours, theirs) => baseName(ours.function) === baseName(theirs.function),
  },
];

/** Without parameters, template arguments, and the functions it is defined in. */
function baseName(name: string | null | undefined): string {
  let bare = name ?? "";
  // Argument lists nest; the innermost go first. `operator()` is a name.
  bare = bare.replace(/operator\(\)/g, "operator_call").replace(/ const$/, "");
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/<[^<>()]*>|\([^<>()]*\)/g, "").replace(/ const$/, "");
  }
  return bare.split(/::|\s/).at(-1)!;
}

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

/** Everything but the judge's own limit is compared: function, file, line, inlined, module-wide pc. */
async function check(core: string, stacks: readonly GdbThread[], options: CoreOptions = {}): Promise<void> {
  const context = await openCore(core, options);
  expect(stacks.map(({ lwp }) => lwp).sort()).toEqual(context.image.threads.map(({ lwp }) => lwp).sort());
  const differences: string[] = [];
  for (const { lwp, frames } of stacks) {
    const thread = context.image.threads.find((each) => each.lwp === lwp)!;
    const ours = backtraceOf(context, thread, frames.length + 50).frames;
    const isCut = frames.length >= 400;
    const count = isCut ? frames.length : Math.max(ours.length, frames.length);
    for (let i = 0; i < count; i++) {
      const [our, their] = [ours[i], frames[i]];
      if (our !== undefined && their !== undefined && areEqual(our, their, context)) continue;
      differences.push(
        `thread ${lwp} frame ${i}: ${describeOurs(our)} here, ${describeTheirs(their)} in gdb`,
      );
      break;
    }
  }
  expect(differences, `${core}`).toEqual([]);
}

function areEqual(ours: CoreFrame, theirs: GdbFrame, context: CoreContext): boolean {
  if (theirs.kind === "signal") return ours.signalFrame && ours.pc === theirs.pc;
  if (ours.pc !== theirs.pc || ours.inlined !== (theirs.kind === "inline")) return false;
  if ((ours.tailCall === true) !== (theirs.kind === "tailcall")) return false;
  if ((ours.line ?? null) !== theirs.line || !isSameFile(ours.file, theirs.file)) return false;
  if (isSameName(ours.function, theirs.function)) return true;
  return explained.some(({ equates }) => equates?.(ours, theirs, context) === true);
}

function isSameName(ours: string | undefined, theirs: string | null): boolean {
  return (ours ?? null) === theirs;
}

/** gdb joins relative names with the folder of the compilation; both name the same file. */
function isSameFile(ours: string | undefined, theirs: string | null): boolean {
  if (ours === undefined || theirs === null) return ours === undefined && theirs === null;
  const [a, b] = [normalize(ours), normalize(theirs)];
  return a === b || (basename(a) === basename(b) && !a.startsWith("/"));
}

function describeOurs(frame: CoreFrame | undefined): string {
  if (frame === undefined) return "nothing";
  return `${frame.pc} ${frame.function} ${frame.file}:${frame.line}${frame.inlined ? " inlined" : ""}`;
}

function describeTheirs(frame: GdbFrame | undefined): string {
  return frame === undefined
    ? "nothing"
    : `${frame.pc} ${frame.function} ${frame.file}:${frame.line} ${frame.kind}`;
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
