import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareHeaps } from "../../../../analyzer/session/heap/compareHeaps";
import { SessionStore } from "../../../../analyzer/session/sessionStore";
import { bundle } from "../../../build/bundle";
import { type CliRun, runExhume } from "../../../build/cli";

/**
 * What `heap/README.md` promises a newcomer: a format whose folder, adapter and entry are as small as that of graph
 * texts is answered for in every front. The graph is small enough to check by hand.
 */
const before = `exhume-graph 1
# a server whose sessions are never removed
node 1 Server 100
node 2 Table 1000
node 3 Session 50
node 0x10 Buffer 4096 request 1
node 5 Log 24
node 6 Session 50 closed
edge 1 2 sessions
edge 2 3
edge 3 0x10 buffer
edge 5 0x10 last
weak 1 6 recent
root 1 global
root 5 global
root 1 stack
`;
const grown = [...Array(40)].map((_, at) => `node ${100 + at} Session 4000\nedge 2 ${100 + at}\n`).join("");

let folder: string;
let store: SessionStore;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-graph-"));
  store = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
});
afterAll(async () => {
  await store.dispose();
  rmSync(folder, { recursive: true });
});

async function opened(name: string, text: string) {
  const session = await store.open(file(name, text));
  await session.ready();
  return session;
}

const biggest = { start: 0, count: 10, sort: { column: "retainedBytes", descending: true } } as const;

describe("a graph text in a session", () => {
  it("has an overview, a histogram and a dominator tree", async () => {
    const session = await opened("shop.graph", before);
    const summary = await session.ask("heap/summary", {});
    expect(summary.totals).toEqual({
      objects: 6,
      shallowBytes: 5320,
      reachableObjects: 5,
      reachableBytes: 5270,
      classes: 5,
      gcRoots: 2,
    });
    const { rows } = await session.ask("heap/histogram", biggest);
    expect(
      rows.map(({ className, objects, shallowBytes, retainedBytes }) => [
        className,
        objects,
        shallowBytes,
        retainedBytes,
      ]),
    ).toEqual([
      ["Buffer", 1, 4096, 4096],
      ["Server", 1, 100, 1150],
      ["Table", 1, 1000, 1050],
      ["Session", 2, 100, 50],
      ["Log", 1, 24, 24],
    ]);
    const roots = await session.ask("heap/dominators", biggest);
    expect(roots.rows.map(({ objectId, label, rootKinds }) => [objectId, label, rootKinds])).toEqual([
      ["0x10", "request 1", undefined],
      ["0x1", undefined, ["global", "stack"]],
      ["0x5", undefined, ["global"]],
    ]);
    const below = await session.ask("heap/dominators", { ...biggest, parent: "0x1" });
    expect(below.rows[0]).toMatchObject({
      objectId: "0x2",
      retainedBytes: 1050,
      heldBy: { className: "Server", field: "sessions", static: false },
    });
  });

  it("says why an object is alive, leaves weak references out, and finds garbage", async () => {
    const session = await opened("shop.graph", before);
    const found = await session.ask("heap/paths", { objectId: "0x10" });
    expect(
      found.paths.map(({ roots, steps }) => [
        roots,
        steps.map(({ objectId, field }) => `${objectId} ${field?.field ?? ""}`),
      ]),
    ).toEqual([
      [["global"], ["0x5 last", "0x10 "]],
      [
        ["global", "stack"],
        ["0x1 sessions", "0x2 ", "0x3 buffer", "0x10 "],
      ],
    ]);
    expect(await session.ask("heap/paths", { objectId: "0x6" })).toMatchObject({
      paths: [],
      reachable: false,
    });
    const weakly = await session.ask("heap/paths", { objectId: "0x6", exclude: [] });
    expect(weakly.paths).toHaveLength(1);
    const without = await session.ask("heap/paths", { objectId: "0x10", excludeFields: ["Log:last"] });
    expect(without.paths).toHaveLength(1);
    const merged = await session.ask("heap/pathsOfClass", { className: "Buffer" });
    expect(merged.roots[0]).toMatchObject({
      className: "Log",
      children: [{ className: "Buffer", field: "last" }],
    });
    expect(await session.ask("heap/unreachable", {})).toMatchObject({ objects: 1, shallowBytes: 50 });
    const incoming = await session.ask("heap/incoming", { objectId: "0x10", start: 0, count: 9 });
    expect(incoming.rows.map(({ objectId, field }) => [objectId, field?.field])).toEqual([
      ["0x3", "buffer"],
      ["0x5", "last"],
    ]);
    const inspected = await session.ask("heap/inspect", { objectId: "0x1" });
    expect(inspected.fields.map(({ name, value }) => [name, value.object?.objectId])).toEqual([
      ["sessions", "0x2"],
      ["recent", "0x6"],
    ]);
  });

  it("compares two of them, and names what holds what grew", async () => {
    const sessions = [await opened("shop.graph", before), await opened("later.graph", before + grown)];
    const { grownBytes, growing, classes } = await compareHeaps(sessions);
    expect(grownBytes).toBe(160_000);
    expect(growing[0]).toMatchObject({
      field: { className: "Server", name: "sessions" },
      // What had less than 4 KiB has no path of its own: the first session counts as new.
      grownBytes: 160_050,
      grownObjects: 41,
    });
    expect(classes[0]).toMatchObject({ className: "Session", grownObjects: 40 });
  });

  it("is refused what it does not have, and where a line is wrong", async () => {
    const session = await opened("shop.graph", before);
    await expect(session.ask("heap/threads", { start: 0, count: 1 })).rejects.toThrow(
      "a graph text has no threads",
    );
    const wrong = await store.open(file("wrong.graph", `${before}edge 1 77 gone\n`));
    await expect(wrong.ready()).rejects.toThrow(`is damaged at offset ${before.length}: there is no node 77`);
  });
});

describe("a graph text on the command line", () => {
  const run = async (...args: string[]): Promise<CliRun> => {
    const result = await runExhume(...args);
    expect(result.err).toBe("");
    expect(result.code).toBe(0);
    return result;
  };

  it("answers the verbs for graphs, and no others", async () => {
    const path = file("shop.graph", before);
    const later = file("later.graph", before + grown);
    const report = JSON.parse((await run("analyze", path, "--json")).out);
    expect(report.totals.reachableBytes).toBe(5270);
    expect(report.dominators[0]).toMatchObject({ objectId: "0x10", retainedBytes: 4096 });
    expect((await run("analyze", path)).out).toContain("6 objects, 5.20 KiB; reachable 5 objects, 5.15 KiB");
    expect((await run("path", path, "0x10")).out).toContain("Log @ 0x5");
    expect((await run("dominators", path, "Session")).out).toContain("Table");
    expect((await run("inspect", path, "0x1")).out).toContain("sessions");
    expect(JSON.parse((await run("suspects", later, "--json")).out).suspects).toEqual([]);
    expect(JSON.parse((await run("diff", path, later, "--json")).out).grownBytes).toBe(160_000);
    const refused = await runExhume("threads", path);
    expect([refused.code, refused.err]).toEqual([
      3,
      `exhume threads: ${path}: a graph text has no threads.\n`,
    ]);
  });
});
