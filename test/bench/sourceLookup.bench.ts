import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unwatched } from "../../analyzer/base/work";
import { folderTree } from "../../analyzer/session/sources/folderTree";
import { SourceService } from "../../analyzer/session/sources/sourceService";
import { indexDeclarations } from "../../analyzer/sources/declarationIndex";
import { indexSources } from "../../analyzer/sources/sourceIndex";
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
  await measure("opening the workspace (blocks nobody)", () => service.setRoots([root], true));
  const first = await measure("first lookup, names listed", () => find("com.corp.m250.Type42"));
  expect(first.locations).toHaveLength(1);
  await measure("next lookup", () => find("com.corp.m251.Type43"));
  await measure("same lookup", () => find("com.corp.m251.Type43"));
  const beside = await measure("class in another class's file, same package", () =>
    find("com.corp.m8.Hidden8"),
  );
  expect(beside.locations).toHaveLength(1);
  await measure("first class of the JDK, archives listed", () => find("java.util.HashMap"));
  const index = await indexSources(folderTree(root), unwatched);
  await measure("all declarations, read file by file in this thread", () =>
    indexDeclarations(index, unwatched),
  );
  const missing = await measure("first class that is nowhere, declarations read", () =>
    find("org.other.Nothing"),
  );
  expect(missing.locations).toHaveLength(0);
  const later = new SourceService(environment, workers);
  later.setRoots([root], true);
  await later.answers["source/class"]({ className: "java.util.HashMap" }, unwatched);
  await measure("the same in the next window, declarations remembered", () =>
    later.answers["source/class"]({ className: "org.other.Nothing" }, unwatched),
  );
  await measure("next class that is nowhere", () => find("org.other.Nothing2"));
  const path = join(root, "module0/src/main/java/com/corp/m0/Type0.java");
  service.filesChanged([{ path, kind: "created" }]);
  await measure("lookup after a file was created", () => find("com.corp.m251.Type44"));
  await measure("class that is nowhere after a file was created", () => find("org.other.Nothing3"));
});
