import { describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { completePath } from "../../../analyzer/fronts/dap/heapCompletions";
import { evaluatePath } from "../../../analyzer/fronts/dap/heapEvaluator";
import type { EvaluationScope } from "../../../analyzer/fronts/dap/heapNames";
import { HeapVariables, namedLocals } from "../../../analyzer/fronts/dap/heapVariables";
import type { HeapView } from "../../../analyzer/fronts/dap/heapView";
import type {
  DebugEntry,
  DebugField,
  DebugObject,
  DebugThread,
  DebugValue,
} from "../../../analyzer/protocol/heap/debugging";
import { readCases, refusalPattern } from "../../build/caseFile";

const never = new AbortController().signal;
const bigLength = 25_000_000;
const mapSize = 150_000;

const int = (value: number): DebugValue => ({ type: "int", text: String(value) });
const text = (value: string): DebugValue => ({
  type: "java.lang.String",
  text: `"${value}"`,
  objectId: "0x5",
});
const reference = (object: DebugObject): DebugValue => ({
  type: object.className,
  text: object.text,
  objectId: object.objectId!,
  retainedBytes: object.retainedBytes!,
});
const boxed = (key: number, value: DebugValue): DebugEntry => ({
  key: { type: "java.lang.Integer", text: String(key), objectId: "0x9" },
  value,
});
const enumKey = (name: string, value: DebugValue): DebugEntry => ({
  key: { type: "com.shop.State", text: `State ${name}`, objectId: "0xa" },
  value,
});
const field = (
  name: string,
  value: DebugValue,
  declaredBy = "com.shop.Cart",
  isStatic = false,
): DebugField => ({
  name,
  declaredBy,
  static: isStatic,
  ...value,
});
const object = (objectId: string, className: string, rest: Partial<DebugObject>): DebugObject => ({
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
const numbers = object("0x6", "java.util.TreeMap", { entries: 2 });
const numbersClass = object("0x7", "java.lang.Class", {
  fields: [
    field("BY_NUMBER", reference(numbers), "com.other.Registry$Held", true),
    field("<resolved_references>", reference(big), "com.other.Registry$Held", true),
  ],
});
const emptyClass = object("0x8", "java.lang.Class", {
  fields: [field("<resolved_references>", reference(big), "com.other.Registry", true)],
});
const open = object("0xa", "com.shop.State", { text: "State OPEN" });
const objects = [cart, big, map, cartClass, numbers, numbersClass, emptyClass, open];
const classes = new Map([
  ["com.shop.Cart", "0x4"],
  ["com.other.Registry", "0x8"],
  ["com.other.Registry$Held", "0x7"],
  ["com.one.Twice", "0x8"],
  ["com.two.Twice", "0x8"],
]);
const thread: DebugThread = {
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
    async entries(id, start, count) {
      this.asked += count;
      if (id === numbers.objectId) {
        const all = [boxed(40, int(1)), enumKey("OPEN", int(2))];
        return all.slice(start, start + count);
      }
      const end = Math.min(mapSize, start + count);
      return Array.from(
        { length: Math.max(0, end - start) },
        (_, offset): DebugEntry => ({ key: text(`key-${start + offset}`), value: int(start + offset) }),
      );
    },
    classObjectOrUndefined: async (name) => classes.get(name),
    classNames: async (start) =>
      [...classes.keys()].filter((name) =>
        [name, name.slice(name.lastIndexOf(".") + 1)].some((each) => each.startsWith(start)),
      ),
    textOrUndefined: async () => undefined,
    completeQuery: async () => ({ from: 0, items: [] }),
    query: async () => ({ values: [], moreToCome: false }),
  };
}

async function scopeOfCart(view: HeapView): Promise<EvaluationScope> {
  const locals = await namedLocals(view, thread, 0, never);
  return {
    className: "com.shop.Cart",
    locals: new Map(locals.map(({ name, value }) => [name, value])),
  };
}

async function evaluate(expression: string, scope: Partial<EvaluationScope> = {}): Promise<string> {
  const view = fakeView();
  return (await evaluatePath(view, expression, { ...(await scopeOfCart(view)), ...scope }, never)).text;
}

describe("expressions over a heap dump", () => {
  const cases = readCases("heapExpressions.txt");

  it.each(cases.filter(({ answer }) => answer.length > 0))("$question", async ({ question, answer }) => {
    expect([await evaluate(question)]).toEqual(answer);
  });

  it.each(cases.filter(({ answer }) => answer.length === 0))(
    "$question: $refusal",
    async ({ question, refusal }) => {
      await expect(evaluate(question)).rejects.toThrow(refusalPattern(refusal!));
    },
  );

  it("wants a name", async () => {
    await expect(evaluate("")).rejects.toThrow("Expected a name");
  });
});

describe("names in a source file", () => {
  it("means the statics of the classes the file declares, also when another frame is selected", async () => {
    expect(await evaluate("BY_NUMBER", { nearClasses: ["com.other.Registry$Held"] })).toBe(
      "java.util.TreeMap",
    );
    await expect(evaluate("BY_NUMBER")).rejects.toThrow("BY_NUMBER is not a local, field, class");
  });

  it("says why there is no this", async () => {
    await expect(evaluate("this", { locals: new Map() })).rejects.toThrow(
      "there is no this in this frame: a static method, or the dump has no object of it.",
    );
  });
});

describe("completions of expressions over a heap dump", () => {
  async function complete(before: string): Promise<string[]> {
    const view = fakeView();
    const { from, items } = await completePath(view, before, await scopeOfCart(view), never);
    return items.map(({ text, kind }) => `${before.slice(0, from)}${text} ${kind}`);
  }

  it.each([
    ["thi", ["this local"]],
    ["AL", ["ALL field"]],
    ["this.", ["items", "byName", "nothing", "id"].map((name) => `this.${name} field`)],
    ["this.by", ["this.byName field"]],
    ["(this.items).", ["(this.items).length field"]],
    ["this.byName.s", ["this.byName.size field"]],
    ["this@", ["retained", "shallow", "id", "class", "length"].map((name) => `this@${name} attribute`)],
    ["this.id@re", ["this.id@retained attribute"]],
    [
      'byName["key-42',
      ["42", ...Array.from({ length: 10 }, (_, digit) => `42${digit}`)].map(
        (key) => `byName["key-${key}" key`,
      ),
    ],
    ["this.items[", ["this.items[0 key"]],
    ["Regi", ["Registry class", "Registry.Held class"]],
    ["Registry.Held.", ["Registry.Held.BY_NUMBER field"]],
    ["com.other.Re", ["com.other.Registry class", "com.other.Registry.Held class"]],
    ["gone.", []],
    ["this..", []],
  ])("%s", async (before, expected) => expect(await complete(before)).toEqual(expected));
});

describe("variables of a heap dump", () => {
  async function open(path: readonly string[]): Promise<string[]> {
    const view = fakeView();
    const variables = new HeapVariables(view, true);
    let reference = variables.scopeOfLocals(thread, 0);
    for (const name of path) {
      const rows = await variables.children({ variablesReference: reference }, never);
      const row = rows.find((candidate) => candidate.name === name);
      if (row === undefined) throw new Error(`no ${name} among ${rows.map((each) => each.name)}`);
      reference = row.variablesReference;
    }
    const rows = await variables.children({ variablesReference: reference }, never);
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

  it("gives each an expression that leads to it again", async () => {
    const view = fakeView();
    const variables = new HeapVariables(view, true);
    const scope = await scopeOfCart(view);
    const rowsOf = (reference: number) => variables.children({ variablesReference: reference }, never);
    const shown = [...(await rowsOf(variables.scopeOfLocals(thread, 0)))];
    const statics = await variables.scopeOfStatics("com.other.Registry$Held", "0x7", never);
    shown.push(...(await rowsOf(statics!)));
    for (let at = 0; at < shown.length; at++) {
      const { name, evaluateName, variablesReference } = shown[at]!;
      const isOpened = name === "[fields]" || name.startsWith("[0 …") || !/^local|^\[/.test(name);
      if (isOpened && variablesReference > 0 && !evaluateName?.includes("items"))
        shown.push(...(await rowsOf(variablesReference)));
    }
    const expressions = shown.map(({ evaluateName }) => evaluateName);
    expect(expressions).toContain("this.items");
    expect(expressions).toContain('this.byName["key-7"]');
    expect(expressions).toContain("com.other.Registry$Held.BY_NUMBER[40]");
    for (const { evaluateName, value } of shown) {
      if (evaluateName === undefined) continue;
      expect((await evaluatePath(view, evaluateName, scope, never)).text).toBe(value.replace(/ · .*/, ""));
    }
  });

  it("leaves out what the JVM keeps among the statics, and a scope without any", async () => {
    const view = fakeView();
    const variables = new HeapVariables(view, true);
    expect(await variables.scopeOfStatics("com.other.Registry", "0x8", never)).toBeUndefined();
    const statics = await variables.scopeOfStatics("com.other.Registry$Held", "0x7", never);
    const rows = await variables.children({ variablesReference: statics! }, never);
    expect(rows.map(({ name }) => name)).toEqual(["BY_NUMBER"]);
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
