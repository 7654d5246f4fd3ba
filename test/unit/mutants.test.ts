import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

interface Mutant {
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: string;
}

const repository = join(__dirname, "../..");
const path = join(repository, "test/mutation/mutants.json");
const mutants: readonly Mutant[] = JSON.parse(readFileSync(path, "utf8"));

it.each(mutants)("the mutant “$what” has its place and its tests", ({ file, find, replace, tests }) => {
  expect(readFileSync(join(repository, file), "utf8").split(find)).toHaveLength(2);
  expect(replace).not.toBe(find);
  expect(existsSync(join(repository, tests)), tests).toBe(true);
});
