import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { findJdks } from "../../build/javaDumps";
import { leakDump, leakDumps } from "../../build/leakDumps";

const jdk = findJdks()[0]!;
const folder = mkdtempSync(join(tmpdir(), "exhume-heap-verbs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function exhume(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle("cli"), ...args, "--no-index"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

function jsonOf(...args: readonly string[]) {
  const { status, stdout } = exhume(...args, "--json");
  return { status, json: JSON.parse(stdout) };
}

describe("suspects", () => {
  it("writes the promised JSON", () => {
    const { status, json } = jsonOf("suspects", leakDump(jdk, "UnboundedCache"));
    expect(status).toBe(0);
    expect(Object.keys(json)).toEqual(["schemaVersion", "suspects"]);
    expect(json.schemaVersion).toBe(1);
    expect(json.suspects).toHaveLength(1);
    const { accumulation, ...suspect } = json.suspects[0];
    expect(suspect).toMatchObject({
      kind: "object",
      objectId: expect.stringMatching(/^0x[0-9a-f]+$/),
      className: "java.util.HashMap",
      objects: 1,
      shape: "unbounded-cache",
      field: { className: "leaks.UnboundedCache$PriceService", name: "quotesByArticle", static: true },
      confidence: "certain",
      path: [
        { className: "leaks.UnboundedCache$PriceService", field: "quotesByArticle" },
        { className: "java.util.HashMap" },
      ],
    });
    expect(suspect.evidence.every((sentence: unknown) => typeof sentence === "string")).toBe(true);
    expect(suspect.share).toBeGreaterThan(0.9);
    expect(accumulation).toEqual({
      objectId: suspect.objectId,
      className: "java.util.HashMap",
      retainedBytes: suspect.retainedBytes,
      elements: 20_000,
    });
  });

  it("is surer of what grew since an earlier dump", () => {
    const [first, , last] = leakDumps(jdk, "Growing", "leak", 3);
    const { json } = jsonOf("suspects", last!, "--baseline", first!);
    const grown = json.suspects.find(({ field }: { field?: { name: string } }) => field?.name === "entries");
    expect(grown.scoreParts.map(({ name }: { name: string }) => name)).toContain("growth");
  });
});

describe("check", () => {
  it("ends with 4 and says which limit is broken and by how much", () => {
    const [first, , last] = leakDumps(jdk, "Growing", "leak", 3);
    const junit = join(folder, "reports/heap.xml");
    const { status, json } = jsonOf("check", first!, last!, "--max-growth", "1MiB", "--junit", junit);
    expect(status).toBe(4);
    expect(json.passed).toBe(false);
    expect(json.limits).toMatchObject([
      { limit: "max-growth", passed: false, allowed: 1_048_576, field: { name: "entries" } },
    ]);
    expect(json.limits[0].found).toBeGreaterThan(3_000 * 1_000);
    expect(existsSync(junit)).toBe(true);
    expect(readFileSync(junit, "utf8")).toMatch(
      /<testsuites tests="1" failures="1">[\s\S]*<failure message="the reachable heap grew/,
    );
  });

  it("passes the same program without the leak, with the strictest limits", () => {
    const [first, , last] = leakDumps(jdk, "Growing", "healthy", 3);
    const limits = ["--max-growth", "64KiB", "--max-class-growth", "32KiB", "--fail-on", "all"];
    const { status, stdout } = exhume("check", first!, last!, ...limits);
    expect(stdout).toMatch(/passed\n$/);
    expect(status).toBe(0);
  });

  it("breaks on a shape of leak, and on a class", () => {
    const [first, , last] = leakDumps(jdk, "Growing", "leak", 3);
    const byClass = exhume("check", first!, last!, "--max-class-growth", "byte[]=1MiB");
    expect(byClass.status).toBe(4);
    expect(byClass.stdout).toMatch(/BROKEN max-class-growth byte\[\]: byte\[\] grew by 2\.9\d MiB/);
    const healthy = leakDump(jdk, "UnboundedCache", "healthy");
    const leaking = leakDump(jdk, "UnboundedCache", "leak");
    const byShape = exhume("check", healthy, leaking, "--max-growth", "1GiB", "--fail-on", "unbounded-cache");
    expect(byShape.status).toBe(4);
    expect(byShape.stdout).toMatch(/BROKEN fail-on unbounded-cache: .*quotesByArticle/);
  });
});

describe("path, threads, query and diff", () => {
  it("answer in JSON", () => {
    const dump = leakDump(jdk, "UnboundedCache");
    const { json: merged } = jsonOf("path", dump, "leaks.UnboundedCache$Quote", "--top", "5");
    expect(merged).toMatchObject({ schemaVersion: 1, followed: 5, total: 20_000 });
    const { json: result } = jsonOf(
      "query",
      dump,
      "SELECT m, m.size FROM java.util.HashMap m WHERE m.size > 10000",
    );
    expect(result).toMatchObject({ schemaVersion: 1, columns: ["m", "m.size"], total: 1 });
    const { json: paths } = jsonOf("path", dump, result.rows[0].objectId);
    expect(paths.paths[0].steps.at(-1)).toMatchObject({
      className: "java.util.HashMap",
      label: "size 20000",
    });
    const { json: kept } = jsonOf("dominators", dump, "leaks.UnboundedCache$Quote");
    expect(kept).toEqual({
      schemaVersion: 1,
      className: "leaks.UnboundedCache$Quote",
      rows: [
        {
          className: "java.util.HashMap$Node",
          objectId: expect.stringMatching(/^0x/),
          dominators: 20_000,
          objects: 20_000,
          retainedBytes: 20_000 * (24 + 320),
        },
      ],
    });
    const { stdout } = exhume("dominators", dump, "leaks.UnboundedCache$Quote", "--through", "java.*");
    // Nothing but the JDK's map is between them and the class that has it in a static field.
    expect(stdout).toMatch(/class leaks\.UnboundedCache\$PriceService +1 +20,000/);
    const { json: threads } = jsonOf("threads", dump);
    expect(
      threads.threads.find(({ name }: { name: string }) => name === "main").frames.length,
    ).toBeGreaterThan(2);
  });

  it("names what grew", () => {
    const dumps = leakDumps(jdk, "Growing", "leak", 3);
    const { status, json } = jsonOf("diff", ...dumps);
    expect(status).toBe(0);
    expect(json.dumps).toHaveLength(3);
    expect(json.growing).toMatchObject([
      { field: { name: "entries" }, grownObjects: 3_000, growsAlways: true },
    ]);
  });
});

describe("bad questions", () => {
  const dump = () => leakDump(jdk, "UnboundedCache");
  it.each<readonly [string, () => readonly string[], number, RegExp]>([
    ["an id no object has", () => ["path", dump(), "0x123456789"], 2, /no object 0x123456789/],
    [
      "a class without objects to follow",
      () => ["dominators", dump(), "no.such.Class"],
      2,
      /no class no\.such\.Class/,
    ],
    ["a class that is not there", () => ["path", dump(), "no.such.Class"], 2, /no class no\.such\.Class/],
    ["a query that is none", () => ["query", dump(), "SELECT FROM"], 2, /column 8/],
    [
      "a misspelt field",
      () => ["query", dump(), "SELECT m.sise FROM java.util.HashMap m"],
      2,
      /no field sise.*size/,
    ],
    ["an unknown shape", () => ["check", dump(), dump(), "--fail-on", "leaks"], 2, /--fail-on knows/],
    ["one dump to compare", () => ["diff", dump()], 2, /later dump is missing/],
    ["a file that is no dump", () => ["suspects", text()], 3, /.+/],
  ])("%s", (_name, args, code, message) => {
    const { status, stdout, stderr } = exhume(...args());
    expect({ status, stdout }).toEqual({ status: code, stdout: "" });
    expect(stderr).toMatch(message);
  });

  function text(): string {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "not a dump\n");
    return file;
  }
});
