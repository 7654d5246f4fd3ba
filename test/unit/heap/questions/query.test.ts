import { describe, expect, it } from "vitest";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { unwatched } from "../../../../analyzer/base/work";
import type { Heap } from "../../../../analyzer/heap/heap";
import { completeQuery } from "../../../../analyzer/heap/java/query/complete";
import { parseQuery } from "../../../../analyzer/heap/java/query/parse";
import { runQuery } from "../../../../analyzer/heap/java/query/run";
import { isList, isObjectValue, type QueryValue } from "../../../../analyzer/heap/java/query/values";
import { queryPage } from "../../../../analyzer/session/heap/queryRows";
import { readCases, refusalPattern } from "../../../build/caseFile";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

/** Three orders, one of them special, in an array a static field holds. */
function ordersDump(): Uint8Array {
  const builder = new HprofBuilder();
  builder.class(0x1000n, "java/lang/Object");
  builder.class(0x1100n, "java/lang/Class", { super: 0x1000n });
  builder.class(0x1200n, "shop/Order", {
    super: 0x1000n,
    fields: [
      ["quantity", "int"],
      ["price", "double"],
      ["next", "object"],
    ],
  });
  builder.class(0x1300n, "shop/SpecialOrder", { super: 0x1200n, fields: [["discount", "long"]] });
  builder.class(0x1400n, "[Lshop/Order;", { super: 0x1000n });
  builder.class(0x1500n, "shop/Orders", { super: 0x1000n, statics: [["all", "object", 0x3000n]] });
  builder.instance(0x2000n, 0x1200n, { quantity: 3, price: 1.5, next: 0x2040n });
  builder.instance(0x2040n, 0x1200n, { quantity: 10, price: 2.25 });
  builder.instance(0x2080n, 0x1300n, { quantity: -4, price: 8, discount: 5n, next: 0x2000n });
  builder.objectArray(0x3000n, 0x1400n, [0x2000n, 0x2040n, 0x2080n, 0n]);
  builder.root("sticky-class", 0x1500n);
  return builder.build();
}

let orders: Heap;
async function heapOfOrders(): Promise<Heap> {
  orders ??= (await openBytes(ordersDump())).heap;
  return orders;
}

/** Rows as the case file writes them: cells apart by |, objects as @id. */
async function rowsOf(text: string): Promise<string[]> {
  const cellText = (cell: QueryValue): string => {
    if (isList(cell)) return `[${cell.map(cellText).join(", ")}]`;
    if (typeof cell === "bigint") return `0x${cell.toString(16)}`;
    if (cell === null || !isObjectValue(cell)) return JSON.stringify(cell);
    return `@0x${heap.idOf(cell.object).toString(16)}`;
  };
  const heap = await heapOfOrders();
  return runQuery(heap, text, unwatched)
    .rows(0, 100)
    .map(({ cells }) => cells.map(cellText).join(" | "));
}

describe("queries", () => {
  const cases = [...readCases("queries.txt"), ...readCases("scriptQueries.txt")];

  it.each(cases.filter(({ refusal }) => refusal === undefined))("$question", async ({ question, answer }) => {
    expect(await rowsOf(question)).toEqual(answer);
  });

  it.each(cases.filter(({ refusal }) => refusal !== undefined))(
    "points at the column: $question",
    async ({ question, refusal }) => {
      const heap = await heapOfOrders();
      let fault: unknown;
      try {
        runQuery(heap, question, unwatched).rows(0, 1);
      } catch (error) {
        fault = (error as ExhumeError).fault;
      }
      const [, column, sentence] = /^(\d+): (.*)$/.exec(refusal!)!;
      const what = expect.stringMatching(refusalPattern(sentence!));
      expect(fault).toMatchObject({ code: "invalid", column: Number(column), what });
    },
  );

  it("says that a dump does not tell what implements an interface", async () => {
    const builder = new HprofBuilder();
    builder.class(0x1000n, "java/lang/Object");
    builder.class(0x1100n, "java/lang/Class", { super: 0x1000n });
    builder.class(0x1200n, "shop/Priced", { super: 0x1000n });
    builder.class(0x1300n, "shop/AbstractOrder", { super: 0x1000n });
    builder.class(0x1400n, "shop/Order", { super: 0x1300n });
    const { heap } = await openBytes(builder.build());
    const ask = (text: string) => runQuery(heap, text, unwatched);
    expect(() => ask("SELECT * FROM INSTANCEOF shop.Priced")).toThrow(
      /No class of this dump extends shop\.Priced\. If it is an interface: .* \(column 26\)/,
    );
    expect(ask("SELECT * FROM shop.Priced").total).toBe(0);
    expect(ask("SELECT * FROM INSTANCEOF shop.AbstractOrder").total).toBe(0);
  });

  it("stops when it is cancelled", async () => {
    const work = {
      ...unwatched,
      throwIfCancelled: () => {
        throw new ExhumeError({ code: "cancelled" });
      },
    };
    const heap = await heapOfOrders();
    expect(() => runQuery(heap, "SELECT * FROM shop.Order", work)).toThrow(/Cancelled/);
  });

  it.each<readonly [string, string]>([
    ["parentheses", `SELECT o FROM shop.Order o WHERE ${"(".repeat(5000)}o.price${")".repeat(5000)} = 1`],
    ["not", `SELECT o FROM shop.Order o WHERE ${"not ".repeat(3000)}true`],
    ["minus", `SELECT ${"-".repeat(5000)}1 FROM shop.Order o`],
    ["calls", `SELECT ${"length(".repeat(2000)}o${")".repeat(2000)} FROM shop.Order o`],
    ["elements", `SELECT ${"o[".repeat(3000)}0${"]".repeat(3000)} FROM shop.Order o`],
    ["queries", `${"SELECT * FROM (".repeat(1000)}SELECT * FROM x${")".repeat(1000)}`],
    ["subqueries", `${"SELECT * FROM x WHERE x IN (".repeat(500)}1${")".repeat(500)}`],
    ["a sum", `SELECT ${"1+".repeat(5000)}1 FROM shop.Order o`],
    ["a path", `SELECT o${".next".repeat(3000)} FROM shop.Order o`],
    ["alternatives", `SELECT o FROM shop.Order o WHERE o = 1${" or o = 1".repeat(1500)}`],
    ["texts that do not end", `SELECT ${'\\"'.repeat(9000)}`],
    ["a long text", `SELECT "${" ".repeat(30_000)}" FROM shop.Order o`],
  ])("refuses %s without end, and says where", async (_, text) => {
    const heap = await heapOfOrders();
    expect(() => runQuery(heap, text, unwatched)).toThrow(/\(column \d+\)/);
  });

  it("takes as much as people nest", async () => {
    const price = `${"(".repeat(60)}o.price${")".repeat(60)}`;
    expect(await rowsOf(`SELECT o.price FROM shop.Order o WHERE ${price} = 1.5`)).toEqual(["1.5"]);
    expect(await rowsOf(`SELECT ${"o.quantity + ".repeat(300)}0 AS sum FROM shop.SpecialOrder o`)).toEqual([
      "-1200",
    ]);
    expect(await rowsOf(`SELECT o.quantity${".next".repeat(400)} FROM shop.SpecialOrder o`)).toEqual([
      "null",
    ]);
  });

  it.each<readonly [string, number]>([
    ["%pecial%", 1],
    ["%Order", 3],
    [".*Special.*", 1],
    ["(?i).*special.*", 1],
    ["shop\\\\.(Special)?Order", 3],
    ["(([a-z.A-Z]+)+)+", 3],
    ["(([a-z.A-Z]+)+)+!", 0],
  ])("matches names of classes with %s", async (pattern, count) => {
    const text = `SELECT count(*) FROM INSTANCEOF shop.Order o WHERE o.@className LIKE '${pattern}'`;
    expect(await rowsOf(text)).toEqual([String(count)]);
  });

  it("says how long a list is that a cell does not show as a whole", async () => {
    const numbers = Array.from({ length: 25 }, (_, at) => at);
    const page = queryPage(
      await heapOfOrders(),
      { text: `[[${numbers}], [1]]`, hasUnreachable: false },
      0,
      10,
      unwatched,
    );
    expect(page.rows.map(({ cells }) => cells)).toEqual([
      [{ list: [...numbers.slice(0, 20), "… 25 in all"] }],
      [{ list: [1] }],
    ]);
  });

  it("counts objects that nothing reaches, or leaves them out", async () => {
    const builder = new HprofBuilder();
    builder.class(0x1000n, "java/lang/Object").class(0x1100n, "java/lang/Class", { super: 0x1000n });
    builder.class(0x1200n, "shop/Order", { super: 0x1000n, fields: [["next", "object"]] });
    builder.class(0x1300n, "java/lang/ref/Reference", { super: 0x1000n, fields: [["referent", "object"]] });
    builder.class(0x1400n, "java/lang/ref/WeakReference", { super: 0x1300n });
    builder.instance(0x2000n, 0x1200n, {}).instance(0x2040n, 0x1200n, { next: 0x2000n });
    builder.instance(0x2080n, 0x1200n, {}).instance(0x3000n, 0x1400n, { referent: 0x2080n });
    builder.root("sticky-class", 0x1200n).root("jni-global", 0x2000n).root("jni-global", 0x3000n);
    const { heap } = await openBytes(builder.build());
    const ask = (text: string, reachableOnly: boolean) =>
      queryPage(heap, { text, reachableOnly, hasUnreachable: true }, 0, 10, unwatched);
    // 0x2040 is garbage; 0x2080 is only weakly reachable, which Eclipse MAT counts as reachable.
    for (const [text, all, reachable] of [
      ["SELECT o.@objectAddress FROM shop.Order o", 3, 2],
      ["SELECT * FROM 0x2040", 1, 0],
      ["SELECT OBJECTS inbounds(o) FROM 0x2000 o", 1, 0],
      ["SELECT o FROM (SELECT * FROM shop.Order) o", 3, 2],
      ["select o from shop.Order o where count(referrers(o)) == 1", 1, 0],
    ] as const) {
      expect([text, ask(text, false).total, ask(text, true).total]).toEqual([text, all, reachable]);
    }
    const count = "SELECT c.@numberOfObjects FROM OBJECTS shop.Order c";
    expect([ask(count, false).rows[0]?.cells, ask(count, true).rows[0]?.cells]).toEqual([[3], [2]]);
    expect([ask(count, false).unreachable, ask(count, true).unreachable]).toEqual(["included", "leftOut"]);
  });

  it("completes classes, fields, attributes and functions", async () => {
    const heap = await heapOfOrders();
    const at = (text: string) => completeQuery(heap, text, text.length).items.map((item) => item.text);
    expect(at("SELECT * FROM Spe")).toEqual(["shop.SpecialOrder"]);
    const query = "SELECT o.qu FROM shop.Order o";
    expect(completeQuery(heap, query, "SELECT o.qu".length)).toMatchObject({
      from: "SELECT o.".length,
      items: [{ text: "quantity", kind: "field" }],
    });
    expect(at("SELECT o.@ret")).toEqual(["retainedHeapSize"]);
    expect(at("SELECT rsi")).toEqual(["rsizeof"]);
  });

  it("reads what users of MAT and VisualVM type", () => {
    for (const text of [
      "SELECT * FROM java.lang.String",
      "SELECT toString(s), s.@retainedHeapSize FROM java.lang.String s WHERE s.@retainedHeapSize > 1000L;",
      'SELECT AS RETAINED SET * FROM INSTANCEOF "com\\.example\\..*"',
      "select x from java.util.HashMap x where x.size > 100 && sizeof(x) != 0",
      "SELECT x /* all of them */ FROM int[] x WHERE (x.@length >= 256 and not x.@length = 512) // end",
      "select s from java.lang.String s where s.value != null and s.toString().startsWith('a')",
      "SELECT * FROM OBJECTS 0x2b7468c8",
      "SELECT DISTINCT OBJECTS classof(t) FROM java.lang.Thread t",
      // Only texts and comments have what is refused in code.
      "SELECT t.map, t.heap FROM x.T t WHERE t.name = '{?} => map(' /* implements heap.objects( */",
    ]) {
      expect(() => parseQuery(text), text).not.toThrow();
    }
  });
});
