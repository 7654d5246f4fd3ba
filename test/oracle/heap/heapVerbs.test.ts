import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundle } from "../../build/bundle";
import { findJdks } from "../../build/javaDumps";
import { leakDump, leakDumps } from "../../build/leakDumps";
import { profiledDump } from "../../build/profiledDump";

const jdk = findJdks()[0]!;
const folder = mkdtempSync(join(tmpdir(), "exhume-heap-verbs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each dump is indexed once, by whoever asks first. */
const saving = ["--index", join(folder, "indexes")];

function exhume(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle("cli"), ...args, ...saving], {
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
    expect(Object.keys(json)).toEqual(["schemaVersion", "verdict", "suspects"]);
    expect(json.verdict.health).toBe("leaks");
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
      confidence: "likely",
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
      label: "size 20,000",
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

  it("shows one object with its entries and references", () => {
    const dump = leakDump(jdk, "UnboundedCache");
    const found = jsonOf("query", dump, "SELECT * FROM java.util.HashMap m WHERE m.size > 10000").json;
    const map = found.rows[0].objectId;
    const { json } = jsonOf("inspect", dump, map, "--start", "19999", "--count", "5");
    const quoteRow = { className: "leaks.UnboundedCache$Quote", retainedBytes: 24 + 320 };
    expect(json).toMatchObject({
      schemaVersion: 1,
      object: { objectId: map, className: "java.util.HashMap", retainedBytes: found.rows[0].cells[2] },
      collection: { kind: "map", size: 20_000 },
      entries: {
        start: 19_998,
        end: 20_000,
        total: 20_000,
        rows: [
          { key: { object: { className: "java.lang.String" } }, value: { object: quoteRow } },
          { key: { object: { className: "java.lang.String" } }, value: { object: quoteRow } },
        ],
      },
    });
    expect(jsonOf("inspect", dump, map, "--incoming").json.incoming).toMatchObject({
      total: 1,
      rows: [{ isClass: true, field: { field: "quotesByArticle", static: true } }],
    });
    const quote = json.entries.rows[0].value.object.objectId;
    const { stdout } = exhume("inspect", dump, quote);
    expect(stdout).toMatch(/^leaks\.UnboundedCache\$Quote @ 0x/);
    expect(stdout).toMatch(/kept alive by: java\.util\.HashMap\$Node @/);
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

describe("lists of a dump", () => {
  it("has loaders below their parents, and classes of the same name", () => {
    const dump = leakDump(jdk, "ClassLoaderLeak");
    const { status, json } = jsonOf("loaders", dump);
    expect(status).toBe(0);
    const boot = json.loaders.find(({ objectId }: { objectId: string }) => objectId === "0x0");
    expect(boot).toMatchObject({ name: "<boot>", classes: expect.any(Number) });
    expect(boot.retainedBytes).toBeUndefined();
    expect(json.duplicateClasses[0].loaders.length).toBeGreaterThan(1);
    const { stdout } = exhume("loaders", dump);
    expect(stdout).toMatch(/^<boot> .+\n {2}platform .+\n {4}app /m);
    expect(stdout).toContain(json.duplicateClasses[0].className);
  });

  it("has duplicate strings with who holds them", () => {
    const dump = leakDump(jdk, "DuplicateStrings");
    const { json } = jsonOf("waste", dump);
    const suspect = jsonOf("suspects", dump).json.suspects.find(
      ({ shape }: { shape?: string }) => shape === "duplicate-strings",
    );
    expect(json.strings.holders[0].holder).toBe(`${suspect.field.className}#${suspect.field.name}`);
    // All but a few of the 30,000 strings are held there, whatever their contents.
    expect(json.strings.holders[0].share).toBeGreaterThan(0.98);
    expect(suspect.path.at(-2)).toMatchObject({ className: "leaks.DuplicateStrings$Reading", field: "unit" });
    const { stdout } = exhume("waste", dump, "--top", "1");
    expect(stdout).toMatch(/Duplicate strings\n.+ held by /);
    expect(stdout).toMatch(/^… [1-9]\d* more$/m);
  });

  it("has collections, the largest first", () => {
    const { json } = jsonOf("collections", leakDump(jdk, "UnboundedCache"));
    expect(json.largest[0]).toMatchObject({ className: "java.util.HashMap", size: 20_000 });
    const maps = json.classes.find(
      ({ className }: { className: string }) => className === "java.util.HashMap",
    );
    expect(maps.elements).toBeGreaterThanOrEqual(20_000);
  });

  it("has the garbage that reachable and all objects differ by", () => {
    const dump = leakDump(jdk, "UnboundedCache");
    const { totals } = jsonOf("analyze", dump).json;
    const { json } = jsonOf("unreachable", dump);
    expect(json.objects).toBe(totals.objects - totals.reachableObjects);
    expect(json.shallowBytes).toBe(totals.shallowBytes - totals.reachableBytes);
  });

  it("has references by kind and the properties of the JVM", () => {
    const dump = leakDump(jdk, "FinalizerQueue");
    const { kinds } = jsonOf("references", dump).json;
    expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual(["soft", "weak", "phantom", "finalizer"]);
    expect(kinds[3].references).toBeGreaterThan(1_000);
    const { rows } = jsonOf("properties", dump).json;
    expect(rows).toContainEqual({
      name: "java.vendor",
      value: expect.any(String),
      source: "system properties",
    });
  });

  it("says that HotSpot records no allocation sites, and lists those of a profiler", () => {
    const { status, stdout } = exhume("allocations", leakDump(jdk, "UnboundedCache"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/no allocation sites/) });
    const profiled = join(folder, "profiled.hprof");
    writeFileSync(profiled, profiledDump());
    const { json } = jsonOf("allocations", profiled);
    expect(json.recorded).toBe(true);
    expect(json.sites[0]).toMatchObject({ objects: 5, classes: [{ className: "int[]", objects: 5 }] });
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
    ["an object to inspect that is not there", () => ["inspect", dump(), "0x7"], 2, /no object 0x7/],
    ["nothing to inspect", () => ["inspect", dump()], 2, /OBJECT is missing/],
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
