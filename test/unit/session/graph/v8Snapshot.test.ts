import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { describeMemoryGraph } from "../../../../analyzer/heap/graph/memory/describeMemoryGraph";
import { memoryDominators } from "../../../../analyzer/heap/graph/memory/memoryDominators";
import { isObject, type ObjectIndex, unreachable } from "../../../../analyzer/heap/graph/nodes";
import { inProcess } from "../../../../analyzer/heap/graph/parallel";
import { v8Adapter } from "../../../../analyzer/heap/v8/v8Adapter";
import { SessionStore } from "../../../../analyzer/session/sessionStore";
import { bundle } from "../../../build/bundle";
import { exhumeJson } from "../../../build/cli";
import {
  judgedNodes,
  judgedRetained,
  type RawSnapshot,
  writeSessionSnapshot,
} from "../../../build/heapSnapshots";

let folder: string;
let path: string;
let raw: RawSnapshot;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-v8-"));
  path = join(folder, "program.heapsnapshot");
  writeSessionSnapshot(path);
  raw = JSON.parse(readFileSync(path, "utf8"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function openedGraph(bytes: Uint8Array) {
  const source = new BytesSource("snapshot", bytes);
  const columns = v8Adapter.read(source, new ProblemList(), unwatched);
  const dominators = await memoryDominators(columns.graph, {}, inProcess(source), unwatched);
  return describeMemoryGraph(columns.graph, { dominators }, v8Adapter.namesOf(columns, source));
}

describe("a heap snapshot Node wrote", () => {
  it("has the nodes, edges, sizes, dominators and retained sizes that a plain algorithm finds", async () => {
    const graph = await openedGraph(readFileSync(path));
    const judged = judgedNodes(raw);
    const { retained, dominators } = judgedRetained(judged);
    expect(graph.nodeCount).toBe(raw.snapshot.node_count);
    const objects = judged.map((_, node) => node as ObjectIndex);
    expect(objects.map((object) => Number(graph.idOf(object)))).toEqual(judged.map(({ id }) => id));
    expect(objects.map((object) => graph.shallowSizeOf(object))).toEqual(
      judged.map(({ selfSize }) => selfSize),
    );
    expect(objects.reduce((sum, object) => sum + graph.referencesOf(object).length, 0)).toBe(
      raw.snapshot.edge_count,
    );
    expect(
      objects.map((object) => (graph.isKnownGarbage(object) ? -1 : graph.retainedSizeOf(object))),
    ).toEqual(retained);
    const dominatorOf = (object: ObjectIndex): number => {
      const dominator = graph.immediateDominatorOf(object);
      return isObject(dominator) ? dominator : dominator === unreachable ? -1 : judged.length;
    };
    expect(objects.map(dominatorOf)).toEqual(dominators.slice(0, -1));
  });

  it("has its classes, strings and paths in the editor's session, and no threads", async () => {
    const store = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
    try {
      const session = await store.open(path);
      await session.ready();
      const sort = { column: "retainedBytes", descending: true } as const;
      const { rows } = await session.ask("heap/histogram", { start: 0, count: 1e6, sort });
      const objectsOf = (name: string) => rows.find(({ className }) => className === name)?.objects;
      expect([objectsOf("Session"), objectsOf("Note")]).toEqual([500, 500]);
      const order = { className: "Session", sort } as const;
      const all = await session.ask("heap/instances", { ...order, start: 0, count: 1000 });
      expect(all.rows.every(({ className }) => className === "Session")).toBe(true);
      const sizes = all.rows.map(({ retainedBytes }) => retainedBytes!);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      const part = await session.ask("heap/instances", { ...order, start: 490, count: 100 });
      expect(part).toMatchObject({ start: 490, end: 500, total: 500 });
      expect(part.rows).toEqual(all.rows.slice(490));
      const named = await session.ask("heap/classesNamed", { className: "Session" });
      expect(named.classes).toEqual(rows.filter(({ className }) => className === "Session"));
      await expect(
        session.ask("heap/instances", { ...order, className: "No", start: 0, count: 1 }),
      ).rejects.toThrow("this dump has no class No");
      const merged = await session.ask("heap/pathsOfClass", { className: "Session" });
      expect(merged.followed).toBe(200);
      // A note is held by the session that is its key, not by the WeakMap's table.
      const dominators = await session.ask("heap/immediateDominators", { className: "Note" });
      // (The last one may be on the stack of the program as well.)
      expect(dominators.rows[0]).toMatchObject({ className: "Session" });
      expect(dominators.rows[0]!.objects).toBeGreaterThanOrEqual(499);
      expect(dominators.rows.slice(1).map(({ className }) => className)).not.toContain("(array)");
      const found = await session.ask("heap/dominators", { start: 0, count: 1, sort, filter: "(GC roots" });
      expect(found.total).toBe(0);
      await expect(session.ask("heap/threads", { start: 0, count: 1 })).rejects.toThrow(
        "a V8 heap snapshot has no threads",
      );
    } finally {
      await store.dispose();
    }
  });

  it("is analysed on the command line", async () => {
    const report = await exhumeJson<{
      readonly totals: { readonly objects: number; readonly shallowBytes: number };
      readonly classes: readonly { readonly name: string; readonly objects: number }[];
    }>("analyze", path);
    expect(report.totals.objects).toBe(raw.snapshot.node_count);
    expect(report.totals.shallowBytes).toBe(
      judgedNodes(raw).reduce((sum, { selfSize }) => sum + selfSize, 0),
    );
    expect(report.classes.find(({ name }) => name === "Session")?.objects).toBe(500);
  });
});
