import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../analyzer/base/errors";
import type { DebugAnswers } from "../../analyzer/fronts/dap/debugCalls";
import { debugCalls } from "../../analyzer/fronts/dap/debugCalls";
import { ReadOnlyDebugSession, type Stop } from "../../analyzer/fronts/dap/readOnlyDebugSession";
import { checkedParams } from "../../analyzer/fronts/lsp/checkedParams";
import { coreOptionsOf, dumpNamedIn, launchArguments } from "../../analyzer/protocol/debug/launch";
import { debugMessage } from "../../analyzer/protocol/debug/tunnel";
import { requests } from "../../analyzer/protocol/requests";
import { checkShape, type Shape } from "../../analyzer/protocol/shapes";
import { hostCalls, viewMessage } from "../../analyzer/protocol/view/hostCalls";
import { navigationShape } from "../../analyzer/protocol/view/navigation";
import { checkedArgument, variableTarget } from "../../extension/commandArguments";
import { answerCall, type HostHandlers } from "../../extension/viewCalls";
import { type DeclaredShape, exampleOf } from "../build/hostileValues";
import type { FuzzedParser } from "./fuzzedParser";
import { mutated } from "./mutations";

const encode = (text: string) => new TextEncoder().encode(text);

/** Says which call was made with what: nothing is done. */
const handlers = Object.fromEntries(
  Object.keys(hostCalls).map((name) => [name, async (params: unknown) => [name, params]]),
) as unknown as HostHandlers<null>;

/** Declared as text or number and nothing else, a value that got through another way is a finding. */
const others: Readonly<Record<string, Shape>> = {
  viewMessage,
  debugMessage,
  navigationShape,
  launchArguments,
  variableTarget,
};

/** All messages anybody may send: a list of whom to, which, and what. */
const messages: readonly (readonly [to: string, name: string, params: unknown])[] = [
  ...Object.entries(requests).map(([name, { params }]) => ["analyzer", name, exampled(params)] as const),
  ...Object.entries(hostCalls).map(([name, { params }]) => ["host", name, exampled(params)] as const),
  ...Object.entries(debugCalls).map(([name, { params }]) => ["debugger", name, exampled(params)] as const),
  ...Object.entries(others).map(([name, shape]) => ["other", name, exampled(shape)] as const),
];

function exampled(shape: Shape): unknown {
  return exampleOf(shape as unknown as DeclaredShape);
}

class NothingToShow extends ReadOnlyDebugSession {
  protected readonly capabilities = {};
  protected readonly answers: DebugAnswers = { threads: () => ({ threads: [] }) };

  protected async open(): Promise<Stop> {
    throw new ExhumeError({ code: "empty", file: "fuzzed" });
  }

  protected close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a debug session answers: every request that has a number gets one response. */
async function debugAnswer(command: string, args: unknown): Promise<unknown> {
  let bug: string | undefined;
  const session = new NothingToShow((text) => {
    bug = text;
  });
  const answer = await new Promise<DebugProtocol.Response>((resolve) => {
    session.onDidSendMessage((sent) => {
      const message = sent as DebugProtocol.ProtocolMessage;
      if (message.type === "response") resolve(message as DebugProtocol.Response);
    });
    session.handleMessage({ seq: 1, type: "request", command, arguments: args } as DebugProtocol.Request);
  });
  if (bug !== undefined) throw new Error(bug);
  if (!answer.success && !/^[ -~]{1,400}$/.test(answer.message ?? ""))
    throw new Error(`the refusal is ${JSON.stringify(answer.message)}`);
  return answer.success;
}

async function answerTo(to: string, name: string, params: unknown): Promise<unknown> {
  switch (to) {
    case "analyzer":
      return checkedParams(name, params);
    case "host":
      return answerCall(handlers, name, params, null);
    case "debugger":
      return debugAnswer(name, params);
    default: {
      const shape = Object.hasOwn(others, name) ? others[name] : undefined;
      if (shape === undefined) return undefined;
      if (shape === launchArguments) {
        const checked = checkShape(launchArguments, params);
        return checked.ok && [coreOptionsOf(checked.value), dumpNamedIn(checked.value)];
      }
      return shape === variableTarget ? checkedArgument("fuzzed", shape, params) : checkShape(shape, params);
    }
  }
}

/** Sentences that refuse a message; anything else that is thrown is a finding. */
const isRefusal = (error: unknown) =>
  error instanceof SyntaxError ||
  (error instanceof Error && / in a wrong way: |cannot ask for/.test(error.message));

const hostile: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e300, 2 ** 53, "", "x", "0x10", "\u0000", "\u202e\u001b]52;c;eA==\u0007"],
  ...["__proto__", "constructor", "//evil.example/x", "x".repeat(70_000), [], {}, [[]], { length: 1e9 }],
  ...[{ toString: 1 }, { valueOf: "x" }, ["a", 1, null], { view: "query", params: { text: 5 } }],
];

/** Changes one value of a message, or adds one under a name that is there or dangerous. */
function mutateMessage(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const message = JSON.parse(new TextDecoder().decode(seeds[below(seeds.length)]!)) as unknown[];
  for (let changes = 1 + below(3); changes > 0; changes--) change(message, 0);
  return encode(JSON.stringify(message));

  function change(node: object, depth: number): void {
    const keys = Object.keys(node);
    const key =
      random() < 0.15 ? ["__proto__", "extra", "constructor", "0"][below(4)]! : keys[below(keys.length)];
    if (key === undefined) return;
    const fields = node as Record<string, unknown>;
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (typeof value === "object" && value !== null && depth < 8 && random() < 0.8) {
      change(value, depth + 1);
      return;
    }
    const other = structuredClone(hostile[below(hostile.length)]);
    Object.defineProperty(fields, key, {
      value: other,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}

/** Everything that other programs, links and web views may send, through what checks it. */
export const messageParsers: Readonly<Record<string, FuzzedParser>> = {
  messages: {
    seeds: messages.map((message) => encode(JSON.stringify(message))),
    mutate: (seeds, random) => (random() < 0.9 ? mutateMessage(seeds, random) : mutated(seeds, random)),
    mayThrow: isRefusal,
    read: (bytes) => {
      const message = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
      const [to, name, params] = Array.isArray(message) ? (message as unknown[]) : [];
      return typeof to === "string" && typeof name === "string" ? answerTo(to, name, params) : undefined;
    },
  },
};
