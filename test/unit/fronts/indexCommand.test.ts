import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../../analyzer/fronts/cli/main";
import { bundle } from "../../build/bundle";
import { smallDump } from "../../build/smallDump";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-index-verb-"));
  writeFileSync(join(folder, "heap.bin"), smallDump().build());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function exhume(...args: string[]) {
  let out = "";
  let err = "";
  const terminal = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    isInteractive: false,
    columns: 100,
  };
  const workerFolder = join(bundle("dumpWorker"), "..");
  const code = await runCli({ args, terminal, workerFolder, signal: new AbortController().signal });
  return { code, out, err };
}

describe("exhume index", () => {
  it("makes an index that the next opening uses, and deletes it", async () => {
    const dump = join(folder, "heap.bin");
    const cache = join(folder, "cache");
    const made = await exhume("index", dump, "--index", cache, "--json");
    expect(made).toMatchObject({ code: 0 });
    const { schemaVersion, index, bytes } = JSON.parse(made.out);
    expect(schemaVersion).toBe(1);
    expect(bytes).toBeGreaterThan(100);
    expect(existsSync(index)).toBe(true);
    const first = await exhume("analyze", dump, "--no-index", "--json");
    const again = await exhume("analyze", dump, "--index", cache, "--json");
    expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
    const deleted = await exhume("index", dump, "--index", cache, "--delete", "--json");
    // The answers that were kept beside it go too.
    const { deleted: files, freedBytes } = JSON.parse(deleted.out);
    expect(files).toEqual([index, index.replace(/index$/, "answers")]);
    expect(freedBytes).toBeGreaterThan(bytes);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("refuses cores, texts and --no-index", async () => {
    const text = join(folder, "notes.txt");
    writeFileSync(text, "nothing to see here\n");
    expect((await exhume("index", text)).code).toBe(3);
    expect((await exhume("index", join(folder, "heap.bin"), "--no-index")).code).toBe(2);
    expect((await exhume("index")).code).toBe(2);
  });
});
