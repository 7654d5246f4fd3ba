import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(__dirname, "../..");
const text = readFileSync(join(root, "SECURITY.md"), "utf8");

interface NamedTest {
  readonly file: string;
  readonly title: string;
}

interface Claim {
  readonly claim: string;
  readonly tests: readonly NamedTest[];
}

/** Tests are named as `file`: *title*. */
function testsIn(markdown: string): NamedTest[] {
  return [...markdown.replaceAll(/\s+/g, " ").matchAll(/`(test\/[^`]+)`: \*([^*]+)\*/g)].map(
    ([, file, title]) => ({ file: file!, title: title! }),
  );
}

/** A claim begins with a dash; its tests follow. */
const claims: readonly Claim[] = text
  .slice(text.indexOf("## What is defended"), text.indexOf("## What is not"))
  .split(/^- /m)
  .slice(1)
  .map((claim) => ({
    claim: claim.split(/\.\s/, 1)[0]!,
    tests: testsIn(claim),
  }));

describe("SECURITY.md", () => {
  it("makes claims", () => expect(claims.length).toBeGreaterThan(10));

  it.each(claims)("claims only what a test holds: $claim", ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const test of tests) expectThere(test);
  });

  it("says how to report", () => expect(text).toMatch(/^## Reporting$/m));
});

/** Rows of the table of kinds. */
const kinds = readFileSync(join(root, "test/README.md"), "utf8")
  .split("## Kinds of attack")[1]!
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .map((line) => ({ kind: line.slice(2, line.indexOf(" |")), tests: testsIn(line) }));

describe("the kinds of attack", () => {
  it("are several", () => expect(kinds.length).toBeGreaterThan(12));

  it.each(kinds)("have tests that hold them: $kind", ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const test of tests) expectThere(test);
  });
});

function expectThere({ file, title }: NamedTest): void {
  expect(existsSync(join(root, file)), file).toBe(true);
  // As the title of a test, not of a comment; a boolean, so that a failure does not print the file.
  const isThere = new RegExp(`\\(\\s*["\`]${escaped(title)}["\`]`).test(
    readFileSync(join(root, file), "utf8"),
  );
  expect([file, title, isThere]).toEqual([file, title, true]);
}

function escaped(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
