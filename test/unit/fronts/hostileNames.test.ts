import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliRun, runExhume } from "../../build/cli";
import { hostileFieldDump, hostileNamesDump } from "../../build/hostileDump";
import { HprofBuilder } from "../../build/hprofBuilder";

let folder: string;
const dump = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-hostile-"));
  writeFileSync(dump("names.hprof"), hostileNamesDump());
  writeFileSync(dump("field.hprof"), hostileFieldDump());
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What would drive a terminal. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function expectHarmless({ out, err }: CliRun): void {
  for (const line of `${out}${err}`.split("\n")) expect(line).not.toMatch(controls);
}

describe("a hostile dump on the command line", () => {
  it.each([
    ["analyze", "names.hprof"],
    ["suspects", "names.hprof"],
    ["suspects", "field.hprof"],
    ["query", "names.hprof", "SELECT o FROM INSTANCEOF java.lang.Object o"],
    ["inspect", "names.hprof", "0x300000"],
    ["path", "names.hprof", "0x300100"],
    ["dominators", "names.hprof", "byte[]"],
    ["loaders", "names.hprof"],
    ["waste", "names.hprof"],
    ["diff", "field.hprof", "names.hprof"],
    ["triage", "names.hprof"],
  ])("%s writes lines of text and no escape sequence", async (verb, ...args) => {
    const files = args.map((arg) => (arg.endsWith(".hprof") ? dump(arg) : arg));
    expectHarmless(await runExhume(verb, ...files, "--no-index"));
  });

  it("shows the name as it is, with its controls as escapes, in one row", async () => {
    const { out } = await runExhume("analyze", dump("names.hprof"), "--no-index");
    const rows = out.split("\n").filter((line) => line.includes("ZXZpbA=="));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows)
      expect(row).toContain(
        "\\x1b]0;PWNED\\x07\\x1b[2J\\x1b[31mRed\\x1b]52;c;ZXZpbA==\\x07\\x9b1m\\r\\nBROKEN LINE\\u202e",
      );
  });

  it("shows the text of a string with its controls as escapes", async () => {
    const builder = new HprofBuilder();
    const text = "\u001b[2Jgone\nnext";
    const fields = [
      ["value", "object"],
      ["coder", "byte"],
    ] as const;
    builder.class(0x10n, "java/lang/String", { fields }).root("sticky-class", 0x10n);
    builder.instance(0x100n, 0x10n, { value: 0x200n, coder: 0 }).root("jni-global", 0x100n);
    builder.primitiveArray(0x200n, "byte", [...new TextEncoder().encode(text)]);
    writeFileSync(dump("text.hprof"), builder.build());
    const run = await runExhume(
      "query",
      dump("text.hprof"),
      "select toString(s) from java.lang.String s",
      "--no-index",
    );
    expectHarmless(run);
    expect(run.out).toContain("\\x1b[2Jgone\\nnext");
  });

  it("says what is not a file without obeying it", async () => {
    const run = await runExhume("analyze", dump("\u001b[2Jgone\nhprof"));
    expect(run.code).toBe(3);
    expectHarmless(run);
    expect(run.err).toContain("\\x1b[2Jgone\\nhprof");
    const verb = await runExhume("\u001b[2J");
    expectHarmless(verb);
    expect(verb.err).toContain("\\x1b[2J");
  });

  it("keeps JSON exact and free of raw controls", async () => {
    const run = await runExhume("analyze", dump("names.hprof"), "--no-index", "--json");
    expectHarmless(run);
    const { classes } = JSON.parse(run.out) as { classes: { name: string }[] };
    expect(classes.map(({ name }) => name)).toContain(
      "com.evil.\u001b]0;PWNED\u0007\u001b[2J\u001b[31mRed\u001b]52;c;ZXZpbA==\u0007\u009b1m\r\nBROKEN LINE\u202e",
    );
  });
});
