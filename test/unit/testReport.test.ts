import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");

/** Two files: hooks that fail, and an input that never ends. */
const files = (corpus: string) => ({
  "vitest.config.mjs": `export default { test: { name: "own", include: ["*.test.ts"] } };`,
  "hooks.test.ts": `
    import { beforeAll, describe, expect, it } from "vitest";
    describe("of a JVM 11", () => {
      beforeAll(() => {
        throw new Error("no JVM here");
      });
      it("is not run", () => expect(1).toBe(1));
    });
    it("is wrong", () => expect(1).toBe(2));
    it("is right", () => expect(1).toBe(1));
  `,
  "endless.test.ts": `
    import { it } from "vitest";
    import { Watchdog } from "${join(root, "test/fuzz/watchdog")}";
    it("goes on", () => {
      new Watchdog(${JSON.stringify(corpus)}, 0.1).begin(Buffer.from("endless"));
      for (;;);
    });
  `,
});

it("the report of a run has what hooks threw, and what was being read when a watchdog ended a worker", () => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  // Vitest has to be found from here.
  const folder = mkdtempSync(join(root, ".cache/report-"));
  try {
    const [report, corpus] = [join(folder, "report.json"), join(folder, "corpus")];
    for (const [name, text] of Object.entries(files(corpus))) writeFileSync(join(folder, name), text);
    const reporters = ["--reporter=dot", `--reporter=${join(root, ".scripts/testReport.mjs")}`];
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, ...reporters],
      { encoding: "utf8", timeout: 50_000, env: { ...process.env, EXHUME_TEST_REPORT: report } },
    );
    expect(status).toBe(1);
    const [own, errors, ...others] = JSON.parse(readFileSync(report, "utf8"));
    expect(others).toEqual([]);
    expect(own).toMatchObject({ name: "own", passed: 1, failed: 3 });
    expect(own.failures.sort()).toEqual([
      "endless.test.ts > goes on (pending)",
      expect.stringMatching(/^hooks\.test\.ts > is wrong \(failed\)\nAssertionError: expected 1 to be 2/),
      expect.stringMatching(/^hooks\.test\.ts > of a JVM 11\nError: no JVM here\n +at .*hooks\.test\.ts:5:/),
      "hooks.test.ts > of a JVM 11 > is not run (skipped)",
    ]);
    expect(errors).toMatchObject({ name: "errors", passed: 0, failed: 1 });
    const saved = readdirSync(corpus);
    expect(saved.map((name) => readFileSync(join(corpus, name), "utf8"))).toEqual(["endless"]);
    expect(stderr).toContain(`${join(corpus, saved[0]!)}: did not end in 0.1 s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
