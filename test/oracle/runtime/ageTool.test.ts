import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";
import { exhumeJson, runExhume } from "../../build/cli";

/** Judges: the program age itself, which others encrypt with. */
const folder = mkdtempSync(join(tmpdir(), "exhume-age-tool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);
const dump = Buffer.from(chainDump(20_000));

function run(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

/** On a terminal, typing each line of the answers. */
const typing = (answers: string, ...command: readonly string[]) =>
  run("python3", join(__dirname, "../../build/typed.py"), answers, ...command);

let recipient: string;
beforeAll(() => {
  writeFileSync(inFolder("dump.hprof"), dump);
  run("gzip", "-k", inFolder("dump.hprof"));
  run("age-keygen", "-o", inFolder("key"));
  recipient = run("age-keygen", "-y", inFolder("key")).trim();
});

interface Analysed {
  readonly totals: { readonly objects: number };
}

const objectsIn = async (...args: readonly string[]) =>
  (await exhumeJson<Analysed>("analyze", ...args, "--no-index")).totals.objects;

describe("what the program age encrypts", () => {
  it.each([
    ["a dump", "dump.hprof", []],
    ["a packed dump", "dump.hprof.gz", []],
    ["a dump as text", "dump.hprof", ["-a"]],
  ])("opens: %s", async (what, name, options) => {
    const file = inFolder(`${what}.age`);
    run("age", "-r", recipient, ...options, "-o", file, inFolder(name));
    expect(await objectsIn(file, "-i", inFolder("key"))).toBe(20_000);
    expect((await runExhume("decrypt", file, "-i", inFolder("key"), "-o", `${file}.out`)).code).toBe(0);
    expect(Buffer.compare(readFileSync(`${file}.out`), readFileSync(inFolder(name)))).toBe(0);
    expect(statSync(`${file}.out`).mode & 0o777).toBe(0o600);
  });

  it("opens with the passphrase typed, which is not shown, and is not asked for where nobody sits", async () => {
    const file = inFolder("passphrase.age");
    typing("correct horse\ncorrect horse", "age", "-p", "-o", file, inFolder("dump.hprof"));
    const shown = typing("wrong horse\ncorrect horse", process.execPath, bundle("cli"), "analyze", file);
    expect(shown).toMatch(/Passphrase of .*\[typed\]\s+Passphrase of .*\[typed\]/);
    expect(shown).toContain("20,000 objects");
    expect(shown).not.toContain("horse");
    const { code, err } = await runExhume("analyze", file);
    expect(code).toBe(3);
    expect(err).toContain("its passphrase is needed");
  });
});

describe("the program age opens", () => {
  it("a dump encrypted to a file of recipients", async () => {
    writeFileSync(inFolder("recipients"), `# the team\n${recipient}\n`);
    const file = inFolder("ours.age");
    const { code } = await runExhume(
      "encrypt",
      inFolder("dump.hprof"),
      "-R",
      inFolder("recipients"),
      "-o",
      file,
    );
    expect(code).toBe(0);
    run("age", "-d", "-i", inFolder("key"), "-o", inFolder("ours.hprof"), file);
    expect(Buffer.compare(readFileSync(inFolder("ours.hprof")), dump)).toBe(0);
  });

  it("a dump encrypted with a passphrase", () => {
    const file = inFolder("ours-typed.age");
    const command = [process.execPath, bundle("cli"), "encrypt", inFolder("dump.hprof"), "-p", "-o", file];
    expect(typing("battery\nbattery", ...command)).not.toContain("battery");
    typing("battery", "age", "-d", "-o", inFolder("ours-typed.hprof"), file);
    expect(Buffer.compare(readFileSync(inFolder("ours-typed.hprof")), dump)).toBe(0);
  });

  it("a redacted copy that was never on the disk unencrypted", async () => {
    const file = inFolder("redacted.age");
    const { code } = await runExhume("redact", inFolder("dump.hprof"), "-r", recipient, "-o", file);
    expect(code).toBe(0);
    run("age", "-d", "-i", inFolder("key"), "-o", inFolder("redacted.hprof"), file);
    expect(await objectsIn(inFolder("redacted.hprof"))).toBe(20_000);
  });
});
