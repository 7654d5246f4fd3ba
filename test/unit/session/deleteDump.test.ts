import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dumpKeyOf } from "../../../analyzer/session/dumps/dumpTraces";
import { NoteStore } from "../../../analyzer/session/dumps/noteStore";
import { deleteSavedIndex } from "../../../analyzer/session/index/savedIndex";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";

let folder: string;
const inFolder = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-delete-"));
  vi.stubEnv("XDG_CACHE_HOME", inFolder("cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function index(dump: string, indexDirectory: string, sizeModel?: string): Promise<void> {
  const store = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
  const session = await store.open(dump, { indexDirectory, ...(sizeModel !== undefined && { sizeModel }) });
  await session.ready();
  await store.dispose();
}

const indexesIn = (name: string) =>
  existsSync(inFolder(name)) ? readdirSync(inFolder(name)).filter((each) => each.endsWith("index")) : [];

const note = { id: "1", title: "t", text: "text", changedMs: 1 };

describe("deleting a dump", () => {
  it("deletes its indexes in every folder and under every option, and its notes, and nothing else", async () => {
    const dump = inFolder("a.hprof");
    const other = inFolder("b.hprof");
    const packed = inFolder("c.hprof.gz");
    writeFileSync(dump, chainDump(100));
    writeFileSync(other, chainDump(200));
    writeFileSync(packed, gzipSync(chainDump(300)));
    await index(dump, inFolder("one"));
    await index(dump, inFolder("one"), "uncompressed-oops");
    await index(dump, inFolder("two"));
    await index(other, inFolder("one"));
    await index(packed, inFolder("two"));
    new NoteStore(dump, inFolder("three")).write(note);
    new NoteStore(other, inFolder("three")).write(note);
    expect([indexesIn("one").length, indexesIn("two").length]).toEqual([3, 2]);
    // An index of what the file was before.
    writeFileSync(dump, chainDump(101));
    await index(dump, inFolder("one"));
    // A list somebody tampered with.
    writeFileSync(inFolder("precious"), "x");
    for (const kind of ["index", "notes", "constructor"])
      appendFileSync(
        inFolder("cache/exhume/traces"),
        `${JSON.stringify([dumpKeyOf(dump), kind, inFolder("precious")])}\nnonsense\n`,
      );

    const { deleted, freedBytes } = deleteSavedIndex(dump, {}, true);
    expect(deleted).toHaveLength(6);
    expect(freedBytes).toBeGreaterThan(chainDump(101).length);
    expect([indexesIn("one").length, indexesIn("two").length]).toEqual([1, 1]);
    expect(readdirSync(inFolder("three/notes"))).toHaveLength(1);
    expect([existsSync(dump), existsSync(inFolder("precious"))]).toEqual([false, true]);

    expect(deleteSavedIndex(packed, {}, false).deleted).toHaveLength(1);
    expect([indexesIn("two").length, existsSync(packed)]).toEqual([0, true]);
    expect(new NoteStore(other, inFolder("three")).list()).toEqual([note]);
    expect(deleteSavedIndex(other, { indexDirectory: inFolder("one") }, true).deleted).toHaveLength(3);
  });

  it("writes down no path of a dump", async () => {
    const dump = inFolder("secret-customer.hprof");
    writeFileSync(dump, chainDump(10));
    await index(dump, inFolder("one"));
    expect(readFileSync(inFolder("cache/exhume/traces"), "utf8")).not.toContain("secret-customer");
  });
});
