import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import type { ClassIndex } from "../../../analyzer/heap/heap";
import { bundle } from "../../build/bundle";
import { findJdks } from "../../build/javaDumps";
import { startLanguageClient, type TestClient } from "../../build/languageClient";
import { leakDump } from "../../build/leakDumps";
import { openFile } from "../../build/openFile";

const jdk = findJdks()[0]!;
let client: TestClient;
/** An object of the leaking program's dump that the healthy one's does not have. */
let foreignId: string;
let dumpPath: string;

beforeAll(async () => {
  client = await startLanguageClient();
  dumpPath = leakDump(jdk, "UnboundedCache", "healthy");
  const here = await openFile(dumpPath);
  const elsewhere = await openFile(leakDump(jdk, "UnboundedCache", "leak"));
  const quotes = elsewhere.classes.findByName("leaks.UnboundedCache$Quote")[0] as ClassIndex;
  elsewhere.forEachInstance(quotes, (object) => {
    const id = elsewhere.idOf(object);
    if (here.indexOf(id) !== undefined) return true;
    foreignId = formatHex(id);
    return false;
  });
});
afterAll(() => client.stop());

const answer = () => new RegExp(`his dump has no object ${foreignId}; ids hold for one dump only`);

it.each<readonly [string, () => readonly string[]]>([
  ["path", () => ["path", dumpPath, foreignId]],
  ["query", () => ["query", dumpPath, `SELECT * FROM ${foreignId}`]],
])("exhume %s says that the dump has no such object", (_verb, args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle("cli"), ...args(), "--no-index"], {
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(answer());
});

it("the views that a link opens are told the same", async () => {
  const { dump } = await client.send("dump/open", { path: dumpPath });
  const object = { dump, objectId: foreignId };
  const asked = [
    client.send("heap/inspect", object),
    client.send("heap/paths", object),
    client.send("heap/dominatorPath", object),
    client.send("heap/incoming", { ...object, start: 0, count: 10 }),
  ];
  for (const { reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[]) {
    expect(reason).toMatchObject({ message: expect.stringMatching(answer()), data: { code: "notFound" } });
  }
});
