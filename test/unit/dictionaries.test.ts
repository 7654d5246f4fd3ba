import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { dictionary } from "../../analyzer/base/dictionary";

const root = resolve(__dirname, "../..");
const constant = /const (\w+): (?:Readonly<)?Record<string, [^;=]+> =\s*(?!dictionary[<(])\S/g;

function faultsOf(file: string, text: string): string[] {
  return [...text.matchAll(constant)].map(([, name]) => `${file}: ${name}`);
}

it("has no table by names from outside in which `constructor` is found", () => {
  const listed = execFileSync("git", ["ls-files", "analyzer"], { cwd: root, encoding: "utf8" });
  const files = listed.split("\n").filter((file) => file.endsWith(".ts"));
  const faults = files.flatMap((file) => faultsOf(file, readFileSync(join(root, file), "utf8")));
  // What is filled while figures are gathered is never looked up by a foreign name.
  expect(faults.filter((fault) => !/: figures$|: shapes$/.test(fault))).toEqual([]);
  expect(faultsOf("x.ts", "const units: Readonly<Record<string, number>> = { b: 1 };")).toEqual([
    "x.ts: units",
  ]);
});

it("finds own names only in a dictionary", () => {
  const units = dictionary({ b: 1 });
  expect(units["b"]).toBe(1);
  for (const name of ["constructor", "toString", "__proto__"]) expect(units[name]).toBeUndefined();
});
