import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeFolder } from "../../../../analyzer/session/files/makeFolder";

const folder = mkdtempSync(join(tmpdir(), "exhume-folders-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("makes what is missing, with its mode, and leaves what is there", () => {
  const deep = join(folder, "a/b/c");
  makeFolder(deep, 0o700);
  for (const made of [deep, join(folder, "a"), join(folder, "a/b")])
    expect(statSync(made).mode & 0o777).toBe(0o700);
  mkdirSync(join(folder, "open"), { mode: 0o755 });
  makeFolder(join(folder, "open"), 0o700);
  expect(statSync(join(folder, "open")).mode & 0o777).toBe(0o755);
});

it("goes through a link to a folder", () => {
  symlinkSync(folder, join(folder, "link"));
  makeFolder(join(folder, "link/below"));
  expect(statSync(join(folder, "below")).isDirectory()).toBe(true);
});

it("fails where a file or a dead link has the name", () => {
  writeFileSync(join(folder, "file"), "");
  symlinkSync(join(folder, "nowhere"), join(folder, "dead"));
  expect(() => makeFolder(join(folder, "file"))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(folder, "dead"))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(folder, "file/below"))).toThrow(/ENOTDIR/);
});

it("ends where nobody can make a folder", () => {
  expect(() => makeFolder("/proc/exhume/below/it")).toThrow(/ENOENT|EROFS|EACCES|EPERM/);
});
