import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { buildProgram, coreOf } from "../../build/nativePrograms";
import { newerNode } from "../../build/newerNode";

const sample = resolve(__dirname, "../../sample/workspace/recon.hprof.gz");

function report(node: string): unknown {
  const out = execFileSync(node, [bundle("cli"), "analyze", sample, "--json", "--no-index"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return JSON.parse(out);
}

describe("the analyzer on Node 24", () => {
  it("says the same of a real dump as on the Node that runs the tests", () => {
    const node = newerNode();
    expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(/^v24\./);
    const newer = report(node);
    expect(newer).toEqual(report(process.execPath));
    expect(newer).toMatchObject({ dump: { kind: "heap" } });
  });

  it("says the same of a core, with code of an earlier run and without, and nothing of its own", async () => {
    const program = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O0"] });
    const core = await coreOf(program, ["segv"]);
    const home = mkdtempSync(join(tmpdir(), "exhume-node-"));
    const env = { PATH: process.env["PATH"], XDG_CACHE_HOME: home };
    const stacks = (node: string) => spawnSync(node, [bundle("cli"), "bt", core], { encoding: "utf8", env });
    try {
      const runs = [process.execPath, newerNode()].flatMap((node) => [stacks(node), stacks(node)]);
      for (const { status, stderr, stdout } of runs)
        expect([status, stderr, stdout]).toEqual([0, "", runs[0]!.stdout]);
      expect(runs[0]!.stdout).toContain("last_id at ");
      expect(readdirSync(join(home, "exhume/code")).length).toBe(2);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
