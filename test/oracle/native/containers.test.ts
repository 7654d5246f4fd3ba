import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import { unwatched } from "../../../analyzer/base/work";
import { coreAnswers } from "../../../analyzer/session/core/coreAnswers";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { summaryOf } from "../../../analyzer/session/core/summary";
import { bundle } from "../../build/bundle";
import {
  buildProgram,
  type CoreWriter,
  coreOf,
  type ProgramDraft,
  requireTool,
} from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const threaded: ProgramDraft = {
  sources: ["crash.cpp"],
  compiler: "g++",
  flags: ["-g", "-O2"],
  library: ["crashLibrary.c"],
};
const aarch64: ProgramDraft = {
  sources: ["crash.c"],
  compiler: "aarch64-linux-gnu-gcc",
  flags: ["-g", "-O0"],
};
const folder = mkdtempSync(join(tmpdir(), "exhume-containers-"));
let kernelCore: string;

beforeAll(async () => {
  requireTool("readelf", "apt-get install binutils");
  requireTool("eu-readelf", "apt-get install elfutils");
  kernelCore = await coreOf(buildProgram(threaded), ["threads", "6"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function output(tool: string, args: readonly string[]): string {
  return execFileSync(tool, [...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

describe("containers", () => {
  const cases: readonly (readonly [string, ProgramDraft, readonly string[], CoreWriter])[] = [
    ["kernel", threaded, ["threads", "6"], "kernel"],
    ["gcore", threaded, ["wait", "8"], "gcore"],
    ["qemu", aarch64, ["segv"], "qemu"],
  ];
  for (const [name, draft, args, writer] of cases) {
    it(`${name}: segments are readelf's`, async () => {
      const core = await coreOf(buildProgram(draft), args, writer);
      const { image } = await openCore(core);
      const lines = output("readelf", ["-lW", core]).match(/^ {2}LOAD .*$/gm)!;
      const theirs = lines
        .map((line) => /LOAD\s+(\S+) (\S+) \S+ (\S+) (\S+) (.{3})/.exec(line)!)
        .map(([, offset, address, file, memory, flags]) => ({
          start: BigInt(address!),
          bytes: Math.max(Number(memory), Number(file)),
          fileOffset: Number(offset),
          dumped: Number(file),
          flags: flags!.replace(/ /g, ""),
        }))
        .filter(({ bytes }) => bytes > 0)
        .sort((a, b) => (a.start < b.start ? -1 : 1));
      const ours = image.memory.segments.map((segment) => ({
        start: segment.start,
        bytes: Number(segment.end - segment.start),
        fileOffset: segment.fileOffset,
        dumped: segment.dumpedBytes,
        flags: ["R", "W", "E"].filter((_, bit) => (segment.protection & [4, 2, 1][bit]!) !== 0).join(""),
      }));
      expect(ours).toEqual(theirs);
    });

    it(`${name}: threads, registers, signal and auxiliary vector are eu-readelf's`, async () => {
      const core = await coreOf(buildProgram(draft), args, writer);
      const { image } = await openCore(core);
      const text = output("eu-readelf", ["-n", core]);
      const lwps = [...text.matchAll(/^\s+.*\bpid: (\d+), ppid/gm)].map(([, pid]) => Number(pid));
      expect(image.threads.map(({ lwp }) => lwp)).toEqual(
        [...text.matchAll(/sigpend:[\s\S]*?pid: (\d+), ppid/g)].map(([, pid]) => Number(pid)),
      );
      expect(lwps.length).toBeGreaterThan(0);
      if (draft === threaded) {
        const numberIn = (register: string) =>
          [...text.matchAll(new RegExp(`\\b${register}:\\s+(-?\\w+)`, "g"))].map(([, value]) =>
            BigInt.asUintN(64, BigInt(value!)),
          );
        const registers = image.architecture.registerNames;
        for (const register of ["rip", "rsp", "rbp", "rax", "r12", "r15"]) {
          const number = registers.indexOf(register);
          expect(
            image.threads.map((thread) => thread.registers[number]),
            register,
          ).toEqual(numberIn(register));
        }
        expect(image.threads.map(({ threadPointer }) => threadPointer)).toEqual(
          [...text.matchAll(/fs\.base:\s+(\w+)/g)].map(([, value]) => BigInt(value!)),
        );
      }
      for (const [, value] of text.matchAll(/^\s+ENTRY: (\w+)/gm)) {
        expect(formatHex(image.auxiliaryVector.get(9)!)).toBe(value);
      }
      const info = /si_signo: (\d+), si_errno: \d+, si_code: (-?\d+)[\s\S]*?fault address: (\w+)/.exec(text);
      if (image.signal !== undefined && image.producer === "kernel") {
        expect([image.signal.number, image.signal.code, image.signal.address]).toEqual([
          Number(info![1]),
          Number(info![2]),
          BigInt(info![3]!),
        ]);
      }
    });
  }

  it("mapped files are eu-readelf's", async () => {
    const { image } = await openCore(kernelCore);
    const text = output("eu-readelf", ["-n", kernelCore]);
    const lines = [...text.matchAll(/^\s+([0-9a-f]+)-([0-9a-f]+) ([0-9a-f]+) \d+\s+(\/\S+)$/gm)];
    expect(image.mappings.map(({ start, end, fileOffset, path }) => [start, end, fileOffset, path])).toEqual(
      lines.map(([, start, end, offset, path]) => [
        BigInt(`0x${start}`),
        BigInt(`0x${end}`),
        Number.parseInt(offset!, 16),
        path,
      ]),
    );
    expect(lines.length).toBeGreaterThan(20);
  });

  for (const writer of ["kernel", "gcore"] as const) {
    it(`${writer}: modules and build ids are eu-unstrip's`, async () => {
      const core = await coreOf(
        buildProgram(threaded),
        writer === "kernel" ? ["threads", "6"] : ["wait", "8"],
        writer,
      );
      const { core: loaded } = await openCore(core);
      const lines = output("eu-unstrip", ["-n", `--core=${core}`])
        .trim()
        .split("\n");
      const theirs = lines.map((line) => /^(0x\w+)\+\w+ ([0-9a-f]+)@/.exec(line)!.slice(1, 3)).sort();
      expect(loaded.modules.map(({ start, buildId }) => [formatHex(start), buildId]).sort()).toEqual(theirs);
    });
  }
});

describe("what the process was started with", () => {
  it("is found on its stack", async () => {
    const context = await openCore(kernelCore);
    const answer = await coreAnswers["core/process"].answer(context, { dump: "" }, unwatched);
    expect(answer.arguments.slice(1)).toEqual(["threads", "6"]);
    // The core is kept: it may be of a run from another shell.
    const variable = (name: string) => answer.environment.find((each) => each.name === name)?.value;
    expect(variable("PATH")?.split(":")).toContain("/usr/bin");
    expect(variable("OLDPWD") ?? variable("PWD")).toMatch(/^\//);
    expect(answer.auxiliaryVector.find(({ name }) => name === "AT_EXECFN")?.text).toBe(answer.arguments[0]);
  });
});

describe("truncated cores", () => {
  it("give what is left and say what is missing, wherever they are cut", async () => {
    const whole = await openCore(kernelCore);
    const bytes = statSync(kernelCore).size;
    const expected = backtraceOf(whole, whole.image.threads[0]!).frames.map(({ function: name }) => name);
    const copy = join(folder, "cut");
    for (const share of [0.9, 0.6, 0.3, 0.1, 0.05]) {
      copyFileSync(kernelCore, copy);
      const file = openSync(copy, "r+");
      ftruncateSync(file, Math.floor(bytes * share));
      closeSync(file);
      const context = await openCore(copy);
      const summary = summaryOf(context);
      expect(summary.truncation?.expectedBytes, `${share}`).toBe(bytes);
      expect(summary.truncation?.missingBytes).toBeGreaterThan(0);
      expect(summary.problems.map(({ code }) => code)).toContain("truncated");
      // What is shown is a beginning of the whole stack: nothing is made up from what is lost.
      const { frames, stopped } = backtraceOf(context, context.image.threads[0]!);
      const names = frames.map(({ function: name }) => name);
      expect(names, `${share}`).toEqual(expected.slice(0, names.length));
      if (names.length < expected.length) expect(["memoryAbsent", "noUnwindInformation"]).toContain(stopped);
    }
  });
});

it("counts the threads of a core whose notes are cut as a lower bound", async () => {
  const copy = join(folder, "cutNotes");
  const [, offset, bytes] = /NOTE\s+(0x\w+) \S+ \S+ (0x\w+)/.exec(output("readelf", ["-lW", kernelCore]))!;
  copyFileSync(kernelCore, copy);
  truncateSync(copy, Number(offset) + Math.floor(Number(bytes) / 2));
  const context = await openCore(copy);
  const threads = context.image.threads.length;
  expect(threads).toBeGreaterThan(1);
  expect(threads).toBeLessThan(8);
  expect(summaryOf(context).headline).toContain(` of at least ${threads})`);
});

describe("huge sparse cores", () => {
  it("of 10 GiB are read in part only", async () => {
    const program = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O2"] });
    const huge = await coreOf(program, ["reserved"]);
    expect(statSync(huge).size).toBeGreaterThan(10 * 2 ** 30);
    const peak = join(folder, "peak.cjs");
    writeFileSync(peak, 'process.on("exit", () => console.error("PEAK", process.resourceUsage().maxRSS));');
    const done = spawnSync(process.execPath, ["--require", peak, bundle("cli"), "bt", huge, "--json"], {
      encoding: "utf8",
    });
    const { threads } = JSON.parse(done.stdout);
    expect(threads[0].frames[0]).toMatchObject({ function: "last_id", line: 18 });
    const kibibytes = Math.max(...[...done.stderr.matchAll(/PEAK (\d+)/g)].map(([, text]) => Number(text)));
    expect(kibibytes * 1024).toBeLessThan(300 * 2 ** 20);
  });
});
