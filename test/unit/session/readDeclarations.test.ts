import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { declarationsOfFolder } from "../../../analyzer/session/sources/declarationsOfFolder";
import { readDeclarations } from "../../../analyzer/session/sources/readDeclarations";
import { bundle } from "../../build/bundle";

let root: string;
let remembered: string;
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "exhume-declarations-"));
  remembered = join(root, "cache/declarations/one.json");
  writeSecretly("A.java", "class Apple {} record Seed(int x) {}");
  write("b/B.kt", "object Berry");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (...files: string[]) => Object.fromEntries(readDeclarations({ root, files, remembered }));
/** Changes what a file says and hides the change: same length, same time. */
const writeSecretly = (file: string, text: string) => {
  write(file, text);
  utimesSync(join(root, file), 1_000_000, 1_000_000);
};

it("reads again only what changed since the last time", () => {
  expect(read("A.java", "b/B.kt")).toEqual({ "A.java": ["Apple", "Seed"], "b/B.kt": ["Berry"] });
  writeSecretly("A.java", "class Grape {} record Seed(int x) {}");
  write("b/B.kt", "object Banana");
  write("C.scala", "trait Cherry");
  expect(read("A.java", "b/B.kt", "C.scala")).toEqual({
    "A.java": ["Apple", "Seed"],
    "b/B.kt": ["Banana"],
    "C.scala": ["Cherry"],
  });
  rmSync(join(root, "C.scala"));
  expect(read("A.java", "b/B.kt")).toEqual({ "A.java": ["Apple", "Seed"], "b/B.kt": ["Banana"] });
});

it("reads everything when what it remembered is damaged or another folder's", () => {
  read("A.java");
  writeSecretly("A.java", "class Grape {} record Seed(int x) {}");
  writeFileSync(remembered, readFileSync(remembered, "utf8").slice(0, -5));
  expect(read("A.java")).toEqual({ "A.java": ["Grape", "Seed"] });
  writeSecretly("A.java", "class Melon {} record Seed(int x) {}");
  writeFileSync(remembered, readFileSync(remembered, "utf8").replace(root, "/elsewhere"));
  expect(read("A.java")).toEqual({ "A.java": ["Melon", "Seed"] });
});

it("answers without a place to remember, and leaves out files that are gone", () => {
  writeFileSync(join(root, "cache"), "a file where the folder should be");
  expect(read("A.java", "gone.java")).toEqual({ "A.java": ["Apple", "Seed"] });
});

it("says the same in a thread of its own", async () => {
  const request = { root, files: ["A.java", "b/B.kt"], remembered };
  const inThread = await declarationsOfFolder(request, dirname(bundle("sourceWorker")));
  expect(inThread).toEqual(await declarationsOfFolder(request, undefined));
  expect(inThread.get("Seed")).toEqual(["A.java"]);
});
