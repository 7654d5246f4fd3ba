import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import type { DumpSession } from "../../../analyzer/session/dumpSession";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { writeAdversarialDump } from "../../build/adversarialDumps";
import { bundle } from "../../build/bundle";

let folder: string;
let path: string;
let store: SessionStore;
let steps: Set<string>;
const objects = 100_000;
const recordBytes = 1 + 8 + 4 + 8 + 4 + 16;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-changed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  path = join(folder, "dump.hprof");
  rmSync(join(folder, "index"), { recursive: true, force: true });
  rmSync(path, { force: true });
  writeAdversarialDump(path, "list", objects);
  // Whole seconds can be put back as they were.
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  steps = new Set();
  store = new SessionStore({
    workerFolder: dirname(bundle("dumpWorker")),
    onState: (_, state) => state.state === "indexing" && steps.add(state.step.replace(/[ (]\d.*/, "")),
  });
});
afterEach(() => store.dispose());

async function opened(file = path, useSavedIndex = true): Promise<DumpSession> {
  const session = await store.open(file, { indexDirectory: join(folder, "index"), useSavedIndex });
  await session.ready();
  return session;
}

async function summaryOf(session: DumpSession) {
  const { totals, fromSavedIndex } = await session.ask("heap/summary", {});
  return { totals, fromSavedIndex };
}

/** Zeros between two of the 64 samples an index is found by, size and time as they were. @returns where their middle is */
function zeroInPlace(file: string): number {
  const { atime, mtime, size } = statSync(file);
  const sampleBytes = 4096;
  const sampleAt = (k: number) => Math.floor(((size - sampleBytes) * k) / 63);
  const from = sampleAt(32) + sampleBytes;
  const hole = sampleAt(33) - from;
  const fd = openSync(file, "r+");
  writeSync(fd, new Uint8Array(hole), 0, hole, from);
  closeSync(fd);
  utimesSync(file, atime, mtime);
  return from + hole / 2;
}

async function faultOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error: unknown) => (error instanceof ExhumeError ? error.fault : error),
  );
}

const instances = { start: 0, count: 200, sort: { column: "retainedBytes", descending: true } } as const;
const idOf = (k: number) => `0x${(0x7_0000_0000n + BigInt(k) * 24n).toString(16)}`;

describe("a dump that was changed after it was indexed", () => {
  it("in place, between two openings of it, is indexed again, and a problem says why", async () => {
    const first = await opened();
    const before = await summaryOf(first);
    await store.dispose();
    zeroInPlace(path);
    const again = await opened();
    const answer = await summaryOf(again);
    expect(answer.fromSavedIndex).toBe(false);
    expect(answer.totals).not.toEqual(before.totals);
    expect(again.problems.filter(({ code }) => code === "index-rebuilt")).toMatchObject([
      { message: expect.stringContaining("the dump was changed since; the dump was indexed again") },
    ]);
    const fresh = await opened(path, false);
    expect(answer.totals).toEqual((await summaryOf(fresh)).totals);
  });

  it("not at all, is opened with its index: compared when it is a copy, at once the next time", async () => {
    const before = await summaryOf(await opened());
    expect(before.fromSavedIndex).toBe(false);
    await store.dispose();
    // Times tell nothing of a file that was written to a moment ago.
    await wait(2100);
    const copy = join(folder, "copy.hprof");
    copyFileSync(path, copy);
    await wait(2100);
    const comparing = "Comparing the dump with its saved index";
    expect(await summaryOf(await opened(copy))).toEqual({ ...before, fromSavedIndex: true });
    expect([...steps]).toContain(comparing);
    await store.dispose();
    steps.clear();
    expect(await summaryOf(await opened(copy))).toEqual({ ...before, fromSavedIndex: true });
    expect([...steps]).not.toContain(comparing);
  });

  it("in place, while it is open, gives no row of what is there now", async () => {
    const session = await opened();
    const zeroed = idOf(Math.floor(zeroInPlace(path) / recordBytes));
    expect(await faultOf(session.ask("heap/inspect", { objectId: zeroed }))).toMatchObject({
      code: "changedOnDisk",
      file: path,
      what: expect.stringContaining("is not what was indexed"),
    });
    expect(await faultOf(session.ask("heap/inspect", { objectId: idOf(objects) }))).toBeUndefined();
  });

  it("and its time with it, answers nothing more", async () => {
    const session = await opened();
    expect(await faultOf(session.ask("heap/dominators", instances))).toBeUndefined();
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    expect(await faultOf(session.ask("heap/dominators", instances))).toMatchObject({ code: "changedOnDisk" });
  });

  it("by another file in its place, answers nothing more until it is opened again", async () => {
    const session = await opened();
    const other = join(folder, "other");
    writeFileSync(other, "");
    writeAdversarialDump(other, "list", 500);
    renameSync(other, path);
    expect(await faultOf(session.ask("heap/histogram", instances as never))).toEqual({
      code: "changedOnDisk",
      file: path,
      what: "another file has taken its place",
    });
    const again = await opened();
    expect((await summaryOf(again)).totals.objects).toBe(501);
  });
});
