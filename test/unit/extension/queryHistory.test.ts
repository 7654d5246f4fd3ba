import { expect, it } from "vitest";
import { QueryHistory } from "../../../extension/queryHistory";

function memory() {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <Value>(key: string, otherwise?: Value) => (kept.get(key) ?? otherwise) as Value,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
}

it("queries are kept newest first, each once, until their dump or their time is gone", async () => {
  const history = new QueryHistory(memory());
  const day = 86_400_000;
  await history.note("select a", "/dumps/1.hprof", 0);
  await history.note("select b", "/dumps/1.hprof", 1 * day);
  await history.note("select c", "/dumps/2.hprof", 2 * day);
  await history.note("select a", "/dumps/2.hprof", 3 * day);
  expect(history.list(0)).toEqual(["select a", "select c", "select b"]);
  expect(history.list(1, 3 * day)).toEqual(["select a", "select c"]);
  await history.forget("/dumps/2.hprof");
  expect(history.list(0)).toEqual(["select b"]);
  await history.clear();
  expect(history.list(0)).toEqual([]);
});

it("of very many queries the newest are kept", async () => {
  const history = new QueryHistory(memory());
  for (let at = 0; at < 150; at++) await history.note(`select ${at}`, "/dumps/1.hprof", at);
  expect(history.list(0)).toHaveLength(100);
  expect(history.list(0)[0]).toBe("select 149");
});
