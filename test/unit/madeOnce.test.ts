import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "exhume-made-once-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Locks lie two folders above the program. */
const program = join(folder, "test/build/program.cjs");
beforeAll(() => {
  const contents = `
    import { appendFileSync, writeFileSync } from "node:fs";
    import { join } from "node:path";
    import { folderMadeOnce } from "./madeOnce";
    const [, , folder, log, ending] = process.argv;
    folderMadeOnce(folder, (fresh) => {
      appendFileSync(log, "made ");
      if (ending === "killed") process.kill(process.pid, "SIGKILL");
      writeFileSync(join(fresh, "whole"), "");
    });
  `;
  const stdin = { contents, resolveDir: join(__dirname, "../build") };
  buildSync({ stdin, outfile: program, bundle: true, platform: "node", logLevel: "warning" });
});

const start = (made: string, log: string, ...more: readonly string[]) =>
  spawn(process.execPath, [program, made, log, ...more], { stdio: ["ignore", "pipe", "inherit"] });

const exitOf = async (child: ChildProcess) => {
  const [code, signal] = await once(child, "exit");
  return code ?? signal;
};

it("what several processes want at the same time is made by one of them, and is whole for all", async () => {
  const [made, log] = [join(folder, "wanted"), join(folder, "wanted.log")];
  const exits = await Promise.all([1, 2, 3].map(() => exitOf(start(made, log))));
  expect(exits).toEqual([0, 0, 0]);
  expect(readFileSync(log, "utf8")).toBe("made ");
  expect(readdirSync(made)).toEqual(["whole"]);
});

it("what a killed process left is made anew, by one of those that waited", async () => {
  const [made, log] = [join(folder, "left"), join(folder, "left.log")];
  expect(await exitOf(start(made, log, "killed"))).toBe("SIGKILL");
  expect(existsSync(made)).toBe(false);
  expect(await Promise.all([1, 2].map(() => exitOf(start(made, log))))).toEqual([0, 0]);
  expect(readFileSync(log, "utf8")).toBe("made made ");
  expect(readdirSync(made)).toEqual(["whole"]);
  expect(readdirSync(join(folder, ".cache/locks"))).toEqual([]);
});
