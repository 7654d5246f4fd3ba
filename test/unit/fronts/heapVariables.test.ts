import { describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { evaluatePath } from "../../../analyzer/fronts/dap/heapEvaluator";
import { HeapVariables, namedLocals } from "../../../analyzer/fronts/dap/heapVariables";
import type { HeapView } from "../../../analyzer/fronts/dap/heapView";
import type {
  ShownEntry,
  ShownField,
  ShownObject,
  ShownThread,
  ShownValue,
} from "../../../analyzer/protocol/shownRequests";

const never = new AbortController().signal;
const bigLength = 25_000_000;
const mapSize = 150_000;

const int = (value: number): ShownValue => ({ type: "int", text: String(value) });
const text = (value: string): ShownValue => ({
  type: "java.lang.String",
  text: `"${value}"`,
  objectId: "0x5",
});
const reference = (object: ShownObject): ShownValue => ({
  type: object.className,
  text: object.text,
  objectId: object.objectId!,
  retainedBytes: object.retainedBytes!,
});
const field = (
  name: string,
  value: ShownValue,
  declaredBy = "com.shop.Cart",
  isStatic = false,
): ShownField => ({
  name,
  declaredBy,
  static: isStatic,
  ...value,
});
const object = (objectId: string, className: string, rest: Partial<ShownObject>): ShownObject => ({
  objectId,
  className,
  type: className,
  text: className,
  shallowBytes: 24,
  retainedBytes: 2048,
  fields: [],
  ...rest,
});

const big = object("0x2", "int[]", { length: bigLength });
const map = object("0x3", "java.util.HashMap", {
  entries: mapSize,
  fields: [field("size", int(mapSize), "java.util.HashMap")],
});
const cart = object("0x1", "com.shop.Cart", {
  fields: [
    field("items", reference(big)),
    field("byName", reference(map)),
    field("nothing", { type: "java.lang.Object", text: "null" }),
    field("id", int(7)),
    field("id", int(8), "com.shop.Base"),
  ],
});
const cartClass = object("0x4", "java.lang.Class", {
  fields: [field("ALL", reference(map), "com.shop.Cart", true)],
});
const objects = [cart, big, map, cartClass];
const thread: ShownThread = {
  objectId: "0x9",
  serial: 1,
  name: "main",
  state: "waiting",
  retainedBytes: 1,
  outOfMemory: false,
  frames: [{ className: "com.shop.Cart", method: "add", line: 3 }],
};

/** A heap of four objects that counts what it was asked for. */
function fakeView(): HeapView & { asked: number } {
  return {
    asked: 0,
    threads: async () => [thread],
    locals: async () => [reference(cart), reference(big)],
    async inspect(id) {
      const found = objects.find(({ objectId }) => objectId === id);
      if (found === undefined) throw new ExhumeError({ code: "notFound", what: `object ${id}` });
      return found;
    },
    async elements(_id, start, count) {
      this.asked += count;
      return Array.from({ length: Math.min(count, bigLength - start) }, (_, offset) => int(start + offset));
    },
    async entries(_id, start, count) {
      this.asked += count;
      const end = Math.min(mapSize, start + count);
      return Array.from(
        { length: Math.max(0, end - start) },
        (_, offset): ShownEntry => ({ key: text(`key-${start + offset}`), value: int(start + offset) }),
      );
    },
    classObjectOrUndefined: async (name) => (name === "com.shop.Cart" ? "0x4" : undefined),
    query: async () => ({ values: [], moreToCome: false }),
  };
}

async function evaluate(expression: string): Promise<string> {
  const view = fakeView();
  const locals = await namedLocals(view, thread, 0, never);
  const scope = {
    className: "com.shop.Cart",
    locals: new Map(locals.map(({ name, value }) => [name, value])),
  };
  return (await evaluatePath(view, expression, scope, never)).text;
}

describe("expressions over a heap dump", () => {
  it.each([
    ["this", "com.shop.Cart"],
    ["this.id", "7"],
    ["id", "7"],
    ["local0", "int[]"],
    ["this.items[24999999]", "24999999"],
    ["this.items.length", String(bigLength)],
    ['byName["key-140000"]', "140000"],
    ["byName[12]", "12"],
    ["ALL.size", String(mapSize)],
    ["com.shop.Cart.ALL", "java.util.HashMap"],
    ["Cart.ALL@size", String(mapSize)],
    ["this@retained", "2048 (2.00 KiB)"],
    ["0x1.items@shallow", "24 (24 B)"],
    ["this.nothing", "null"],
  ])("%s is %s", async (expression, expected) => expect(await evaluate(expression)).toBe(expected));

  it.each([
    ["this.gone", "com.shop.Cart has no field gone"],
    ["unknown", "unknown is no local, field, class or object id here"],
    ["this.nothing.x", "null has nothing inside"],
    ["this.id.x", "a int has nothing inside"],
    ["this[0]", "a com.shop.Cart has no elements"],
    ["this.items[25000000]", "element 25000000 of 25000000"],
    ['byName["gone"]', "key gone among the first 150000"],
    ["this@weight", "@weight is unknown"],
    ["this..x", "(column 5)"],
    ["", "Expected a name"],
    ["0xff", "object 0xff"],
  ])("%s: %s", async (expression, message) => {
    await expect(evaluate(expression)).rejects.toThrow(message);
  });
});

describe("variables of a heap dump", () => {
  async function open(path: readonly string[]): Promise<string[]> {
    const view = fakeView();
    const variables = new HeapVariables(view, true);
    let reference = variables.scopeOfLocals(thread, 0);
    for (const name of path) {
      const rows = await variables.children(reference, { variablesReference: reference }, never);
      const row = rows.find((candidate) => candidate.name === name);
      if (row === undefined) throw new Error(`no ${name} among ${rows.map((each) => each.name)}`);
      reference = row.variablesReference;
    }
    const rows = await variables.children(reference, { variablesReference: reference }, never);
    expect(view.asked).toBeLessThanOrEqual(100);
    return rows.map(({ name, value }) => `${name} = ${value}`);
  }

  it("names this, tells duplicates apart and shows retained sizes", async () => {
    expect(await open([])).toEqual([
      "this = com.shop.Cart · retains 2.00 KiB",
      "local0 = int[] · retains 2.00 KiB",
    ]);
    expect(await open(["this"])).toEqual([
      "items = int[] · retains 2.00 KiB",
      "byName = java.util.HashMap · retains 2.00 KiB",
      "nothing = null",
      "id = 7",
      "id (com.shop.Base) = 8",
    ]);
  });

  it("opens an array of millions in ranges", async () => {
    expect((await open(["local0"])).slice(0, 2)).toEqual(["[0 … 999999] = ", "[1000000 … 1999999] = "]);
    const last = await open([
      "local0",
      "[24000000 … 24999999]",
      "[24990000 … 24999999]",
      "[24999900 … 24999999]",
    ]);
    expect(last).toHaveLength(100);
    expect(last.at(-1)).toBe("[24999999] = 24999999");
  });

  it("shows entries of a map by key, and its fields below", async () => {
    const top = await open(["this", "byName"]);
    expect(top.at(-1)).toBe("[fields] = java.util.HashMap");
    expect(await open(["this", "byName", "[fields]"])).toEqual([`size = ${mapSize}`]);
    const entries = await open(["this", "byName", "[0 … 9999]", "[100 … 199]"]);
    expect(entries[0]).toBe('["key-100"] = 100');
  });
});
