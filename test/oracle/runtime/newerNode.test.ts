import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
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
});
