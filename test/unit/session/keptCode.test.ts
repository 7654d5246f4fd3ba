import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

/** In a process of its own each time: V8 remembers what it compiled in one. */
const runner = `
const [, , keptCode, file, folder, user] = process.argv;
if (user) process.getuid = () => Number(user);
const program = require(keptCode).loadProgram(file, "bt", folder);
process.stdout.write(program.exports.says());
program.keepCode();
`;

let built: string;
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), "exhume-kept-"));
  writeFileSync(join(built, "runner.cjs"), runner);
  buildSync({
    entryPoints: [resolve(__dirname, "../../../analyzer/session/files/keptCode.ts")],
    bundle: true,
    platform: "node",
    outfile: join(built, "keptCode.cjs"),
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "exhume-code-"));
  folder = join(root, "cache", "code");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function programSaying(word: string): string {
  const file = join(root, `${word}.cjs`);
  writeFileSync(
    file,
    `(function (exports, require, module, __filename, __dirname) { exports.says = () => "${word}"; })\n`,
  );
  return file;
}

/** Runs a program and keeps its code. @returns what it says */
function runOf(file: string, ...user: readonly string[]): string {
  const args = [join(built, "runner.cjs"), join(built, "keptCode.cjs"), file, folder, ...user];
  return execFileSync(process.execPath, args, { encoding: "utf8" });
}

/**
 * Code of a program that says "false" under the name of that of a program that says "right": V8 itself would take it, the
 * sources have the same length.
 * @returns the file of the code, and the program that says "right"
 */
function forge() {
  const right = programSaying("right");
  runOf(right);
  const [name] = readdirSync(folder);
  const wrong = programSaying("false");
  runOf(wrong);
  const other = readdirSync(folder).find((found) => found !== name);
  const kept = join(folder, name!);
  renameSync(join(folder, other!), kept);
  return { kept, right };
}

describe("the compiled code of a program", () => {
  it("is kept for this user alone, and once", () => {
    const file = programSaying("right");
    expect(runOf(file)).toBe("right");
    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    const kept = join(folder, name!);
    const before = lstatSync(kept, { bigint: true });
    expect([lstatSync(folder).mode & 0o777, Number(before.mode) & 0o777]).toEqual([0o700, 0o600]);
    expect(runOf(file)).toBe("right");
    expect(lstatSync(kept, { bigint: true }).ino).toBe(before.ino);
  });

  // Without this the tests below would show nothing.
  it("is what runs the next time", () => {
    const { right } = forge();
    expect(runOf(right)).toBe("false");
  });

  it.each<[string, (kept: string) => void]>([
    ["others may read or write it", (kept) => chmodSync(kept, 0o622)],
    ["others may write into its folder", () => chmodSync(folder, 0o722)],
    [
      "it is a link",
      (kept) => {
        renameSync(kept, join(root, "elsewhere"));
        symlinkSync(join(root, "elsewhere"), kept);
      },
    ],
    [
      "its folder is a link",
      () => {
        renameSync(folder, join(root, "elsewhere"));
        symlinkSync(join(root, "elsewhere"), folder);
      },
    ],
    [
      "a bit of it was flipped",
      (kept) => {
        const bytes = readFileSync(kept);
        bytes[bytes.length >> 1]! ^= 4;
        writeFileSync(kept, bytes);
      },
    ],
    ["it was cut off", (kept) => writeFileSync(kept, readFileSync(kept).subarray(0, -100))],
    ["it is empty", (kept) => writeFileSync(kept, "")],
  ])("is not run where %s", (_, change) => {
    const { kept, right } = forge();
    change(kept);
    expect(runOf(right)).toBe("right");
  });

  it("is not run where it belongs to somebody else", () => {
    const { right } = forge();
    // Whoever runs the tests is that somebody: the code is asked for as another user.
    expect(runOf(right, String(process.getuid!() + 1))).toBe("right");
  });

  it("is made anew where it was damaged, and where the program changed", () => {
    const file = programSaying("right");
    runOf(file);
    const kept = join(folder, readdirSync(folder)[0]!);
    const whole = readFileSync(kept);
    writeFileSync(kept, whole.subarray(0, 100));
    runOf(file);
    expect(readFileSync(kept).length).toBe(whole.length);
    copyFileSync(programSaying("other"), file);
    expect(runOf(file)).toBe("other");
    expect(readdirSync(folder).length).toBe(2);
  });

  it("takes the room of a few programs, and none for what killed processes left", () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const begun = (pid: number) => `bt-00000000-1.code.${pid}.part`;
    const strange = "notes.txt";
    for (const name of [begun(999_999_999), begun(process.pid), strange])
      writeFileSync(join(folder, name), "x");
    for (let at = 0; at < 14; at++) writeFileSync(join(folder, `bt-0000000${at.toString(16)}-1.code`), "x");
    runOf(programSaying("right"));
    const names = readdirSync(folder);
    expect(names.filter((name) => name.endsWith(".code")).length).toBe(12);
    expect(names).toEqual(expect.arrayContaining([begun(process.pid), strange]));
    expect(names).not.toContain(begun(999_999_999));
  });

  it("is not kept, and the program runs, where no folder can be made", () => {
    folder = "/proc/self/fdinfo/exhume/code";
    expect(runOf(programSaying("right"))).toBe("right");
  });

  it.each(["cache/code", "cache"])("is not kept, and the program runs, where %s is a file", (name) => {
    const inTheWay = join(root, name);
    mkdirSync(dirname(inTheWay), { recursive: true });
    writeFileSync(inTheWay, "a file");
    expect(runOf(programSaying("right"))).toBe("right");
    expect(readFileSync(inTheWay, "utf8")).toBe("a file");
  });
});
