import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { completeSums, newContentSums } from "../../../analyzer/heap/graph/columns/contentSums";
import { type Heap, type ObjectIndex, virtualRoot } from "../../../analyzer/heap/heap";
import { openHeap } from "../../../analyzer/heap/hprof/contents/openHeap";
import { fingerprintOf } from "../../../analyzer/heap/hprof/index/indexFile";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { IndexStore } from "../../../analyzer/session/index/indexStore";
import { openBytes } from "../../build/openBytes";
import { smallDump } from "../../build/smallDump";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-index-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everything a heap says, as plain data. */
function everything(heap: Heap): unknown {
  const nodes = Array.from({ length: heap.nodeCount }, (_, k) => k as ObjectIndex);
  return {
    roots: heap.roots,
    threads: heap.threads,
    top: heap.dominatedBy(virtualRoot, 0, 100),
    classes: Array.from({ length: heap.classes.count }, (_, k) => [
      heap.classes.nameOf(k as never),
      heap.classes.idOf(k as never),
      heap.classes.retainedBytesOf(k as never),
      heap.classes.staticFieldsOf(k as never),
    ]),
    nodes: nodes.map((node) => [
      heap.idOf(node),
      heap.shallowSizeOf(node),
      heap.retainedSizeOf(node),
      heap.immediateDominatorOf(node),
      heap.referencesOf(node),
      heap.fieldsOf(node),
    ]),
  };
}

async function saved(store: IndexStore) {
  const { heap, columns: built, source } = await openBytes(smallDump().build());
  const contentSums = newContentSums(source.byteLength);
  completeSums(source, contentSums, unwatched);
  const columns = { ...built, contentSums };
  const fingerprint = fingerprintOf(source, "");
  const problems = new ProblemList();
  store.save(columns, fingerprint, problems, unwatched);
  expect(problems.toArray()).toEqual([]);
  return { heap, columns, source, fingerprint, path: store.pathOf(fingerprint) };
}

describe("a saved index", () => {
  it("opens as the same heap and leaves nothing else behind", async () => {
    const store = new IndexStore(folder);
    const { heap, source, fingerprint, path } = await saved(store);
    const problems = new ProblemList();
    const { columns, stored } = store.load(fingerprint, source, problems, unwatched)!;
    expect(problems.toArray()).toEqual([]);
    expect(everything(openHeap(columns, source, FileSource.attach(stored)))).toEqual(everything(heap));
    expect(readdirSync(folder)).toEqual([path.slice(folder.length + 1)]);
  });

  it("holds no contents of the dump", async () => {
    const store = new IndexStore(folder);
    const { path } = await saved(store);
    expect(readFileSync(path).includes(Buffer.from("Hei"))).toBe(false);
  });

  it.each([
    ["cut", (path: string) => truncateSync(path, statSync(path).size - 100), "is cut off"],
    ["cut within its header", (path: string) => truncateSync(path, 10), "is cut off"],
    ["of something else", (path: string) => writeFileSync(path, "x".repeat(5000)), "is not one of Exhume's"],
    ["of another version", (path: string) => change(path, 8), "was written by another version"],
    ["with a changed description", (path: string) => change(path, 60), "is damaged"],
    ["with a changed column", (path: string) => change(path, statSync(path).size - 12), "is damaged"],
  ])("%s is reported, deleted and not used", async (_, damage, words) => {
    const store = new IndexStore(folder);
    const { source, fingerprint, path } = await saved(store);
    damage(path);
    const problems = new ProblemList();
    expect(store.load(fingerprint, source, problems, unwatched)).toBeUndefined();
    expect(problems.toArray()[0]).toMatchObject({ code: "index-rebuilt", losesData: false });
    expect(problems.toArray()[0]!.message).toContain(words);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of another dump under the right name is stale", async () => {
    const store = new IndexStore(folder);
    const { columns, source, fingerprint } = await saved(store);
    store.save(columns, "0123456789abcdef", new ProblemList(), unwatched);
    writeFileSync(store.pathOf(fingerprint), readFileSync(store.pathOf("0123456789abcdef")));
    const problems = new ProblemList();
    expect(store.load(fingerprint, source, problems, unwatched)).toBeUndefined();
    expect(problems.toArray()[0]!.message).toContain("belongs to another dump");
  });

  it("is found for a copy of the dump, not for a changed one", async () => {
    const bytes = smallDump().build();
    const { source } = await openBytes(bytes);
    const copy = await openBytes(bytes.slice());
    expect(fingerprintOf(copy.source, "")).toBe(fingerprintOf(source, ""));
    expect(fingerprintOf(source, "compact-headers")).not.toBe(fingerprintOf(source, ""));
    const changed = bytes.slice();
    changed[changed.length - 40]! ^= 1;
    expect(fingerprintOf((await openBytes(changed)).source, "")).not.toBe(fingerprintOf(source, ""));
  });

  it("makes room by the time of last use, and cleans up after killed writers", async () => {
    const { columns, path } = await saved(new IndexStore(folder));
    const size = statSync(path).size;
    writeFileSync(join(folder, "0123456789abcdef.exhume-index.999999999.part"), "half");
    const store = new IndexStore(folder, size * 2.5);
    utimesSync(path, 1, 1);
    store.save(columns, "aaaaaaaaaaaaaaaa", new ProblemList(), unwatched);
    store.save(columns, "bbbbbbbbbbbbbbbb", new ProblemList(), unwatched);
    expect(readdirSync(folder).sort()).toEqual([
      "aaaaaaaaaaaaaaaa.exhume-index",
      "bbbbbbbbbbbbbbbb.exhume-index",
    ]);
    const file = store.pathOf("aaaaaaaaaaaaaaaa");
    expect(store.delete("aaaaaaaaaaaaaaaa")).toEqual([{ file, bytes: size }]);
    expect(store.delete("aaaaaaaaaaaaaaaa")).toEqual([]);
  });

  it("is kept beside files of others, which stay when room is made and after killed writers", async () => {
    const { columns, path } = await saved(new IndexStore(folder));
    const others = ["film.part", "film.12.part", "mine.exhume-index", "x.exhume-index.99.part", "notes.txt"];
    for (const name of others) {
      writeFileSync(join(folder, name), "of others");
      utimesSync(join(folder, name), 1, 1);
    }
    new IndexStore(folder, 1).save(columns, "aaaaaaaaaaaaaaaa", new ProblemList(), unwatched);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(["aaaaaaaaaaaaaaaa.exhume-index", ...others].sort());
  });

  it("is never written through a link that lies in its way", async () => {
    const store = new IndexStore(folder);
    const elsewhere = mkdtempSync(join(tmpdir(), "exhume-elsewhere-"));
    const target = join(elsewhere, "target");
    const { columns, source, fingerprint, path } = await saved(store);
    writeFileSync(target, "of others");
    symlinkSync(target, `${path}.${process.pid}.part`);
    store.begin(fingerprint);
    expect(readFileSync(target, "utf8")).toBe("of others");
    rmSync(`${path}.${process.pid}.part`);
    symlinkSync(target, `${path}.${process.pid}.part`);
    store.save(columns, fingerprint, new ProblemList(), unwatched);
    expect(readFileSync(target, "utf8")).toBe("of others");
    // An index behind a link is read, and nothing is noted in it.
    renameSync(path, target);
    symlinkSync(target, path);
    utimesSync(target, 1, 1);
    const before = readFileSync(target);
    const identity = new Uint8Array(32).fill(7);
    expect(store.load(fingerprint, source, new ProblemList(), unwatched, identity)).toBeDefined();
    expect(readFileSync(target)).toEqual(before);
    expect(statSync(target).mtimeMs).toBe(1000);
    rmSync(elsewhere, { recursive: true });
  });

  it("that cannot be written is a problem, not a failure", async () => {
    const { columns } = await saved(new IndexStore(folder));
    const file = join(folder, "file");
    writeFileSync(file, "");
    const problems = new ProblemList();
    new IndexStore(join(file, "below")).save(columns, "cccccccccccccccc", problems, unwatched);
    expect(problems.toArray()[0]).toMatchObject({ code: "index-not-saved", losesData: false });
  });
});

function change(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 0x55;
  writeFileSync(path, bytes);
}
