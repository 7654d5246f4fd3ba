import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { SessionStore } from "../../analyzer/session/sessionStore";
import {
  type AdversarialShape,
  adversarialShapes,
  type KnownRetained,
  writeAdversarialDump,
} from "../build/adversarialDumps";
import { bundle } from "../build/bundle";

const cache = resolve(__dirname, "../../.cache/bench");

/** Millions of objects by shape; `EXHUME_BENCH_SHARE=0.1` makes a tenth of each. */
const full: Readonly<Record<AdversarialShape, number>> = {
  "chain-and-array": 5,
  "queue-and-map": 10,
  array: 50,
  list: 10,
};
const share = Number(process.env["EXHUME_BENCH_SHARE"] ?? 1);

/** Wall and CPU since a call of it: on a busy machine the latter says more. */
function watch(): () => string {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return `${(performance.now() - started).toFixed(0)} ms (CPU ${((user + system) / 1000).toFixed(0)} ms)`;
  };
}

describe.each(adversarialShapes)("a heap of shape %s", (shape) => {
  it("opens, pages, sorts, filters and reopens", async () => {
    mkdirSync(cache, { recursive: true });
    const count = Math.round(full[shape] * share * 1e6);
    const path = join(cache, `${shape}-${count}.hprof`);
    let known: KnownRetained;
    const index = mkdtempSync(join(cache, "index-"));
    try {
      known = writeAdversarialDump(path, shape, count);
      const lines: string[] = [`${shape} ${count}, ${(statSync(path).size / 1e9).toFixed(2)} GB`];
      const open = async () => {
        const store = new SessionStore({
          workerFolder: dirname(bundle("dumpWorker")),
          onState: () => undefined,
        });
        const taken = watch();
        const session = await store.open(path, { indexDirectory: index, sizeModel: "compressed-oops" });
        await session.ready();
        lines.push(`ready after ${taken()}`);
        return { store, session };
      };
      const first = await open();
      await first.store.dispose();
      const { store, session } = await open();
      const biggest = [...known.sizes].sort((a, b) => b.children - a.children)[0]!;
      const parent = `0x${biggest.id.toString(16)}`;
      const sorts = ["retainedBytes", "shallowBytes", "className"] as const;
      for (const [name, more] of [
        ["", {}],
        ["filtered ", { filter: "node" }],
        ["by class ", { groupByClass: true }],
      ] as const) {
        for (const column of sorts) {
          for (const start of [0, Math.floor(biggest.children * 0.7)]) {
            const taken = watch();
            const sort = { column, descending: true };
            const page = await session.ask("heap/dominators", { start, count: 100, sort, parent, ...more });
            lines.push(`${name}${column} from ${start} of ${page.total}: ${taken()}`);
          }
        }
      }
      for (const { id, bytes } of known.sizes) {
        const { path: way } = await session.ask("heap/dominatorPath", { objectId: `0x${id.toString(16)}` });
        expect(way.at(-1)!.retainedBytes).toBe(bytes);
      }
      await store.dispose();
      console.log(lines.join("\n  "));
    } finally {
      rmSync(index, { recursive: true });
      if (existsSync(path)) rmSync(path);
      expect(readdirSync(cache).filter((name) => name.endsWith(".part"))).toEqual([]);
    }
  });
});
