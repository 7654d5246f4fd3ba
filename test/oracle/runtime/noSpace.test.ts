import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";
import { requireTool } from "../../build/nativePrograms";

let folder: string;
beforeAll(() => {
  requireTool("unshare", "apt-get install util-linux");
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command line where `full` is a file system of one mebibyte of its own, in a mount namespace. */
function exhumeBesideFullDisk(...args: string[]): { code: number | null; out: string; err: string } {
  const script = 'mount -t tmpfs -o size=1m tmpfs "$1" && export TMPDIR="$1" && shift && exec "$@"';
  const command = ["sh", "-c", script, "sh", folder, process.execPath, bundle("cli"), ...args];
  const { status, stdout, stderr } = spawnSync("unshare", ["--map-root-user", "--mount", ...command], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

describe("a full disk", () => {
  it("is named when a packed dump cannot be unpacked; nothing crashes", () => {
    const dumps = mkdtempSync(join(tmpdir(), "exhume-test-"));
    const path = join(dumps, "chain.hprof.gz");
    writeFileSync(path, gzipSync(chainDump(50_000)));
    const { code, out, err } = exhumeBesideFullDisk("analyze", path, "--json", "--no-index");
    rmSync(dumps, { recursive: true });
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toMatch(/No space left in .*MiB needed/);
  });

  it("costs the saved index, not the analysis", () => {
    const dumps = mkdtempSync(join(tmpdir(), "exhume-test-"));
    const path = join(dumps, "chain.hprof");
    writeFileSync(path, chainDump(50_000));
    const { code, out } = exhumeBesideFullDisk("analyze", path, "--json", "--index", folder);
    rmSync(dumps, { recursive: true });
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.totals.objects).toBe(50_000);
    expect(report.problems.map(({ message }: { message: string }) => message).join()).toMatch(
      /index was not saved.*no space/,
    );
  });
});
