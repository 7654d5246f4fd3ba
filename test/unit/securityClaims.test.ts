import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(__dirname, "../..");
const text = readFileSync(join(root, "SECURITY.md"), "utf8");

interface Claim {
  readonly claim: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** A claim begins with a dash; its tests follow as `file`: *title*. */
const claims: readonly Claim[] = text
  .slice(text.indexOf("## What is defended"), text.indexOf("## What is not"))
  .split(/^- /m)
  .slice(1)
  .map((claim) => ({
    claim: claim.split(/\.\s/, 1)[0]!,
    tests: [...claim.replaceAll(/\s+/g, " ").matchAll(/`(test\/[^`]+)`: \*([^*]+)\*/g)].map(
      ([, file, title]) => ({ file: file!, title: title! }),
    ),
  }));

describe("SECURITY.md", () => {
  it("makes claims", () => expect(claims.length).toBeGreaterThan(10));

  it.each(claims)("claims only what a test holds: $claim", ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, title } of tests) {
      expect(existsSync(join(root, file)), file).toBe(true);
      // As the title of a test, not of a comment; a boolean, so that a failure does not print the file.
      const isThere = new RegExp(`\\(\\s*["\`]${escaped(title)}["\`]`).test(
        readFileSync(join(root, file), "utf8"),
      );
      expect([file, title, isThere]).toEqual([file, title, true]);
    }
  });

  it("says how to report", () => expect(text).toMatch(/^## Reporting$/m));
});

function escaped(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
