import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { formatBytes } from "../../../analyzer/base/figures";
import { estimateCost } from "../../../analyzer/heap/hprof/index/costEstimate";
import type { ComparisonResult } from "../../../analyzer/protocol/heap/growth";
import type { LeftOutFacts } from "../../../analyzer/protocol/heap/objects";
import type { DumpQuestion } from "../../../analyzer/protocol/requests";
import type { DumpSession } from "../../../analyzer/session/dumpSession";
import type { AskParams } from "../../../analyzer/session/room";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { exhumeJson, runExhume } from "../../build/cli";
import { findJdks } from "../../build/javaDumps";
import { leakDumps } from "../../build/leakDumps";

const jdk = findJdks()[0]!;
const dumps = () => leakDumps(jdk, "Growing", "leak", 3);

type Question = Exclude<
  Extract<DumpQuestion, `heap/${string}` | `heapDebug/${string}`>,
  // A copy is of records, which dominators say nothing of.
  "heap/saveCopy"
>;

/**
 * What becomes of an answer without dominators: `whole` when it is the same but for retained sizes, `less` when it is
 * another, looked at on its own below, `refused` when it is nothing without them.
 */
type Fate = "whole" | "less" | "refused";

let store: SessionStore;
let full: DumpSession;
let part: DumpSession;
let leftOut: LeftOutFacts;
let ids: { readonly map: string; readonly thread: string; readonly array: string };

const page = { start: 0, count: 200 } as const;
const byShallow = { column: "shallowBytes", descending: true } as const;

/** Every question to a heap dump, so that a new one cannot be forgotten. */
function questions(): { readonly [M in Question]: readonly [AskParams<M>, Fate] } {
  return {
    "heap/summary": [{}, "less"],
    "heap/histogram": [{ ...page, sort: byShallow }, "whole"],
    "heap/dominators": [{ ...page, sort: byShallow }, "refused"],
    "heap/dominatorPath": [{ objectId: ids.map }, "refused"],
    "heap/suspects": [{}, "less"],
    "heap/paths": [{ objectId: ids.map }, "whole"],
    "heap/pathsOfClass": [{ className: "java.util.HashMap", maximumObjects: 5_000 }, "whole"],
    "heap/incoming": [{ ...page, objectId: ids.map }, "whole"],
    "heap/outgoing": [{ ...page, objectId: ids.map }, "whole"],
    "heap/immediateDominators": [{ className: "java.lang.String" }, "refused"],
    "heap/inspect": [{ objectId: ids.map }, "whole"],
    "heap/classesNamed": [{ className: "java.util.HashMap" }, "whole"],
    "heap/instances": [{ ...page, className: "java.util.HashMap", sort: byShallow }, "whole"],
    "heap/arrayPart": [{ ...page, objectId: ids.array }, "whole"],
    "heap/entries": [{ ...page, objectId: ids.map }, "whole"],
    "heap/threads": [page, "whole"],
    "heap/thread": [{ objectId: ids.thread }, "whole"],
    "heap/deadlocks": [{}, "whole"],
    "heap/stackGroups": [{}, "whole"],
    "heap/loaders": [{}, "whole"],
    "heap/duplicateClasses": [{}, "whole"],
    "heap/waste": [{}, "less"],
    "heap/collections": [{}, "less"],
    "heap/unreachable": [{}, "refused"],
    "heap/references": [{}, "whole"],
    "heap/systemProperties": [{}, "whole"],
    "heap/build": [{}, "whole"],
    "heap/query": [{ ...page, text: "SELECT m.size, m.table FROM java.util.HashMap m" }, "whole"],
    "heap/completeQuery": [{ text: "SELECT * FROM java.util.Hash", offset: 28 }, "whole"],
    "heap/profile": [{}, "less"],
    "heap/shape": [{}, "less"],
    "heapDebug/threads": [{}, "whole"],
    "heapDebug/locals": [{ serial: 1, frame: 0 }, "whole"],
    "heapDebug/object": [{ objectId: ids.map }, "whole"],
    "heapDebug/elements": [{ ...page, objectId: ids.array }, "whole"],
    "heapDebug/entries": [{ ...page, objectId: ids.map }, "whole"],
    "heapDebug/classNames": [{ start: "java.util.Hash", count: 50 }, "whole"],
    "heapDebug/text": [{ objectId: ids.thread }, "whole"],
    "heapDebug/class": [{ className: "java.lang.String" }, "whole"],
    "heapDebug/query": [{ query: "SELECT m.size FROM java.util.HashMap m", count: 50 }, "whole"],
    "heap/allocationSites": [page, "whole"],
    "heap/allocationTree": [{}, "whole"],
  };
}

/** Figures that only dominators give. */
const ofDominators = new Set([
  "retainedBytes",
  "emptyBytes",
  "onlySoftly",
  "onlySoftlyBytes",
  "dominator",
  "heldBy",
  "reachableBytes",
  // Whether a query counts what nothing reaches, which nobody knows then.
  "unreachable",
]);

/** An answer without the figures of dominators, rows in an order that does not depend on them. */
function without(answer: unknown): unknown {
  if (Array.isArray(answer)) {
    const rows = answer.map(without);
    return rows.every((row) => typeof row === "object" && row !== null)
      ? rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : rows;
  }
  if (typeof answer !== "object" || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([key]) => !ofDominators.has(key))
      .map(([key, value]) => [key, without(value)]),
  );
}

/** Names of figures of dominators that an answer has all the same. */
function namesIn(answer: unknown): string[] {
  if (typeof answer !== "object" || answer === null) return [];
  const own = Array.isArray(answer) ? [] : Object.keys(answer).filter((key) => ofDominators.has(key));
  return [...own, ...Object.values(answer).flatMap(namesIn)];
}

function ask(session: DumpSession, method: Question, params: object): Promise<unknown> {
  return session.ask(method, params as never);
}

beforeAll(async () => {
  store = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
  const last = dumps().at(-1)!;
  full = await store.open(last, { useSavedIndex: false });
  await full.ready();
  const { totals } = await full.ask("heap/summary", {});
  // Enough for the histogram, too little for the references.
  const memoryBudget = estimateCost(totals.objects, 0, totals.classes, 0).readingBytes;
  const other = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
  stores.push(store, other);
  part = await other.open(last, { useSavedIndex: false, memoryBudget });
  await part.ready();
  leftOut = (await part.ask("heap/summary", {})).leftOut!;
  const [row] = (
    await full.ask("heap/query", {
      start: 0,
      count: 1,
      text: "SELECT m FROM java.util.HashMap m WHERE m.size > 1000 ORDER BY m.size DESC",
    })
  ).rows;
  const [array] = (
    await full.ask("heap/query", {
      ...page,
      text: "SELECT * FROM java.util.HashMap$Node[] a WHERE a.@length > 1000",
    })
  ).rows;
  const { rows: threads } = await full.ask("heap/threads", page);
  const main = threads.find(({ name }) => name === "main")!;
  ids = { map: row!.objectId!, array: array!.objectId!, thread: main.objectId };
});
const stores: SessionStore[] = [];
afterAll(async () => {
  for (const each of stores) await each.dispose();
});

describe("a heap whose dominators a memory budget left out", () => {
  it("says so, and a budget that would do", async () => {
    const { leftOut: why, problems, totals } = await part.ask("heap/summary", {});
    expect(totals.reachableBytes).toBeUndefined();
    expect(why!.neededBytes).toBeGreaterThan(why!.budgetBytes);
    const said = problems.find(({ code }) => code === "over-budget")!.message;
    expect(said).toContain(formatBytes(why!.neededBytes));
    const named = formatBytes(why!.neededBytes).replace(" ", "");
    const { leftOut: none, totals: all } = await exhumeJson<{
      leftOut?: unknown;
      totals: { reachableBytes?: number };
    }>("analyze", dumps().at(-1)!, "--no-index", "--memory", named);
    expect(none).toBeUndefined();
    expect(all.reachableBytes).toBeGreaterThan(0);
  });

  it("answers every question without a retained size, or says that it cannot", async () => {
    const fates: Record<string, Fate> = {};
    const expected: Record<string, Fate> = {};
    for (const [name, [params, fate]] of Object.entries(questions())) {
      const method = name as Question;
      expected[method] = fate;
      const answer = await ask(part, method, params).catch((error: unknown) => error);
      if (answer instanceof ExhumeError) {
        expect(answer.fault, method).toEqual({ code: "overBudget", what: expect.any(String), ...leftOut });
        expect(answer.message).toContain(formatBytes(leftOut.neededBytes));
        fates[method] = "refused";
        continue;
      }
      expect(answer, method).not.toBeInstanceOf(Error);
      expect(namesIn(answer), method).toEqual([]);
      if (fate === "whole") expect(without(answer), method).toEqual(without(await ask(full, method, params)));
      fates[method] = fate;
    }
    expect(fates).toEqual(expected);
  });

  it("counts all objects where it cannot tell which are reachable", async () => {
    const [waste, all] = [await full.ask("heap/waste", {}), await part.ask("heap/waste", {})];
    expect(all.strings.looked).toBe(all.strings.total);
    for (const kind of ["strings", "arrays"] as const) {
      expect(all[kind].objects).toBeGreaterThanOrEqual(waste[kind].objects);
      expect(all[kind].wastedBytes).toBeGreaterThanOrEqual(waste[kind].wastedBytes);
    }
    for (const [at, { name, objects, holders }] of waste.kinds.entries()) {
      expect(all.kinds[at]).toMatchObject({ name });
      expect(all.kinds[at]!.objects).toBeGreaterThanOrEqual(objects);
      expect(all.kinds[at]!.holders.length > 0).toBe(holders.length > 0);
    }
    const [some, collections] = [
      await full.ask("heap/collections", {}),
      await part.ask("heap/collections", {}),
    ];
    // What is big is held by somebody: no difference is left.
    const big = ({ largest }: typeof some) =>
      largest.slice(0, 20).map(({ objectId, size }) => [objectId, size]);
    expect(big(collections)).toEqual(big(some));
    expect(collections.looked).toBe(some.looked);
  });

  it("suspects classes of the histogram, and says why no more", async () => {
    const found = await part.ask("heap/suspects", {});
    expect(found.leftOut).toEqual(leftOut);
    expect(found.suspects.length).toBeGreaterThan(0);
    for (const { shape, confidence, shallowBytes, evidence } of found.suspects) {
      expect({ shape, confidence }).toEqual({ shape: undefined, confidence: "possible" });
      expect(shallowBytes).toBeGreaterThan(0);
      expect(evidence.join()).toContain("dominators were left out");
    }
    expect(await full.ask("heap/suspects", {})).not.toHaveProperty("leftOut");
  });

  it.each([
    "SELECT s FROM java.util.HashMap s WHERE s.@retainedHeapSize > 100",
    "SELECT s.getRetainedHeapSize() FROM java.util.HashMap s",
    "SELECT rsizeof(s) FROM java.util.HashMap s",
    "SELECT dominators(s) FROM java.util.HashMap s",
    "SELECT dominatorof(s) FROM java.util.HashMap s",
  ])("refuses %s with the reason", async (text) => {
    const asked = part.ask("heap/query", { ...page, text });
    await expect(asked).rejects.toMatchObject({ fault: { code: "overBudget", ...leftOut } });
  });

  it("searches a retained set, which is what several objects hold together, without dominators", async () => {
    const query = { ...page, text: "SELECT AS RETAINED SET * FROM java.util.HashMap" };
    const { total } = await full.ask("heap/query", query);
    expect(total).toBeGreaterThan(100);
    expect((await part.ask("heap/query", query)).total).toBe(total);
  });

  it("shows objects of a query without a column for what they retain", async () => {
    const query = { ...page, text: "SELECT * FROM java.util.HashMap" };
    expect((await full.ask("heap/query", query)).columns).toEqual(["object", "shallow", "retained"]);
    const { columns, rows } = await part.ask("heap/query", query);
    expect(columns).toEqual(["object", "shallow"]);
    expect(rows.every(({ cells }) => cells.length === 2)).toBe(true);
  });

  it("compares by class and by elements, of all objects, and says that paths are not known", async () => {
    const files = dumps();
    const options = ["--no-index", "--memory", String(leftOut.budgetBytes)];
    const found = await exhumeJson<ComparisonResult>("diff", ...files, ...options);
    expect(found.leftOut).toEqual({ ...leftOut, neededBytes: expect.any(Number) });
    expect(found).toMatchObject({ growing: [], paths: [] });
    for (const dump of found.dumps) expect(dump).not.toHaveProperty("reachableBytes");
    expect(namesIn(found)).toEqual([]);
    const entries = found.collections.find(({ field }) => field?.name === "entries")!;
    expect(entries.grownElements).toBeGreaterThan(1000);
    expect(entries).not.toHaveProperty("grownBytes");
    expect(found.collections[0]).toEqual(entries);
    const text = await runExhume("diff", ...files, ...options);
    expect(text.out).toContain("All objects, reachable or not: +");
    expect(text.out).toContain("Which paths grew is not known: dominators were left out.");
    expect(text.err).toContain("retained sizes were left out");
  });

  it("checks growth of all objects, and does not pass shapes that it could not look for", async () => {
    const files = dumps();
    const options = ["--no-index", "--memory", String(leftOut.budgetBytes)];
    const broken = await runExhume("check", ...files, "--max-growth", "1MiB", ...options);
    expect(broken.code).toBe(4);
    expect(broken.out).toContain("BROKEN max-growth: the heap (all objects, reachable or not) grew by");
    const shapes = await runExhume("check", ...files, "--max-growth", "1GiB", "--fail-on", "all", ...options);
    expect(shapes.code).toBe(3);
    expect(shapes.err).toMatch(
      /Telling shapes of leaks, as --fail-on wants, needs a memory budget of \d+ MiB/,
    );
    expect(shapes.out).toBe("");
  });

  it("prints no size that is not known, whatever verb is asked", async () => {
    const file = dumps().at(-1)!;
    const options = ["--no-index", "--memory", String(leftOut.budgetBytes)];
    for (const verb of [
      ["analyze", file],
      ["suspects", file],
      ["path", file, ids.map],
      ["path", file, "java.util.HashMap"],
      ["threads", file, "--locals"],
      ["threads", file, "--group"],
      ["query", file, "SELECT * FROM java.util.HashMap"],
      ["inspect", file, ids.map],
      ["references", file],
    ]) {
      const { code, out, err } = await runExhume(...verb, ...options);
      expect({ verb, code }).toEqual({ verb, code: 0 });
      expect(out, verb.join(" ")).not.toMatch(/(?<![\d.])0 B|undefined|NaN/);
      expect(out + err, verb.join(" ")).toContain("retained sizes were left out");
    }
    for (const verb of [
      ["dominators", file, "java.lang.String"],
      ["unreachable", file],
    ]) {
      const { code, err } = await runExhume(...verb, ...options);
      expect({ verb, code }).toEqual({ verb, code: 3 });
      expect(err).toContain("Dominators and retained sizes were left out: computing them needs");
    }
  });
});
