import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SecretRow } from "../../../analyzer/protocol/privacy/secrets";
import { exhumeJson, runExhume } from "../../build/cli";
import { aarch64Root, gdbStacks, gdbStacksOfMachine } from "../../build/gdb";
import { type BuiltProgram, buildProgram, coreOf } from "../../build/nativePrograms";

const folder = mkdtempSync(join(tmpdir(), "exhume-cores-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the program holds at run time, on its stacks, in blocks of malloc, in its data and on its command line. */
const planted = [
  "Hunter2secret",
  "Tr0ub4dor",
  "401288888888",
  "lovelace",
  "Wide88Key",
  "cmdPass99",
  "mF9x4B5f1q2JqMTz",
];

const secretive = (compiler: "gcc" | "musl-gcc", ...flags: string[]) =>
  buildProgram({
    sources: ["secrets.c"],
    compiler,
    flags: ["-g", "-O1", "-pthread", "-Wno-return-local-addr", ...flags],
  });

let program: BuiltProgram;
let core: string;
beforeAll(async () => {
  program = secretive("gcc");
  core = await coreOf(program, ["--password=cmdPass99"]);
}, 120_000);

function holds(file: string, text: string): boolean {
  const bytes = readFileSync(file);
  return bytes.includes(text, 0, "latin1") || bytes.includes(text, 0, "utf16le");
}

describe("a core with secrets", () => {
  it("is told to hold them: of which kind, and where", async () => {
    const { findings } = await exhumeJson<{ readonly findings: readonly SecretRow[] }>("scan", core);
    const found = findings.map(
      ({ kind, holder, field, count }) => `${count} ${kind} ${holder} ${field ?? ""}`,
    );
    const threads = found.filter((row) => /^1 authorization stack of thread \d+ $/.test(row));
    expect(threads).toHaveLength(2);
    expect(found).toContain("4 card stack of main thread ");
    expect(found).toContain("200 email malloc main heap block of 80 bytes");
    expect(found).toContain("1 named-value malloc main heap block of 128 bytes");
    expect(found).toContain("1 named-value command line ");
    expect(found.some((row) => row.startsWith("1 private-key mmapped malloc block"))).toBe(true);
    expect(found.some((row) => row.startsWith("1 url-password "))).toBe(true);
  });

  for (const level of ["strings", "names"]) {
    it(`loses them at level ${level}, and gdb sees the same frames`, async () => {
      const copy = join(folder, `${level}.core`);
      const { code, out, err } = await runExhume("redact", core, "-o", copy, "--level", level);
      expect(err).toBe("");
      expect(out).toContain("proven");
      expect(code).toBe(0);
      expect(statSync(copy).size).toBe(statSync(core).size);
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      for (const secret of planted) {
        expect([secret, holds(core, secret), holds(copy, secret)]).toEqual([secret, true, false]);
      }
      expect(gdbStacks(program.path, copy)).toEqual(gdbStacks(program.path, core));
      const { findings } = await exhumeJson<{ readonly findings: readonly SecretRow[] }>("scan", copy);
      expect(findings).toEqual([]);
      expect(holds(copy, folder)).toBe(false);
      expect(holds(copy, program.folder)).toBe(level !== "names");
    });
  }
});

it("of a C library without unwind information keeps the frames a return address on the stack tells of", async () => {
  const musl = secretive("musl-gcc", "-static");
  const original = await coreOf(musl, ["--password=cmdPass99"]);
  const copy = join(folder, "musl.core");
  const { out } = await runExhume("redact", original, "-o", copy);
  expect(out).toContain("proven");
  const inner = (file: string) => gdbStacks(musl.path, file).map(({ frames }) => frames.slice(0, 2));
  expect(inner(copy)).toEqual(inner(original));
  interface Backtrace {
    readonly threads: readonly { readonly frames: readonly { readonly pc: string }[] }[];
  }
  const pcsOf = async (file: string) =>
    (await exhumeJson<Backtrace>("bt", file)).threads[0]!.frames.map(({ pc }) => pc);
  const pcs = await pcsOf(copy);
  expect(pcs).toEqual(await pcsOf(original));
  expect(pcs.slice(0, 2)).toEqual(inner(original)[0]!.map(({ pc }) => pc));
});

describe("copies of other machines' cores", () => {
  it("of i386 have the frames gdb sees in the original", async () => {
    const narrow = buildProgram({
      sources: ["crash.cpp"],
      compiler: "i686-linux-gnu-g++",
      flags: ["-g", "-O2"],
      library: ["crashLibrary.c"],
    });
    const original = await coreOf(narrow, ["segv"]);
    const copy = join(folder, "i386.core");
    const { out, err } = await runExhume("redact", original, "-o", copy, "--level", "names");
    expect([err, out.includes("proven")]).toEqual(["", true]);
    expect(gdbStacks(narrow.path, copy)).toEqual(gdbStacks(narrow.path, original));
  });

  it("of aarch64 under qemu, which says neither files nor builds, keep the loader's list and the frames", async () => {
    const arm = buildProgram({
      sources: ["crash.c"],
      compiler: "aarch64-linux-gnu-gcc",
      flags: ["-g", "-O2"],
    });
    const original = await coreOf(arm, ["segv"], "qemu");
    const copy = join(folder, "aarch64.core");
    const files = ["--program", arm.path, "--sysroot", aarch64Root];
    const { out, err } = await runExhume("redact", original, "-o", copy, ...files);
    expect([err, out.includes("proven")]).toEqual(["", true]);
    const inner = (core: string) => gdbStacksOfMachine(aarch64Root, arm.path, core);
    expect(inner(copy)).toEqual(inner(original));
  });

  it("keep who waits for whom where static data lose their numbers", async () => {
    const waiting = buildProgram({ sources: ["waits.c"], compiler: "gcc", flags: ["-g"] });
    const original = await coreOf(waiting, ["abort"]);
    const waitsIn = async (file: string) => {
      const { out } = await runExhume("bt", file, "--all", "--program", waiting.path);
      return out.split("\n").filter((line) => line.startsWith("  waits for"));
    };
    const wanted = await waitsIn(original);
    // The kernel writes threads in the order in which they stopped.
    const kinds = [
      /^ {2}waits for the end of thread \d+, in main/,
      /^ {2}waits for the mutex held .*held by thread/,
    ];
    expect(wanted).toHaveLength(kinds.length);
    for (const kind of kinds) expect(wanted).toContainEqual(expect.stringMatching(kind));
    const copy = join(folder, "waits.core");
    const { out, err } = await runExhume("redact", original, "-o", copy, "--level", "fields");
    expect([err, out.includes("proven")]).toEqual(["", true]);
    expect(await waitsIn(copy)).toEqual(wanted);
  });
});
