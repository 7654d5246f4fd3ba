import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { gdbStacksOfMachine } from "../../build/gdb";
import { openCore } from "../../build/openCore";

/** The folder that `EXHUME_PUBLIC_CORES` names. README.md tells where the files come from. */
const folder = process.env["EXHUME_PUBLIC_CORES"] ?? "";

const cores: readonly (readonly [core: string, program: string, onlyGdb: number])[] = [
  ...["aarch64", "ppc", "s390x", "s390"].map(
    (name) => [`backtrace.${name}.core`, `backtrace.${name}.exec`, 0] as const,
  ),
  ["backtrace.ppc64le.fp.core", "backtrace.ppc64le.fp.exec", 1],
  ...["mips64el-gnuabi64", "mipsel-gnuabio32", "ppc64le", "s390x"].map(
    (name) => [`linux-${name}.core`, `linux-${name}.out`, 0] as const,
  ),
];

const refused: readonly (readonly [core: string, whose: RegExp])[] = [
  ["backtrace.sparc.core", /a big-endian 64-bit SPARC process/],
  ["backtrace.x32.core", /an x32 \(32-bit pointers on x86-64\) process/],
  ["testfile-m68k-core", /a big-endian Motorola 68000 process/],
  ["linux-mips64el-gnuabin32.core", /a MIPS n32 \(32-bit pointers on 64-bit MIPS\) process/],
];

/** What LLDB's tests expect of the thread that got the signal. */
const netbsd: readonly (readonly [name: string, functions: readonly string[], threads: number])[] = [
  ["1lwp_SIGSEGV", ["bar:3", "foo:8", "main:13"], 1],
  ["2lwp_t2_SIGSEGV", ["bar:7", "foo:12", "lwp_main:17"], 2],
  ["2lwp_process_SIGSEGV", ["bar:12", "foo:17", "lwp_main:22"], 2],
];

/** @throws when the folder or the file is not there: nothing would be compared. */
function publicFile(name: string): string {
  const found = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).find(
        (entry) => entry.isFile() && entry.name === name,
      )
    : undefined;
  if (found === undefined)
    throw new Error(`EXHUME_PUBLIC_CORES names no folder with ${name}; README.md says what goes into it`);
  return join(found.parentPath, name);
}

it.each(cores)("%s has gdb's frames", async (name, programName, onlyGdb) => {
  const core = publicFile(name);
  const program = publicFile(programName);
  const context = await openCore(core, { program });
  let missing = 0;
  for (const thread of context.image.threads) {
    const own = backtraceOf(context, thread).frames.filter(({ inlined }) => inlined !== true);
    const judged = gdbStacksOfMachine("/nonexistent", program, core)
      .find(({ lwp }) => lwp === thread.lwp)!
      .frames.filter(({ pc, kind }) => (kind === "normal" || kind === "signal") && BigInt(pc) !== 0n);
    const common = Math.min(own.length, judged.length);
    const pcs = (frames: readonly { readonly pc: string }[]) =>
      frames.slice(0, common).map(({ pc }) => BigInt(pc));
    expect(pcs(own)).toEqual(pcs(judged));
    missing += judged.length - common;
  }
  expect(missing).toBe(onlyGdb);
});

it.each(refused)("%s is refused by name", async (name, whose) => {
  const thrown: unknown = await openCore(publicFile(name)).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ExhumeError);
  expect(`${thrown}`).toMatch(whose);
});

it.each(netbsd.flatMap((each) => ["amd64", "aarch64"].map((machine) => [machine, ...each] as const)))(
  "NetBSD's %s core %s has the frames that LLDB expects",
  async (machine, name, functions, threads) => {
    const program = publicFile(`${name}.${machine}`);
    const context = await openCore(publicFile(`${name}.${machine}.core`), { program });
    expect(context.image.threads).toHaveLength(threads);
    const [first] = context.image.threads;
    expect([first!.lwp, first!.signal]).toEqual([threads, 11]);
    const { frames } = backtraceOf(context, first!);
    expect(frames.slice(0, 3).map(({ function: called, line }) => `${called}:${line}`)).toEqual(functions);
  },
);
