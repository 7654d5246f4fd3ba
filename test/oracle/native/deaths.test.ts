import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { backtracePage, foldedBacktraceOf } from "../../../analyzer/session/core/frames";
import { summaryOf } from "../../../analyzer/session/core/summary";
import { buildProgram, coreOf, lastWordsOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const c: ProgramDraft = {
  sources: ["deaths.c"],
  compiler: "gcc",
  flags: ["-g", "-O1", "-w", "-fstack-protector-all", "-D_FORTIFY_SOURCE=2"],
};
const cpp: ProgramDraft = {
  sources: ["deaths.cpp"],
  compiler: "g++",
  flags: ["-g", "-O0", "-std=c++17", "-D_GLIBCXX_ASSERTIONS"],
};
const libcxx: ProgramDraft = {
  sources: ["deaths.cpp"],
  compiler: "clang++",
  flags: ["-g", "-O1", "-std=c++17", "-stdlib=libc++"],
};
const stripped: ProgramDraft = { ...cpp, after: "stripped" };
const i386: ProgramDraft = { ...cpp, compiler: "i686-linux-gnu-g++" };
const rust: ProgramDraft = { sources: ["crash.rs"], compiler: "rustc", flags: ["-g", "-C", "panic=abort"] };

/** What the program itself wrote last, without what the libraries put around it. */
function saidBy(core: string): string[] {
  return lastWordsOf(core)
    .split("\n")
    .map(
      (line) =>
        /Assertion [`'](.*)' failed/.exec(line)?.[1] ??
        /^\*\*\* (.*) \*\*\*: terminated/.exec(line)?.[1] ??
        /uncaught exception of type (.*)$/.exec(line)?.[1] ??
        /throwing an instance of '(.*)'$/.exec(line)?.[1] ??
        line.replace(/^ *what\(\): */, ""),
    )
    .map((line) => line.replace(/std::(__1|__cxx11)::/g, "std::").trim())
    .filter((line) => line !== "");
}

interface Death {
  readonly mode: string;
  /** Beginning and end of the headline. */
  readonly headline: RegExp;
  /** Lines of the program's own that must be in the headline; 0 where it says nothing. */
  readonly said?: number;
}

const ofC: readonly Death[] = [
  { mode: "assert", said: 1, headline: /^SIGABRT: assertion failed: .*, in check at deaths\.c:\d+$/ },
  {
    mode: "free-twice",
    said: 1,
    headline: /^SIGABRT: double free or corruption \(!prev\), in free_twice at/,
  },
  { mode: "free-inside", said: 1, headline: /^SIGABRT: free\(\): invalid pointer, in free_inside at/ },
  { mode: "write-past", said: 1, headline: /^SIGABRT: malloc\(\): corrupted top size, in write_past at/ },
  { mode: "smash", said: 1, headline: /^SIGABRT: stack smashing detected, in smash at deaths\.c/ },
  { mode: "fortify", said: 1, headline: /^SIGABRT: buffer overflow detected, in copy_too_much at/ },
  { mode: "divide", headline: /^SIGFPE: integer division by zero, in divide at/ },
  {
    mode: "divide-lowest",
    headline: /^SIGFPE: integer overflow: .* division by -1 .* 32 bits, in divide at/,
  },
  {
    mode: "forbidden-call",
    headline: /^SIGSYS: the system call getppid is forbidden .*, in forbidden_call at/,
  },
  {
    mode: "past-file",
    headline: /^SIGBUS: access beyond the end of .* cut\.bin, at byte 4100, in read_past_file at/,
  },
  { mode: "call-null", headline: /^SIGSEGV: call of a null function pointer, in call_null at/ },
  { mode: "call-wild", headline: /^SIGSEGV: jump to 0x12345678, where nothing is mapped, in call_wild at/ },
  { mode: "call-data", headline: /^SIGSEGV: jump into the data of a module .*, in call_data at/ },
  { mode: "call-stack", headline: /^SIGSEGV: jump into the stack .*, in call_stack at/ },
  {
    mode: "handled-recursion",
    headline: /^SIGABRT: in the handler of SIGSEGV: stack overflow.*, in walk at/,
  },
  {
    mode: "handled-null",
    headline: /^SIGABRT: in the handler of SIGSEGV: .* 0x10 is not mapped, in main at/,
  },
  { mode: "constant", headline: /^SIGSEGV: writing read-only data of program at .*, in write_constant at/ },
  { mode: "impossible", headline: /^SIGSEGV: writing 0x4141414141414141, .*, in write_impossible at/ },
  { mode: "trap", headline: /^SIGILL: a trap instruction .*, in main at/ },
  { mode: "breakpoint", headline: /^SIGTRAP: a breakpoint in the program \(int3\), in main at/ },
  { mode: "raise", headline: /^SIGTRAP: the program raised it itself, in main at/ },
  { mode: "abort", headline: /^SIGABRT: the program aborted itself, in main at/ },
  { mode: "quit", headline: /^SIGQUIT: the program raised it itself, in main at/ },
  { mode: "spin", headline: /^SIGXCPU: more processor time used than allowed .*, in spin at/ },
  { mode: "write-much", headline: /^SIGXFSZ: a file grew beyond what is allowed .*, in write_much at/ },
];

const thrown = (mode: string, type: string, place: string): Death => ({
  mode,
  said: 1,
  headline: new RegExp(`^SIGABRT: uncaught exception ${type}.*, in ${place} at deaths\\.cpp:\\d+`),
});

const ofBoth: readonly Death[] = [
  thrown("runtime-error", "std::runtime_error: cannot open", "shop::load"),
  thrown("own-text", "shop::OutOfStock: no more apples", "shop::sell"),
  thrown("fixed-text", "shop::Fixed: a fixed text", "main"),
  thrown("number", "int: 42", "main"),
  thrown("system-error", "std::system_error: opening the till", "main"),
  thrown("filesystem", "std::.*filesystem_error: filesystem error", "main"),
  thrown("again", "std::runtime_error: cannot open", "shop::again"),
  thrown("noexcept", "std::runtime_error: cannot open", "shop::(load|promise)"),
];

const ofCpp: readonly Death[] = [
  ...ofBoth,
  thrown("derived", "shop::BadPrice: price below zero", "shop::price"),
  thrown("plain", "shop::Plain", "main"),
  thrown("text", "char const\\*: a text of C", "main"),
  thrown("at", "std::out_of_range: vector::_M_range_check", "main"),
  thrown("in-thread", "std::runtime_error: cannot open", "shop::load"),
  { mode: "string", headline: /^SIGABRT: uncaught exception std::string: a string that is longer than/ },
  { mode: "no-memory", headline: /^SIGABRT: uncaught exception std::bad_alloc: out of memory, or/ },
  { mode: "terminate", headline: /^SIGABRT: std::terminate was called, no exception, in main at/ },
  { mode: "joinable", headline: /^SIGABRT: std::terminate: a std::thread that was neither .*, in main at/ },
  {
    mode: "pure-virtual",
    headline: /^SIGABRT: a pure virtual function was called, in shop::Shape::measure at/,
  },
  {
    mode: "checked-index",
    said: 1,
    headline: /^SIGABRT: assertion failed: __n < this->size\(\), in main at/,
  },
];

const programs: readonly (readonly [string, ProgramDraft, readonly Death[]])[] = [
  ["C, glibc", c, ofC],
  ["C++, libstdc++", cpp, ofCpp],
  ["C++, libc++", libcxx, ofBoth],
  [
    "C++, stripped",
    stripped,
    [{ mode: "own-text", said: 1, headline: /^SIGABRT: uncaught exception shop::OutOfStock: / }],
  ],
  [
    "C++, i386",
    i386,
    [
      ...ofBoth.filter(({ mode }) => ["runtime-error", "own-text", "number"].includes(mode)),
      thrown("derived", "shop::BadPrice: price below zero", "shop::price"),
      { mode: "string", headline: /^SIGABRT: uncaught exception std::string: a string that is longer than/ },
      { mode: "checked-index", headline: /^SIGABRT: assertion failed.*, in main at/ },
    ],
  ],
  [
    "C, stripped",
    { ...c, after: "stripped" },
    [
      { mode: "assert", said: 1, headline: /^SIGABRT: assertion failed: .*, in program at 0x\w+$/ },
      { mode: "abort", headline: /^SIGABRT: the program aborted itself, in program at 0x\w+$/ },
    ],
  ],
  [
    "Rust",
    rust,
    [
      {
        mode: "panic",
        headline: /^SIGABRT: Rust panic: order 99 \(.*crash\.rs:\d+:\d+\), in crash::fail at crash\.rs/,
      },
    ],
  ],
];

describe("the headline says why", () => {
  for (const [name, draft, deaths] of programs) {
    it(name, async () => {
      const program = buildProgram(draft);
      const wrong: unknown[] = [];
      for (const { mode, headline, said } of deaths) {
        const core = await coreOf(program, [mode]);
        const summary = summaryOf(await openCore(core));
        const missing =
          said === undefined ? [] : saidBy(core).filter((line) => !summary.headline.includes(line));
        if (!headline.test(summary.headline) || missing.length > 0 || summary.cause?.evidence === "")
          wrong.push([mode, summary.headline, missing]);
        if (said !== undefined) expect(saidBy(core).length, mode).toBeGreaterThan(0);
      }
      expect(wrong).toEqual([]);
    });
  }
});

it("finds glibc's message in a core whose C library is missing", async () => {
  const program = buildProgram(c);
  for (const { mode, said } of ofC.filter(({ said: lines }) => lines !== undefined)) {
    const core = await coreOf(program, [mode]);
    const { headline, cause } = summaryOf(
      await openCore(core, { program: program.path, sysroot: program.folder }),
    );
    expect(saidBy(core).length).toBeGreaterThan(said! - 1);
    expect(
      saidBy(core).filter((line) => !headline.includes(line)),
      headline,
    ).toEqual([]);
    expect(cause?.evidence).toMatch(/^the text at 0x\w+, to which a variable of libc\.so\.6 points$/);
    // Its return address was overwritten: what is found on such a stack by looking is somebody else's.
    if (mode === "smash")
      expect(headline).toMatch(/^SIGABRT: stack smashing detected(, raised in libc\.so\.6)?$/);
    if (mode === "assert") expect(headline).toMatch(/, in check at deaths\.c:\d+ \(scanned\)$/);
  }
});

/** Number of gdb's outermost frame, tail calls and all. */
function outermostOfGdb(program: string, core: string): number {
  const { stdout } = spawnSync(
    "gdb",
    [
      "-batch",
      "-nx",
      "-ex",
      "set backtrace past-main on",
      "-ex",
      "set backtrace past-entry on",
      "-ex",
      "bt -1",
      program,
      core,
    ],
    { encoding: "utf8", timeout: 120_000 },
  );
  return Number(/^#(\d+)[^\n]*\n?$/m.exec(stdout.slice(stdout.lastIndexOf("\n#") + 1))?.[1]);
}

describe("a stack overflow", () => {
  const overflows: readonly { readonly mode: string; readonly headline: RegExp; readonly period: number }[] =
    [
      { mode: "recurse", headline: /^SIGSEGV: stack overflow, all .* are used, in walk at/, period: 1 },
      {
        mode: "recurse-mutually",
        headline: /^SIGSEGV: stack overflow, all .* are used, in (even|odd) at/,
        period: 2,
      },
      {
        mode: "recurse-in-thread",
        headline: /^SIGSEGV: stack overflow, all 1\d\d KiB are used, in walk at/,
        period: 1,
      },
    ];
  it.each(overflows)("$mode has gdb's frames, folded", async ({ mode, headline, period }) => {
    const program = buildProgram(c);
    const core = await coreOf(program, [mode]);
    const context = await openCore(core);
    expect(summaryOf(context).headline).toMatch(headline);
    const thread = context.image.threads[0]!;
    const folded = foldedBacktraceOf(context, thread, 200);
    const repeating = folded.frames.find(({ repeats }) => repeats !== undefined)!.repeats!;
    expect(repeating.frames).toBe(period);
    expect(repeating.times * period).toBeGreaterThan(folded.totalFrames - 12);
    expect(folded.frames.length).toBeLessThan(16);
    expect(folded.leftOut).toBe(0);
    expect(folded.totalFrames).toBe(outermostOfGdb(program.path, core) + 1);
    const last = backtracePage(context, thread, folded.totalFrames - 1, 10);
    expect(last.frames).toEqual(folded.frames.slice(-1));
    expect(last.totalFrames).toBe(folded.totalFrames);
  });

  it("by one large block names the block", async () => {
    const core = await coreOf(buildProgram(c), ["large-block"]);
    expect(summaryOf(await openCore(core)).headline).toMatch(
      /^SIGSEGV: stack overflow: 64\.0 MiB of local variables on a stack of .*, in large_block at/,
    );
  });
});
