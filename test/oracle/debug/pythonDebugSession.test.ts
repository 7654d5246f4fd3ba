import { join, resolve } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type DebugClient, startDebugClient } from "../../build/debugClient";
import { pythonCore, pythonInterpreters } from "../../build/pythonCores";

/** A debug session over a core of Python, whose frames stand between the interpreter's own. */

const source = resolve(__dirname, "../../programs/python/frames.py");
let client: DebugClient;
let frames: DebugProtocol.StackFrame[];
let threads: DebugProtocol.Thread[];

beforeAll(async () => {
  const { core } = pythonCore(pythonInterpreters()[0]!, "frames.py", "fault");
  client = startDebugClient();
  await client.send("initialize", { adapterID: "exhume", pathFormat: "path" });
  const launched = client.body("launch", { core, sourceMap: { [join(source, "..")]: join(source, "..") } });
  await client.event("initialized");
  await client.send("configurationDone");
  await launched;
  const { threadId } = (await client.event("stopped")).body;
  frames = (await client.body("stackTrace", { threadId }))["stackFrames"]!;
  threads = (await client.body("threads"))["threads"]!;
});
afterAll(() => client.stop());

async function rowsOf(name: string, scope: string): Promise<DebugProtocol.Variable[]> {
  const { id: frameId } = frames.find((frame) => frame.name === name)!;
  const scopes: DebugProtocol.Scope[] = (await client.body("scopes", { frameId }))["scopes"]!;
  const { variablesReference } = scopes.find((each) => each.name === scope)!;
  return (await client.body("variables", { variablesReference }))["variables"]!;
}

it("has the frames of Python at their lines, and says their language", () => {
  const names = frames.filter(({ name }) => name.endsWith("(Python)")).map(({ name }) => name);
  expect(names.slice(-5)).toEqual([
    "Ending.end (Python)",
    "total (Python)",
    "handle (Python)",
    "values (Python)",
    "<module> (Python)",
  ]);
  const total = frames.find(({ name }) => name === "total (Python)")!;
  expect(total.source?.path).toBe(source);
  expect(total.line).toBeGreaterThan(60);
  expect(frames.some(({ name }) => name.startsWith("PyEval_EvalCode"))).toBe(true);
  // The first frame that is looked at is not one of the standard library.
  const shown = frames.filter(({ source: at }) => at !== undefined && at.presentationHint !== "deemphasize");
  expect(shown[0]?.source?.path).toBe(source);
  expect(threads.map(({ name }) => name.replace(/ \d+ ·.*$/, ""))).toEqual(
    expect.arrayContaining(["MainThread", "locked", "generating", "sorting"]),
  );
});

it("unfolds variables, attributes and elements", async () => {
  expect((await rowsOf("total (Python)", "Arguments")).map(({ name, type }) => [name, type])).toEqual([
    ["order", "Order"],
    ["count", "int"],
  ]);
  const locals = await rowsOf("values (Python)", "Locals");
  const order = locals.find(({ name }) => name === "order")!;
  const parts: DebugProtocol.Variable[] = (
    await client.body("variables", { variablesReference: order.variablesReference })
  )["variables"]!;
  expect(parts.map(({ name, value, evaluateName }) => [name, value, evaluateName])).toEqual([
    ["number", "7", "order.number"],
    ["items", "['apple', 2.5, None]", "order.items"],
    ["total", "12", "order.total"],
  ]);
  expect((await rowsOf("total (Python)", "Globals")).map(({ name }) => name)).toContain("Order");
});

it("evaluates ways to values, and says of others that it cannot", async () => {
  const { id: frameId } = frames.find(({ name }) => name === "values (Python)")!;
  const resultOf = async (expression: string) =>
    (await client.body("evaluate", { expression, frameId }))["result"];
  expect(await resultOf("order.items[0]")).toBe("'apple'");
  expect(await resultOf("table['a']")).toBe("1");
  expect(await resultOf("Order")).toBe("<class 'Order'>");
  const refused = await client.send("evaluate", { expression: "order.total + 1", frameId });
  expect(refused.success).toBe(false);
  expect(JSON.stringify(refused.body)).toContain("is not a variable of this frame");
});
