import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unwatched } from "../../analyzer/base/work";
import { declarationsOfFolder } from "../../analyzer/session/sources/declarationsOfFolder";
import { folderTree } from "../../analyzer/session/sources/folderTree";
import { SourceService } from "../../analyzer/session/sources/sourceService";
import { indexDeclarations } from "../../analyzer/sources/declarationIndex";
import { filesOf, indexSources } from "../../analyzer/sources/sourceIndex";
import { bundle } from "../build/bundle";

/** A workspace of 50,000 source files in 500 modules, as large monorepos have them. */
const modules = 500;
const filesPerModule = 100;
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "exhume-bench-"));
  const filler = "  /* something to read */ void method() { call(1, 2, 3); }\n".repeat(60);
  for (let module = 0; module < modules; module++) {
    const packageName = `com.corp.m${module}`;
    const folder = join(root, `module${module}/src/main/java/com/corp/m${module}`);
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < filesPerModule; file++) {
      const name = `Type${file}`;
      const second = file === 7 ? `class Hidden${module} { int x; }\n` : "";
      writeFileSync(
        join(folder, `${name}.java`),
        `package ${packageName};\npublic class ${name} {\n  int field${file};\n${filler}}\n${second}`,
      );
    }
  }
}, 300_000);

afterAll(() => rmSync(root, { recursive: true, force: true }), 300_000);

async function measure<Result>(what: string, step: () => Result | Promise<Result>): Promise<Result> {
  const begin = performance.now();
  const result = await step();
  console.log(`${what.padEnd(50)} ${(performance.now() - begin).toFixed(1).padStart(9)} ms`);
  return result;
}

it("looks classes up among 50,000 files", async () => {
  const environment = { HOME: root, XDG_CACHE_HOME: join(root, "cache") };
  const workers = dirname(bundle("sourceWorker"));
  const service = new SourceService(environment, workers);
  const find = (className: string) => service.answers["source/class"]({ className }, unwatched);
  await measure("opening the workspace (blocks nobody)", () => service.setRoots([root]));
  const first = await measure("first lookup, names listed", () => find("com.corp.m250.Type42"));
  expect(first.locations).toHaveLength(1);
  await measure("next lookup", () => find("com.corp.m251.Type43"));
  await measure("same lookup", () => find("com.corp.m251.Type43"));
  const beside = await measure("class in another class's file, same package", () =>
    find("com.corp.m8.Hidden8"),
  );
  expect(beside.locations).toHaveLength(1);
  const missing = await measure("first class that is nowhere, declarations read", () =>
    find("org.other.Nothing"),
  );
  expect(missing.locations).toHaveLength(0);
  await measure("next class that is nowhere", () => find("org.other.Nothing2"));
  const path = join(root, "module0/src/main/java/com/corp/m0/Type0.java");
  service.filesChanged([{ path, kind: "created" }]);
  await measure("lookup after a file was created", () => find("com.corp.m251.Type44"));
  await measure("class that is nowhere after a file was created", () => find("org.other.Nothing3"));
});

it("reads all declarations of 50,000 files", async () => {
  const index = await indexSources(folderTree(root), unwatched);
  const files = [...filesOf(index)];
  const workers = dirname(bundle("sourceWorker"));
  const request = { root, files, remembered: join(root, "cache/declarations.json") };
  await measure("file by file in the analyzer's own thread", () => indexDeclarations(index, unwatched));
  await measure("in a thread of its own", () => declarationsOfFolder(request, workers));
  await measure("again, all remembered", () => declarationsOfFolder(request, workers));
  writeFileSync(join(root, files[0]!), "class Changed {}");
  const found = await measure("again, one file changed", () => declarationsOfFolder(request, workers));
  expect(found.get("Changed")).toEqual([files[0]]);
});
