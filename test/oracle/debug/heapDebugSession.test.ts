import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DebugClient, startDebugClient } from "../../build/debugClient";
import { findJdks } from "../../build/javaDumps";
import { startLanguageClient } from "../../build/languageClient";
import { makeOutOfMemoryDump, type OutOfMemoryDump } from "../../build/outOfMemoryDump";

const programs = resolve(__dirname, "../../programs/java");
const source = join(programs, "debugged/Settlement.java");

let made: OutOfMemoryDump;
let client: DebugClient;
let threads: DebugProtocol.Thread[];
let stopped: DebugProtocol.StoppedEvent["body"];
let frames: DebugProtocol.StackFrame[];

const lineOf = (text: string) =>
  readFileSync(source, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

beforeAll(async () => {
  made = makeOutOfMemoryDump("debugged/Settlement.java", "debugged.Settlement", findJdks().at(-1)!, [
    "-Xmx48m",
    "-XX:+UseSerialGC",
  ]);
  client = startDebugClient();
  await client.send("initialize", {
    adapterID: "exhume",
    pathFormat: "path",
    supportsProgressReporting: true,
  });
  const launched = client.body("launch", { dump: made.dump, sourceRoots: [programs] });
  await client.event("initialized");
  await client.send("setBreakpoints", { source: { path: source }, breakpoints: [{ line: 3 }] });
  await client.send("configurationDone");
  await launched;
  stopped = (await client.event("stopped")).body;
  threads = (await client.body("threads"))["threads"]!;
  frames = (await client.body("stackTrace", { threadId: stopped.threadId }))["stackFrames"]!;
});

afterAll(() => client.stop());

const frameOf = (method: string) => frames.find(({ name }) => name.endsWith(`.${method}`))!;

async function scopesOf(frameId: number): Promise<Map<string, number>> {
  const scopes: DebugProtocol.Scope[] = (await client.body("scopes", { frameId }))["scopes"]!;
  return new Map(scopes.map(({ name, variablesReference }) => [name, variablesReference]));
}

async function rowsOf(variablesReference: number): Promise<DebugProtocol.Variable[]> {
  return (await client.body("variables", { variablesReference }))["variables"]!;
}

async function evaluate(expression: string, frame = frameOf("settle")): Promise<DebugProtocol.Response> {
  return client.send("evaluate", { expression, frameId: frame.id, context: "watch" });
}

describe("debug session over the dump of a JVM that ran out of memory", () => {
  it("selects the thread that ran out of memory first, and says so", async () => {
    expect(stopped).toMatchObject({
      reason: "exception",
      description: "java.lang.OutOfMemoryError",
      allThreadsStopped: true,
    });
    expect(threads[0]).toMatchObject({ id: stopped.threadId });
    expect(threads[0]!.name).toMatch(/^settlement-1 · /);
    expect(threads.map(({ name }) => name).some((name) => /^idle-1 · waiting/.test(name))).toBe(true);
    const info = await client.body("exceptionInfo", { threadId: stopped.threadId });
    expect(info).toMatchObject({ exceptionId: "java.lang.OutOfMemoryError" });
  });

  it("shows the stack the JVM itself printed, with sources", () => {
    // Frames of classes made at run time have no source the JVM could name.
    const printed = made.stack.filter((line) => /^debugged\..*\.java:\d+\)$/.test(line));
    const shown = frames
      .filter(({ source: place, name }) => place?.path === source && !name.includes("$$Lambda"))
      .map(({ name, line }) => `debugged.${name}(Settlement.java:${line})`);
    expect(printed.length).toBeGreaterThanOrEqual(3);
    expect(shown).toEqual(printed);
    expect(frameOf("nextPage").line).toBe(lineOf("return new long[1 << 15]"));
  });

  it("shows sources of the JDK from its src.zip", async () => {
    const run = frames.find(({ name }) => name === "Thread.run")!;
    expect(run.source).toMatchObject({ name: "Thread.java" });
    const sourceReference = run.source?.sourceReference ?? 0;
    expect(sourceReference).toBeGreaterThan(0);
    const { content } = await client.body("source", { sourceReference, source: run.source });
    expect(String(content).split("\n")[run.line - 1]).toMatch(/run/);
  });

  it("finds this, its fields and a planted local", async () => {
    const scopes = await scopesOf(frameOf("settle").id);
    const locals = await rowsOf(scopes.get("Locals (references)")!);
    const self = locals.find(({ name }) => name === "this")!;
    expect(self.type).toBe("debugged.Settlement");
    const fields = await rowsOf(self.variablesReference);
    expect(fields.map(({ name }) => name)).toEqual(["pages", "name"]);
    expect(fields[1]!.value).toMatch(/^"settlement of march"/);
    expect(locals.some(({ type }) => type === "debugged.Settlement$Order")).toBe(true);
  });

  it("opens a planted entry of a static map by its key", async () => {
    const scopes = await scopesOf(frameOf("settle").id);
    const statics = await rowsOf(scopes.get("Statics of Settlement")!);
    const orders = statics.find(({ name }) => name === "ORDERS")!;
    const ranges = await rowsOf(orders.variablesReference);
    expect(ranges.map(({ name }) => name).slice(0, 2)).toEqual(["[0 … 99]", "[100 … 199]"]);
    let planted: DebugProtocol.Variable | undefined;
    for (const range of ranges.slice(0, 10)) {
      planted ??= (await rowsOf(range.variablesReference)).find(({ name }) => name === '["order-742"]');
    }
    const order = await rowsOf(planted!.variablesReference);
    expect(order.map(({ name, value }) => `${name}=${value.replace(/ · .*/, "")}`)).toEqual([
      "number=742",
      'customer="customer-2"',
    ]);
  });

  it("shows thread-locals", async () => {
    const scopes = await scopesOf(frameOf("settle").id);
    const rows = await rowsOf(scopes.get("Thread-locals")!);
    const context = rows.find(({ type }) => type === "debugged.Settlement$Context")!;
    const fields = await rowsOf(context.variablesReference);
    expect(fields.map(({ value }) => value.replace(/ · .*/, ""))).toEqual(['"tenant-north"']);
  });

  it.each([
    ["name", '"settlement of march"'],
    ["this.name", '"settlement of march"'],
    ['ORDERS["order-7"].number', "7"],
    ["debugged.Settlement.ORDERS@size", "1000"],
    ["Settlement.ORDERS.size", "1000"],
    ["pages[0][0]", "7"],
    ['ORDERS.get("order-7").customer', '"customer-7"'],
    ['((Settlement.Order) ORDERS["order-7"]).number', "7"],
    ["Settlement.Order@class", "java.lang.Class"],
    ["HashMap@class", "java.lang.Class"],
  ])("evaluates %s", async (expression, expected) => {
    const { body } = await evaluate(expression);
    expect(String(body?.result).replace(/ · .*/, "")).toBe(expected);
  });

  it("gives every variable an expression, which leads to the same value in a watch", async () => {
    const scopes = await scopesOf(frameOf("settle").id);
    const locals = await rowsOf(scopes.get("Locals (references)")!);
    const self = locals.find(({ name }) => name === "this")!;
    const statics = await rowsOf(scopes.get("Statics of Settlement")!);
    expect(statics.map(({ name }) => name).sort()).toEqual(["CONTEXT", "ORDERS"]);
    const orders = statics.find(({ name }) => name === "ORDERS")!;
    const [range] = await rowsOf(orders.variablesReference);
    const entries = await rowsOf(range!.variablesReference);
    expect(entries[0]!.evaluateName).toMatch(/^debugged\.Settlement\.ORDERS\["order-\d+"\]$/);
    const shown = [...locals, ...(await rowsOf(self.variablesReference)), ...statics, ...entries.slice(0, 3)];
    for (const { evaluateName, value } of shown) {
      const { body } = await evaluate(evaluateName!);
      expect(body.result, evaluateName).toBe(value);
    }
  });

  it("copies a value as it is, without what was added for the eye", async () => {
    const { body } = await client.send("evaluate", {
      expression: "this.name",
      frameId: frameOf("settle").id,
      context: "clipboard",
    });
    expect(body.result).toBe("settlement of march");
  });

  it.each([
    ["th", "this"],
    ["this.na", "name"],
    ["ORD", "ORDERS"],
    ['ORDERS["order-99', '"order-99"'],
    ["Settl", "Settlement"],
    ["debugged.Settlement.CON", "CONTEXT"],
    ["this@ret", "retained"],
    ["SELECT * FROM debugged.Settlement$O", "debugged.Settlement$Order"],
    ["SELECT o.cust FROM debugged.Settlement$Order o", "customer"],
  ])("completes %s with %s", async (text, expected) => {
    const cursor = text.startsWith("SELECT o.cust") ? "SELECT o.cust".length : text.length;
    const { body } = await client.send("completions", {
      text,
      column: cursor + 1,
      frameId: frameOf("settle").id,
    });
    expect((body.targets as DebugProtocol.CompletionItem[]).map(({ label }) => label)).toContain(expected);
  });

  it("knows a name of the file it stands in, whichever frame is selected", async () => {
    const outside = frames.find(({ name }) => name === "Thread.run")!;
    const hovered = (place?: object) =>
      client.send("evaluate", {
        expression: "ORDERS",
        frameId: outside.id,
        context: "hover",
        ...(place === undefined ? {} : { source: place, line: 20, column: 9 }),
      });
    expect((await hovered()).success).toBe(false);
    expect((await hovered({ path: source })).body?.result).toMatch(/^HashMap size 1,000/);
  });

  it("answers a query", async () => {
    const { body } = await evaluate("SELECT * FROM debugged.Settlement$Order o WHERE o.number > 997");
    expect(body.result).toBe("2 rows");
    expect(await rowsOf(body.variablesReference)).toHaveLength(2);
  });

  it.each([
    ["evaluate", { expression: "nothing.here", context: "hover" }, /nothing is not a local, field, class/],
    [
      "evaluate",
      { expression: "debugged.Settlement.ORDERS.clear()", context: "repl" },
      /Nothing runs in a dump/,
    ],
    ["evaluate", { expression: "SELECT FROM WHERE", context: "repl" }, /\(column \d+\)/],
    ["setVariable", { variablesReference: 1, name: "x", value: "1" }, /read-only/],
    ["continue", { threadId: 1 }, /cannot continue/],
    ["stackTrace", { threadId: 9999 }, /thread 9999/],
    ["brewCoffee", {}, /no answer to the request brewCoffee/],
  ])("refuses %s %j in a sentence", async (command, args, message) => {
    const response = await client.send(command, args);
    expect(response.success).toBe(false);
    expect(response.message).toMatch(message);
  });
});

describe("allocation sites", () => {
  it("are not recorded by a JVM without a profiler, and the answer says so", async () => {
    const languageClient = await startLanguageClient();
    const { dump } = await languageClient.send("dump/open", { path: made.dump });
    const answer = await languageClient.send("heap/allocationSites", { dump, start: 0, count: 10 });
    expect(answer).toMatchObject({ recorded: false, total: 0 });
    await languageClient.stop();
  });
});

describe("debug adapter", () => {
  it.each([
    [{}, /names no dump/],
    [{ dump: "/nowhere/at.all" }, /no such file/],
    [{ dump: __filename }, /not a dump/],
  ])("says why %j cannot be opened", async (args, message) => {
    const other = startDebugClient();
    await other.send("initialize", { adapterID: "exhume", pathFormat: "path" });
    const response = await other.send("launch", args);
    expect(response.success).toBe(false);
    expect(response.message).toMatch(message);
    expect(await other.send("threads")).toMatchObject({ success: false });
    await other.stop();
  });
});
