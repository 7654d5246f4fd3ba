import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";

/** Users with nothing in common. */
const users = [65_533, 65_534];

let shared: string;
beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), "exhume-users-"));
  chmodSync(shared, 0o755);
  mkdirSync(join(shared, "tmp"));
  chmodSync(join(shared, "tmp"), 0o1777);
  // The bundles and Node may lie where only their owner looks.
  cpSync(join(bundle("cli"), ".."), join(shared, "dist"), { recursive: true });
  copyFileSync(process.execPath, join(shared, "node"));
  writeFileSync(join(shared, "dump.hprof.gz"), gzipSync(chainDump(100)));
});
afterEach(() => rmSync(shared, { recursive: true, force: true }));

/** Becoming another user takes root, or sudo: without either the test fails. */
const isRoot = process.getuid!() === 0;

function analyzeAs(user: number) {
  const home = join(shared, "tmp", `home-${user}`);
  const options = {
    env: { PATH: process.env["PATH"], TMPDIR: join(shared, "tmp"), HOME: home, XDG_CACHE_HOME: home },
    encoding: "utf8" as const,
    ...(isRoot ? { uid: user, gid: user } : {}),
  };
  const args = [join(shared, "dist/cli.js"), "analyze", join(shared, "dump.hprof.gz"), "--json"];
  const [command, ...first] = isRoot ? [] : ["sudo", "-nE", "-u", `#${user}`];
  const { status, stdout, stderr } = spawnSync(
    command ?? join(shared, "node"),
    [...first, ...(isRoot ? [] : [join(shared, "node")]), ...args],
    options,
  );
  return { status, stderr, objects: /"objectCount":\s*(\d+)|"objects":\s*(\d+)/.exec(stdout)?.[0] };
}

describe("two users of one machine", () => {
  it("open a packed dump each, in folders of their own", () => {
    const [first, second] = users.map(analyzeAs);
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(second).toEqual(first);
    const folders = readdirSync(join(shared, "tmp")).filter((name) => name.startsWith("exhume-"));
    expect(folders.sort()).toEqual(users.map((user) => `exhume-${user}`).sort());
  });

  it("lose nothing to a link under the name of the other's folder", () => {
    const [user] = users as [number];
    const victims = join(shared, "victims");
    mkdirSync(victims);
    writeFileSync(join(victims, "999999999-a-b"), "precious");
    chmodSync(victims, 0o777);
    for (const name of ["exhume-unpacked", `exhume-${user}`]) symlinkSync(victims, join(shared, "tmp", name));
    expect(analyzeAs(user)).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(victims, "999999999-a-b"))).toBe(true);
    expect(readdirSync(victims)).toEqual(["999999999-a-b"]);
    // The folder made instead is gone with its file.
    expect(readdirSync(join(shared, "tmp")).filter((name) => name.startsWith(`exhume-${user}-`))).toEqual([]);
  });
});
