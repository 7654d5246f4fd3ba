import { mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import type { DumpState } from "../../../analyzer/protocol/dump/open";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { chainDump, linkId } from "../../build/chainDump";

let folder: string;
let store: SessionStore;
let states: DumpState[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
  newStore();
});
afterEach(async () => {
  await store.dispose();
  newStore();
});
afterAll(() => rmSync(folder, { recursive: true }));

function newStore(): void {
  states = [];
  store = new SessionStore({
    workerFolder: dirname(bundle("dumpWorker")),
    onState: (_dump, state) => states.push(state),
  });
}

let files = 0;
function file(content: Uint8Array): string {
  const path = join(folder, `dump-${++files}`);
  writeFileSync(path, content);
  return path;
}

const options = { useSavedIndex: false };
const byRetained = { column: "retainedBytes", descending: true } as const;

async function faultCodeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ExhumeError ? error.fault.code : String(error)),
  );
}

describe("a heap dump in a session", () => {
  it("answers pages of the histogram and the dominator tree", async () => {
    const session = await store.open(file(chainDump(1000)), options);
    const histogram = await session.ask("heap/histogram", {
      start: 0,
      count: 1,
      sort: byRetained,
      filter: "Link",
    });
    expect(histogram.total).toBe(1);
    expect(histogram.rows[0]).toMatchObject({
      className: "com.example.Link",
      objects: 1000,
      loader: "<boot>",
    });
    await session.ready();
    const roots = await session.ask("heap/dominators", { start: 0, count: 9, sort: byRetained });
    expect(roots.rows[0]).toMatchObject({
      className: "java.lang.Class",
      label: "class com.example.Link",
      children: 1,
    });
    const below = await session.ask("heap/dominators", {
      start: 0,
      count: 9,
      sort: byRetained,
      parent: roots.rows[0]!.objectId,
    });
    expect(below.rows).toMatchObject([
      {
        objectId: linkId(0),
        className: "com.example.Link",
        heldBy: { className: "com.example.Link", field: "first", static: true },
      },
    ]);
    // The class object is acted on as the class it stands for, and tells its own objects.
    expect(roots.rows[0]).toMatchObject({ classMeant: "com.example.Link" });
    const classId = roots.rows[0]!.objectId;
    const ofClass = { className: "com.example.Link", classId, start: 0, count: 2, sort: byRetained };
    const links = await session.ask("heap/instances", ofClass);
    expect(links.total).toBe(1000);
    expect(links.rows.map(({ objectId }) => objectId)).toEqual([linkId(0), linkId(1)]);
    expect(await faultCodeOf(session.ask("heap/instances", { ...ofClass, classId: linkId(0) }))).toBe(
      "invalid",
    );
    // Every class lists as many objects as the histogram counts.
    const all = await session.ask("heap/histogram", { start: 0, count: 1e5, sort: byRetained });
    for (const { className, classId, objects } of all.rows) {
      const own = { className, ...(classId === undefined ? {} : { classId }), sort: byRetained };
      const listed = await session.ask("heap/instances", { ...own, start: 0, count: 1e5 });
      const ids = new Set(listed.rows.map(({ objectId }) => objectId));
      expect([className, listed.total, ids.size]).toEqual([className, objects, objects]);
    }
    const first = await session.ask("heap/inspect", { objectId: linkId(0) });
    expect(first.heldBy).toEqual({ className: "com.example.Link", field: "first", static: true });
    const { path } = await session.ask("heap/dominatorPath", { objectId: linkId(2) });
    expect(path.map(({ objectId }) => objectId)).toEqual([
      roots.rows[0]!.objectId,
      linkId(0),
      linkId(1),
      linkId(2),
    ]);
    expect(path[3]!.heldBy).toEqual({ className: "com.example.Link", field: "next", static: false });
    expect(states.at(-1)).toEqual({ state: "ready" });
  });

  it("leaves out what lies above an object deep down a chain", async () => {
    const session = await store.open(file(chainDump(5000)), options);
    const sort = byRetained;
    const deep = await session.ask("heap/dominatorPath", { objectId: linkId(4990), sort });
    // The class object, links 0 to 1998, and the link that was asked for.
    expect(deep.path).toHaveLength(2001);
    expect(deep.positions).toHaveLength(2000);
    expect(deep.omitted).toBe(4990 - 1999);
    expect(deep.path.at(-1)!.objectId).toBe(linkId(4990));
    const whole = await session.ask("heap/dominatorPath", { objectId: linkId(1000), sort });
    expect(whole.path).toHaveLength(1002);
    expect(whole.omitted).toBeUndefined();
  });

  it("reads through gzip, concatenated members and a cut one", async () => {
    const bytes = chainDump(2000);
    const half = bytes.length >> 1;
    const members = Buffer.concat([gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))]);
    const whole = await store.open(file(members), options);
    const { totals, problems } = await whole.ask("heap/summary", {});
    expect(totals.objects).toBe(2000);
    expect(problems).toEqual([]);
    const cut = await store.open(file(members.subarray(0, members.length - 2000)), options);
    await cut.ready();
    const damaged = await cut.ask("heap/summary", {});
    expect(damaged.totals.objects).toBeGreaterThan(500);
    expect(damaged.totals.objects).toBeLessThan(2000);
    expect(damaged.problems.map(({ code }) => code)).toContain("compressed-data-damaged");
  });

  it("shares one session between several uses of a file", async () => {
    const path = file(chainDump(10));
    const first = await store.open(path, options);
    const second = await store.open(path, options);
    expect(second).toBe(first);
    await store.close(first.id);
    expect((await second.ask("heap/summary", {})).totals.objects).toBe(10);
    await store.close(second.id);
    expect(() => store.get(first.id)).toThrow(/no dump with id/);
  });

  it("answers questions about objects it does not have", async () => {
    const session = await store.open(file(chainDump(3)), options);
    const page = { start: 0, count: 5, sort: byRetained };
    expect(await faultCodeOf(session.ask("heap/dominators", { ...page, parent: "0xdead" }))).toBe("notFound");
    expect(await faultCodeOf(session.ask("heap/dominators", { ...page, parent: "Link" }))).toBe("invalid");
    expect(await faultCodeOf(session.ask("heap/nonsense" as never, {} as never))).toBe("invalid");
    expect((await session.ask("heap/dominators", page)).total).toBeGreaterThan(0);
  });

  it("stops indexing at once when cancelled and opens again", async () => {
    const path = file(chainDump(40_000));
    const session = await store.open(path, options);
    session.cancelIndexing();
    expect(await faultCodeOf(session.ready())).toBe("cancelled");
    expect(await faultCodeOf(session.ask("heap/summary", {}))).toBe("cancelled");
    const again = await store.open(path, options);
    expect(again).not.toBe(session);
    await again.ready();
  });

  it("gives up an abandoned question and answers the next", async () => {
    const session = await store.open(file(chainDump(1000)), options);
    const abort = new AbortController();
    abort.abort();
    expect(await faultCodeOf(session.ask("heap/summary", {}, abort.signal))).toBe("cancelled");
    expect((await session.ask("heap/summary", {})).totals.objects).toBe(1000);
  });

  it("outlives a file that is deleted while it is open, and says when it shrinks", async () => {
    const deleted = file(chainDump(100));
    const first = await store.open(deleted, options);
    await first.ready();
    unlinkSync(deleted);
    const page = { start: 0, count: 5, sort: byRetained };
    expect((await first.ask("heap/dominators", page)).total).toBeGreaterThan(0);

    const shrunk = file(chainDump(100));
    const second = await store.open(shrunk, options);
    await second.ready();
    truncateSync(shrunk, 64);
    for (const parent of [undefined, linkId(5)]) {
      const query = parent === undefined ? page : { ...page, parent };
      expect(await faultCodeOf(second.ask("heap/dominators", query))).toBe("changedOnDisk");
    }
  });

  it("shows what was read of a truncated dump and says what is missing", async () => {
    const bytes = chainDump(1000);
    const session = await store.open(file(bytes.subarray(0, bytes.length - 10_000)), options);
    await session.ready();
    const { totals, problems } = await session.ask("heap/summary", {});
    expect(totals.objects).toBeGreaterThan(100);
    expect(totals.objects).toBeLessThan(1000);
    expect(problems.some(({ losesData, offset }) => losesData && offset !== undefined)).toBe(true);
  });
});
