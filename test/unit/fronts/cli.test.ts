import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function exhume(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle("cli"), ...args], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

describe("a log of no form that is known", () => {
  const lines = [
    "2026-11-28 07:00:00 INFO login of ada.lovelace@mail.example.org ok",
    "\x1b[31mERROR\x1b[0m connect jdbc:postgresql://app:Tr0ub4dor@db.example.org/shop failed",
    "DB_PASSWORD=Hunter2secret",
    "жена logged in",
    "",
  ];

  it("is scanned line by line, and its values and controls stay out of the terminal", () => {
    const { code, out, err } = exhume("scan", file("app.log", lines.join("\n")));
    expect([code, err]).toEqual([0, ""]);
    for (const row of ["email", "named-value", "url-password"])
      expect(out).toMatch(new RegExp(`^${row} +1 `, "m"));
    for (const value of ["lovelace", "Tr0ub4dor", "Hunter2secret", "\x1b"]) expect(out).not.toContain(value);
  });

  it("is copied without secrets, and the report says that all else is readable", () => {
    const out = join(folder, "copy.log");
    const done = exhume("redact", file("app2.log", lines.join("\n")), "-o", out);
    expect([done.code, done.err]).toEqual([0, ""]);
    expect(done.out).toContain("Everything else is readable");
    const copy = readFileSync(out, "utf8").split("\n");
    expect(copy.length).toBe(lines.length);
    expect(copy[0]).toBe("2026-11-28 07:00:00 INFO login of ***************************** ok");
    expect(copy[2]).toBe("DB_PASSWORD=*************");
    expect(copy[3]).toBe("жена logged in");
  });

  it("is a dump to no other verb, and what is not text to none", () => {
    expect(exhume("analyze", file("app3.log", lines.join("\n"))).err).toContain("is not a dump");
    expect(exhume("scan", file("noise.log", new Uint8Array([1, 2, 3, 0, 5]))).err).toContain("is not a dump");
  });
});

describe("exhume analyze", () => {
  it("prints JSON of the stated schema and nothing else on standard output", () => {
    const path = file("chain.hprof", chainDump(100));
    const { code, out } = exhume("analyze", path, "--json", "--no-index");
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual([
      "schemaVersion",
      "dump",
      "sizeModel",
      "totals",
      "reachability",
      "classes",
      "dominators",
      "problems",
    ]);
    expect(report.schemaVersion).toBe(1);
    expect(report.dump).toMatchObject({ path, kind: "heap", idSize: 8 });
    expect(report.totals).toMatchObject({ objects: 100, classes: 3, gcRoots: 2 });
    expect(report.classes.find((row: { name: string }) => row.name === "com.example.Link")).toMatchObject({
      loader: "<boot>",
      objects: 100,
    });
    expect(Object.keys(report.dominators[0])).toEqual([
      "objectId",
      "className",
      "shallowBytes",
      "retainedBytes",
    ]);
    const roots = report.dominators.reduce(
      (sum: number, row: { retainedBytes: number }) => sum + row.retainedBytes,
      0,
    );
    expect(roots).toBe(report.totals.reachableBytes);
  });

  it("prints a report for people", () => {
    const { code, out } = exhume("analyze", file("text.hprof", chainDump(100)), "--top", "1", "--no-index");
    expect(code).toBe(0);
    expect(out).toMatch(/Biggest objects/);
    expect(out).toMatch(/class com\.example\.Link/);
  });

  it("ends with 1 when totals are lower bounds", () => {
    const bytes = chainDump(100);
    const { code, out } = exhume(
      "analyze",
      file("cut.hprof", bytes.subarray(0, bytes.length - 500)),
      "--json",
      "--no-index",
    );
    expect(code).toBe(1);
    expect(JSON.parse(out).problems[0]).toMatchObject({
      code: expect.any(String),
      offset: expect.any(Number),
    });
  });

  it("ends with 2 on wrong usage and says how it is used", () => {
    for (const args of [
      ["analyze"],
      ["analyze", "--nonsense"],
      ["nonsense"],
      ["analyze", "x", "--top", "0"],
    ]) {
      const { code, out, err } = exhume(...args);
      expect({ args, code, out }).toEqual({ args, code: 2, out: "" });
      expect(err).toMatch(/Usage|The verbs/);
    }
  });

  it("ends with 3 on what is no dump or cannot be read, naming the file", () => {
    const empty = file("empty.hprof", "");
    const text = file("text.txt", "hello");
    const locked = file("locked.hprof", chainDump(1));
    chmodSync(locked, 0);
    const paths = [empty, text, folder, join(folder, "gone")];
    // Root reads files without permission too.
    if (process.getuid?.() !== 0) paths.push(locked);
    for (const path of paths) {
      const { code, out, err } = exhume("analyze", path, "--json");
      expect({ path, code, out }).toEqual({ path, code: 3, out: "" });
      expect(err).toContain(path);
    }
  });

  it("says in a sentence what the system refuses, and that a size is none", () => {
    const path = file("index.hprof", chainDump(100));
    const notFolder = file("notFolder", "");
    const { code, err } = exhume("analyze", path, "--index", notFolder);
    expect(code).toBe(3);
    expect(err).toMatch(/^exhume analyze: .*notFolder.* cannot be read: not a directory\.\n$/);
    expect(exhume("analyze", path, "--memory", "5constructor")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--memory takes a size such as 8MiB, not 5constructor."),
    });
  });

  it("says what a dump does not have when a verb is not for its format", () => {
    const text = file(
      "status.txt",
      "Name:\tjava\nUmask:\t0022\nState:\tS (sleeping)\nPid:\t7\nVmRSS:\t 4096 kB\n",
    );
    for (const [verb, absent] of [
      ["threads", "threads"],
      ["loaders", "class loaders"],
      ["dominators", "graph of objects"],
    ] as const) {
      const { code, out, err } = exhume(verb, text, "X");
      expect({ verb, code, out }).toEqual({ verb, code: 3, out: "" });
      expect(err).toBe(`exhume ${verb}: ${text}: a saved text has no ${absent}.\n`);
    }
  });
});
