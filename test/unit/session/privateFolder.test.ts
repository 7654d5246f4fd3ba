import {
  chmodSync,
  chownSync,
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
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

  it.runIf(process.getuid!() === 0)("is another one where it belongs to somebody else", () => {
    mkdirSync(usual, { mode: 0o700 });
    chownSync(usual, 65534, 65534);
    expect(privateFolder(parent).isUsual).toBe(false);
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
