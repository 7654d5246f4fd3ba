import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { privateFolder, removeLeftovers } from "../../../analyzer/session/files/privateFolder";

let parent: string;
let usual: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "exhume-private-"));
  usual = join(parent, `exhume-${process.getuid!()}`);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const dead = "999999999-a-b";

describe("the folder of temporary files", () => {
  it("is this user's alone, and the same each time", () => {
    expect(privateFolder(parent)).toEqual({ path: usual, isUsual: true });
    expect(lstatSync(usual).mode & 0o777).toBe(0o700);
    expect(privateFolder(parent)).toEqual({ path: usual, isUsual: true });
  });

  it.each<[string, (victims: string) => void]>([
    ["a link to somebody's folder", (victims) => symlinkSync(victims, usual)],
    ["a link to nothing", () => symlinkSync(join(parent, "nowhere"), usual)],
    ["a file", () => writeFileSync(usual, "")],
    [
      "a folder others may write into",
      () => {
        mkdirSync(usual);
        chmodSync(usual, 0o777);
      },
    ],
  ])("is another one where its name is %s", (_, squat) => {
    const victims = join(parent, "victims");
    mkdirSync(victims);
    writeFileSync(join(victims, dead), "precious");
    squat(victims);
    const before = lstatSync(usual);
    const { path, isUsual } = privateFolder(parent);
    expect(isUsual).toBe(false);
    expect(path.startsWith(`${usual}-`)).toBe(true);
    expect(lstatSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path)).toEqual([]);
    expect(lstatSync(usual).ino).toBe(before.ino);
    expect(existsSync(join(victims, dead))).toBe(true);
  });

  it("is another one where it belongs to somebody else", async () => {
    // Whoever runs the tests is that somebody: the folder is asked for as another user.
    const another = process.getuid!() + 1;
    const asked = vi.spyOn(process, "getuid").mockReturnValue(another);
    try {
      vi.resetModules();
      const asAnother = await import("../../../analyzer/session/files/privateFolder");
      mkdirSync(join(parent, `exhume-${another}`), { mode: 0o700 });
      expect(asAnother.privateFolder(parent).isUsual).toBe(false);
    } finally {
      asked.mockRestore();
    }
  });

  it("loses what dead processes left, and nothing else", () => {
    const { path } = privateFolder(parent);
    const write = (name: string, mode = 0o600) => writeFileSync(join(path, name), "x", { mode });
    write(dead);
    write(`${process.pid}-a-b`);
    write("999999999.report");
    write("999999998-a-b", 0o644);
    const elsewhere = join(parent, "precious");
    writeFileSync(elsewhere, "x", { mode: 0o600 });
    symlinkSync(elsewhere, join(path, "999999997-a-b"));
    removeLeftovers(path);
    expect(readdirSync(path).sort()).toEqual(
      [`${process.pid}-a-b`, "999999997-a-b", "999999998-a-b", "999999999.report"].sort(),
    );
    expect(existsSync(elsewhere)).toBe(true);
  });
});
