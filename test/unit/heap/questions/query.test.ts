import { describe, expect, it } from "vitest";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { unwatched } from "../../../../analyzer/base/work";
import type { Heap } from "../../../../analyzer/heap/heap";
import { completeQuery } from "../../../../analyzer/heap/java/query/complete";
import { parseQuery } from "../../../../analyzer/heap/java/query/parse";
import { runQuery } from "../../../../analyzer/heap/java/query/run";
import { isObjectValue } from "../../../../analyzer/heap/java/query/values";
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

/** Rows as plain values; objects as their ids. */
async function rowsOf(text: string): Promise<unknown[][]> {
  const heap = await heapOfOrders();
  return runQuery(heap, text, unwatched)
    .rows(0, 100)
    .map(({ cells }) =>
      cells.map((cell) => (cell !== null && isObjectValue(cell) ? Number(heap.idOf(cell.object)) : cell)),
    );
}

describe("queries", () => {
  it.each<readonly [string, unknown[][]]>([
    ["SELECT o.quantity FROM shop.Order o", [[3], [10]]],
    ["select o.quantity from instanceof shop.Order o", [[3], [10], [-4]]],
    ["SELECT quantity FROM Order WHERE price > 2", [[10]]],
    ["select o.quantity from shop.Order o where o.quantity == 3 && !(o.price > 2)", [[3]]],
    ["SELECT o.next FROM INSTANCEOF shop.Order o WHERE o.next != null", [[0x2040], [0x2000]]],
    ["SELECT o.next.quantity FROM shop.SpecialOrder o", [[3]]],
    ["SELECT a.@length, a[2], a[3], a[9] FROM shop.Order[] a", [[4, 0x2080, null, null]]],
    [
      "SELECT o FROM 0x2000, 0x2080 o WHERE o instanceof shop.SpecialOrder", // The class object of its only instance counts with it.
      [[0x2080, 40, 88]],
    ],
    ["SELECT c.all FROM OBJECTS shop.Orders c", [[0x3000]]],
    ["SELECT count(*), sum(o.quantity), max(o.price) FROM INSTANCEOF shop.Order o", [[3, 9, 8]]],
    [
      "SELECT classof(o).@name AS c, count(*) FROM INSTANCEOF shop.Order o GROUP BY classof(o) ORDER BY c",
      [
        ["shop.Order", 2],
        ["shop.SpecialOrder", 1],
      ],
    ],
    ["SELECT o.quantity AS q FROM INSTANCEOF shop.Order o ORDER BY q DESC LIMIT 2", [[10], [3]]],
    ["SELECT o.quantity FROM INSTANCEOF shop.Order o WHERE o.quantity IN (10, -4)", [[10], [-4]]],
    ["SELECT o.quantity FROM shop.Order o WHERE o IN (SELECT x.next FROM shop.Order x)", [[10]]],
    [
      "SELECT o.quantity FROM shop.Order o UNION (SELECT s.quantity FROM shop.SpecialOrder s)",
      [[3], [10], [-4]],
    ],
    ["SELECT DISTINCT classof(o).@name FROM shop.Order o", [["shop.Order"]]],
    ['SELECT o.quantity FROM "shop\\.(Special)?Order" o WHERE o.@className LIKE ".*Special.*"', [[-4]]],
    ["SELECT OBJECTS o.next FROM shop.SpecialOrder o", [[0x2000, 32, 32]]],
    ["SELECT length(inbounds(o)) FROM shop.Order o", [[2], [2]]],
    ["SELECT toHex(o.quantity), o.quantity * 2 + 1 FROM shop.SpecialOrder o", [["0x-4", -7]]],
  ])("%s", async (text, expected) => {
    expect(await rowsOf(text)).toEqual(expected);
  });

  it.each<readonly [string, number, RegExp]>([
    ["SELECT FROM shop.Order", 8, /expression|name/],
    ["SELECT o FROM shop.Order o WHERE", 33, /ends/],
    ["SELECT o FROM shop.Ordr o", 15, /no class shop\.Ordr/],
    ["SELECT o.quantty FROM shop.Order o", 10, /no field quantty.*quantity/],
    ["SELECT o.@retained FROM shop.Order o", 10, /no attribute @retained/],
    ["SELECT nothing(o) FROM shop.Order o", 8, /no function nothing/],
    ["SELECT o.run() FROM shop.Order o", 10, /runs no code/],
    ["SELECT o FROM 0x9999 o", 15, /no object 0x9999/],
    [
      "SELECT o FROM shop.Order o WHERE o.@className LIKE '('",
      47,
      /cannot be used as a regular expression: missing closing \)/,
    ],
    ["SELECT * FROM IMPLEMENTS java.util.Map", 15, /record no interfaces; write FROM INSTANCEOF/],
    ["SELECT o FROM shop.Order o WHERE o implements java.util.Map", 36, /record no interfaces/],
    ["select {quantity: o.quantity} from shop.Order o", 8, /JavaScript.*SELECT expression AS name/],
    ["select map(o.all, 'it.quantity') from shop.Orders o", 8, /JavaScript.*\(map\); .*columns/],
    ["select filter(referrers(o), 'true') from shop.Order o", 8, /\(filter\); .*WHERE/],
    ["sort(heap.objects('shop.Order'), 'lhs.a - rhs.a')", 1, /\(sort\); write ORDER BY/],
    ["select heap.findClass('shop.Order').statics", 8, /heap\.findClass.*FROM OBJECTS class/],
    ["select o.all.filter(function (x) { return true })", 21, /\(function\); .*WHERE/],
    ["select o.quantity > 2 ? 'a' : 'b' from shop.Order o", 23, /\? :.*UNION/],
    ["SELECT * FROM OBJECTS $" + "{snapshot}.getClasses()", 23, /FROM OBJECTS "\.\*"/],
  ])("points at the column: %s", async (text, column, message) => {
    const heap = await heapOfOrders();
    let fault: unknown;
    try {
      runQuery(heap, text, unwatched).rows(0, 1);
    } catch (error) {
      fault = (error as ExhumeError).fault;
    }
    expect(fault).toMatchObject({ code: "invalid", column, what: expect.stringMatching(message) });
  });

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
    expect(await rowsOf(`SELECT o.price FROM shop.Order o WHERE ${price} = 1.5`)).toEqual([[1.5]]);
    expect(await rowsOf(`SELECT ${"o.quantity + ".repeat(300)}0 AS sum FROM shop.SpecialOrder o`)).toEqual([
      [-1200],
    ]);
    expect(await rowsOf(`SELECT o.quantity${".next".repeat(400)} FROM shop.SpecialOrder o`)).toEqual([
      [null],
    ]);
  });

  it.each<readonly [string, unknown[][]]>([
    [
      "SELECT o.quantity - 1 - 1, 2 + 3 * 4, -(o.quantity) % 2, 8 / 2 / 2 FROM shop.SpecialOrder o",
      [[-6, 14, 0, 2]],
    ],
    ["SELECT o.price FROM shop.Order o WHERE not o.price > 2 and o.price > 1 or false", [[1.5]]],
    ["SELECT o.price FROM shop.Order o WHERE o.price > 2 or o.price > 1 and false", [[2.25]]],
    ["SELECT o.quantity FROM shop.Order o WHERE o.next is not null", [[3]]],
    ["SELECT o.quantity FROM shop.Order o WHERE o.quantity not in (3)", [[10]]],
    ["SELECT o.quantity as limit FROM shop.Order o ORDER BY limit DESC", [[10], [3]]],
    ['SELECT "a\\"b", \'it"s\' FROM shop.SpecialOrder o', [['a"b', 'it"s']]],
    ["SELECT o.limit, o.group.name, o.order FROM 0x2000 o", [[null, null, null]]],
    ["SELECT o.quantity FROM shop.* o WHERE o.quantity > 5", [[10]]],
    [
      "SELECT quantity FROM (SELECT * FROM shop.Order) UNION SELECT 1 FROM shop.SpecialOrder",
      [[3], [10], [1]],
    ],
  ])("binds and names as written: %s", async (text, expected) => {
    expect(await rowsOf(text)).toEqual(expected);
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
    expect(await rowsOf(text)).toEqual([[count]]);
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
