import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import type { DebugAnswers } from "../../../analyzer/fronts/dap/debugCalls";
import { type DebugCommand, debugCalls, refusals } from "../../../analyzer/fronts/dap/debugCalls";
import {
  type Opening,
  ReadOnlyDebugSession,
  type Stop,
} from "../../../analyzer/fronts/dap/readOnlyDebugSession";
import { type DeclaredShape, hostileValues } from "../../build/hostileValues";

/** A dump with one thread; `hang` waits for its cancel, `broken` has a bug. */
class OneThreadSession extends ReadOnlyDebugSession {
  closed = 0;
  protected readonly capabilities = { supportsEvaluateForHovers: true };
  protected readonly answers: DebugAnswers = {
    threads: () => ({ threads: [{ id: 7, name: "main" }] }),
    evaluate: (_args, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new ExhumeError({ code: "cancelled" })));
      }),
    scopes: () => {
      throw new TypeError("a bug of ours");
    },
  };

  protected async open(args: { readonly dump: string }, opening: Opening): Promise<Stop> {
    opening.report("Indexing", 0.5);
    if (args.dump === "bad") throw new ExhumeError({ code: "empty", file: "bad" });
    return { threadId: 7, reason: "exception", description: "java.lang.OutOfMemoryError" };
  }

  protected async close(): Promise<void> {
    this.closed++;
  }
}

interface Client {
  readonly session: OneThreadSession;
  readonly messages: DebugProtocol.ProtocolMessage[];
  readonly log: readonly string[];
  send(command: string, args?: object): Promise<DebugProtocol.Response>;
  post(command: string, args?: object): number;
}

function connect(): Client {
  const session = new OneThreadSession((text) => void log.push(text));
  const messages: DebugProtocol.ProtocolMessage[] = [];
  const log: string[] = [];
  const waiting = new Map<number, (response: DebugProtocol.Response) => void>();
  session.onDidSendMessage((sent) => {
    const message = sent as DebugProtocol.ProtocolMessage;
    messages.push(message);
    if (message.type === "response") {
      const response = message as DebugProtocol.Response;
      waiting.get(response.request_seq)?.(response);
    }
  });
  let seq = 1;
  const post = (command: string, args: object = {}) => {
    const request = { seq: seq++, type: "request", command, arguments: args };
    session.handleMessage(request);
    return request.seq;
  };
  const send = (command: string, args?: object) =>
    new Promise<DebugProtocol.Response>((resolve) => {
      const next = seq;
      waiting.set(next, resolve);
      post(command, args);
    });
  return { session, messages, log, send, post };
}

async function launched(): Promise<Client> {
  const client = connect();
  await client.send("initialize", { adapterID: "exhume", supportsProgressReporting: true });
  await client.send("launch", { dump: "good" });
  await client.send("configurationDone");
  return client;
}

const eventsOf = (client: Client) =>
  client.messages
    .filter((message) => message.type === "event")
    .map((message) => message as DebugProtocol.Event);

it("opens, reports progress and stops on the chosen thread", async () => {
  const client = await launched();
  await client.send("threads");
  expect(eventsOf(client).map(({ event }) => event)).toEqual([
    "initialized",
    "progressStart",
    "progressUpdate",
    "progressEnd",
    "stopped",
  ]);
  expect(eventsOf(client).at(-1)!.body).toEqual({
    reason: "exception",
    description: "java.lang.OutOfMemoryError",
    threadId: 7,
    allThreadsStopped: true,
  });
});

it("hides every button that would run or change something", async () => {
  const { body } = await connect().send("initialize", { adapterID: "exhume" });
  expect(body).toMatchObject({
    supportsStepBack: false,
    supportsRestartRequest: false,
    supportsSetVariable: false,
    supportsEvaluateForHovers: true,
  });
});

it.each([...refusals])("refuses %s in a sentence", async (command, sentence) => {
  const response = await (await launched()).send(command);
  expect(response).toMatchObject({ success: false, message: `${sentence}.` });
});

const commands = Object.keys(debugCalls) as DebugCommand[];

it.each(commands)("refuses arguments of %s that are not as declared, and goes on", async (command) => {
  const client = command === "launch" || command === "attach" ? connect() : await launched();
  for (const [what, args] of hostileValues(debugCalls[command].params as unknown as DeclaredShape)) {
    // Some clients say in this way that there are none.
    if (args === null) continue;
    const response = await client.send(command, args as object);
    expect(response.success, `${command} with ${what}`).toBe(false);
    expect(response.message, `${command} with ${what}`).toMatch(/^\w+: [ -~]{1,300}\.$/);
  }
  expect(await client.send("setExceptionBreakpoints")).toMatchObject({ success: true });
});

it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("has no request %s", async (command) => {
  const response = await (await launched()).send(command);
  expect(response).toMatchObject({ success: false, message: expect.stringMatching(/^A dump has no answer/) });
});

it("answers unknown requests, bugs of its own and questions before the dump", async () => {
  expect(await connect().send("threads")).toMatchObject({ success: false, message: "No dump is open yet." });
  const client = await launched();
  expect(await client.send("makeCoffee")).toMatchObject({
    success: false,
    message: "A dump has no answer to the request makeCoffee.",
  });
  const broken = await client.send("scopes", { frameId: 1 });
  expect(broken.message).toBe("Internal error: a bug of ours.");
  expect(client.log).toEqual([expect.stringMatching(/^scopes: TypeError: a bug of ours\n +at /)]);
  expect(await client.send("threads")).toMatchObject({ success: true });
});

it("takes breakpoints as never hit", async () => {
  const { body } = await (await launched()).send("setBreakpoints", {
    source: {},
    breakpoints: [{ line: 3 }],
  });
  expect(body.breakpoints).toMatchObject([{ verified: false }]);
});

it("says why a dump cannot be opened", async () => {
  const client = connect();
  await client.send("initialize", { adapterID: "exhume" });
  expect(await client.send("launch", { dump: "bad" })).toMatchObject({
    success: false,
    message: "bad is empty (0 bytes).",
  });
  expect(await client.send("threads")).toMatchObject({ success: false });
});

it("cancels one request, and all of them at the end", async () => {
  const client = await launched();
  const first = client.post("evaluate", { expression: "a" });
  const second = client.post("evaluate", { expression: "b" });
  await client.send("cancel", { requestId: first });
  await client.send("disconnect");
  const answered = client.messages.filter(
    (message) => message.type === "response",
  ) as DebugProtocol.Response[];
  const cancelled = answered.filter(({ request_seq }) => request_seq === first || request_seq === second);
  expect(cancelled.map(({ message }) => message)).toEqual(["Cancelled.", "Cancelled."]);
  expect(client.session.closed).toBe(1);
  client.session.dispose();
  expect(client.session.closed).toBe(1);
});
