import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";

const draft: ProgramDraft = {
  sources: ["crash.cpp"],
  compiler: "g++",
  flags: ["-g", "-O2"],
  library: ["crashLibrary.c"],
};
const folder = mkdtempSync(join(tmpdir(), "exhume-verbs-"));
let program: string;
let core: string;

beforeAll(async () => {
  const built = buildProgram(draft);
  program = built.path;
  core = await coreOf(built, ["threads", "6"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function exhume(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle("cli"), ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/** Every key of every object of a list, to hold a schema to the letter. */
function keysOf(rows: readonly object[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
}

const promised = ["file", "function", "guessed", "inlined", "line", "module", "pc"];

describe("bt", () => {
  it("prints the crashing thread, then with --all every one, in the promised JSON", () => {
    const one = JSON.parse(exhume("bt", core, "--json").stdout);
    expect(one.threads).toHaveLength(1);
    const { status, stdout } = exhume("bt", core, "--all", "--json");
    expect(status).toBe(0);
    const all = JSON.parse(stdout);
    expect(Object.keys(all)).toEqual(["schemaVersion", "headline", "signal", "threads"]);
    expect(all.schemaVersion).toBe(1);
    expect(all.signal).toEqual({ name: "SIGSEGV", code: "SEGV_MAPERR", address: "0x8" });
    expect(all.threads).toHaveLength(8);
    expect(all.threads[0]).toEqual(one.threads[0]);
    // Threads that sleep on a lock or the like say so.
    const ofThreads = keysOf(all.threads).filter((key) => key !== "wait");
    expect(ofThreads).toEqual(["crashed", "frames", "lwp", "name", "stopped"]);
    const frames = all.threads.flatMap(({ frames: own }: { frames: object[] }) => own);
    // The rest say something of single frames, as where a thread happened to be.
    const ofSome = ["tailCall", "scanned", "unverified", "mismatched", "restsOn"];
    expect(keysOf(frames).filter((key) => !ofSome.includes(key))).toEqual(promised);
    for (const { pc } of frames) expect(pc).toMatch(/^0x[0-9a-f]+$/);
    expect(all.threads.filter(({ crashed }: { crashed: boolean }) => crashed)).toHaveLength(1);
  });

  it("prints text for people", () => {
    const { stdout } = exhume("bt", core);
    expect(stdout).toMatch(
      /^SIGSEGV reading 0x8 in price_of at crash\.cpp:34.*\n\nSIGSEGV: Segmentation fault: address 0x8 is not mapped\n/,
    );
    expect(stdout).toMatch(/#0 {3}0x[0-9a-f]+ price_of at .*crash\.cpp:34 \(inlined\)/);
  });

  it("opens packed cores as if they were not", () => {
    const expected = exhume("bt", core, "--all", "--json").stdout;
    for (const [tool, args, suffix] of [
      ["gzip", ["-c"], "gz"],
      ["zstd", ["-qc"], "zst"],
      ["lz4", ["-qc"], "lz4"],
    ] as const) {
      const path = join(folder, `core.${suffix}`);
      writeFileSync(path, spawnSync(tool, [...args, core], { maxBuffer: 1 << 28 }).stdout);
      expect(exhume("bt", path, "--all", "--json").stdout, tool).toBe(expected);
    }
  });
});

describe("modules", () => {
  it("tells found modules with build ids", () => {
    const { status, stdout } = exhume("modules", core, "--json");
    expect(status).toBe(0);
    const { schemaVersion, modules } = JSON.parse(stdout);
    expect(schemaVersion).toBe(1);
    const own = modules.find(({ kind }: { kind: string }) => kind === "executable");
    expect(own).toMatchObject({ status: "found", path: program, file: program, buildId: own.fileBuildId });
    expect(exhume("modules", core).stdout).toContain(own.buildId);
  });
});

describe("analyze", () => {
  it("says what happened in one sentence and groups threads", () => {
    const { status, stdout } = exhume("analyze", core, "--json");
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schemaVersion: 1, dump: { kind: "core", architecture: "x86_64" } });
    expect(report.headline).toMatch(
      /^SIGSEGV reading 0x8 in price_of at crash\.cpp:34, thread \d+ \(1 of 8\)$/,
    );
    expect(report.threads.map(({ lwps }: { lwps: number[] }) => lwps.length).sort()).toEqual([1, 1, 6]);
    expect(exhume("analyze", core).stdout).toContain(report.headline);
  });
});

describe("exit codes", () => {
  it("say what was wrong", () => {
    const cut = join(folder, "cut");
    copyFileSync(core, cut);
    truncateSync(cut, Math.floor(readFileSync(core).length * 0.7));
    const truncated = exhume("bt", cut, "--json");
    expect(truncated.status).toBe(1);
    expect(truncated.stderr).toContain("are missing");
    expect(JSON.parse(truncated.stdout).threads[0].frames.length).toBeGreaterThan(0);
    const other = buildProgram({ ...draft, flags: ["-g", "-O0"] }).path;
    const refused = exhume("bt", core, "--program", other);
    expect([refused.status, refused.stdout]).toEqual([2, ""]);
    const executable = JSON.parse(exhume("modules", core, "--json").stdout).modules.find(
      ({ kind }: { kind: string }) => kind === "executable",
    );
    expect(refused.stderr).toMatch(
      /is not what crashed: its build id is [0-9a-f]{40}, the process ran [0-9a-f]{40}/,
    );
    expect(refused.stderr).toContain(executable.buildId);
    expect(exhume("bt", program).status).toBe(3);
    expect(exhume("bt").status).toBe(2);
  });
});
