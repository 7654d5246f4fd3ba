import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../base/errors";
import { launchArguments } from "../../protocol/debug/launch";
import { call, type ParamsIn, type ResultIn, request } from "../../protocol/request";
import {
  amount,
  anything,
  checkShape,
  flag,
  integer,
  list,
  object,
  optional,
  text,
  words,
} from "../../protocol/shapes";

type Body<Response extends { readonly body?: unknown }> = Response["body"];

const source = object({ path: optional(words), sourceReference: optional(integer) });
const breakpoints = list(anything, 100_000);

/** Requests a session over a dump answers by itself, whatever the dump. */
const lifeCycle = {
  initialize: request({ supportsProgressReporting: optional(flag) }).gives<DebugProtocol.Capabilities>(),
  launch: call(launchArguments).gives<undefined>(),
  attach: call(launchArguments).gives<undefined>(),
  configurationDone: request({}).gives<undefined>(),
  setBreakpoints: request({ breakpoints: optional(breakpoints) }).gives<
    Body<DebugProtocol.SetBreakpointsResponse>
  >(),
  setFunctionBreakpoints: request({ breakpoints }).gives<Body<DebugProtocol.SetBreakpointsResponse>>(),
  setExceptionBreakpoints: request({}).gives<Body<DebugProtocol.SetExceptionBreakpointsResponse>>(),
  cancel: request({ requestId: optional(integer) }).gives<undefined>(),
  disconnect: request({}).gives<undefined>(),
  terminate: request({}).gives<undefined>(),
};

/** Requests that sessions may answer. Others are refused in a sentence. */
const questions = {
  threads: request({}).gives<Body<DebugProtocol.ThreadsResponse>>(),
  stackTrace: request({
    threadId: integer,
    startFrame: optional(amount),
    levels: optional(amount),
  }).gives<Body<DebugProtocol.StackTraceResponse>>(),
  scopes: request({ frameId: integer }).gives<Body<DebugProtocol.ScopesResponse>>(),
  variables: request({
    variablesReference: integer,
    start: optional(amount),
    count: optional(amount),
  }).gives<Body<DebugProtocol.VariablesResponse>>(),
  evaluate: request({
    expression: text(100_000),
    frameId: optional(integer),
    context: optional(words),
    source: optional(source),
  }).gives<Body<DebugProtocol.EvaluateResponse>>(),
  source: request({ sourceReference: integer, source: optional(source) }).gives<
    Body<DebugProtocol.SourceResponse>
  >(),
  modules: request({ startModule: optional(amount), moduleCount: optional(amount) }).gives<
    Body<DebugProtocol.ModulesResponse>
  >(),
  exceptionInfo: request({ threadId: integer }).gives<Body<DebugProtocol.ExceptionInfoResponse>>(),
  readMemory: request({ memoryReference: words, offset: optional(integer), count: amount }).gives<
    Body<DebugProtocol.ReadMemoryResponse>
  >(),
  disassemble: request({
    memoryReference: words,
    offset: optional(integer),
    instructionOffset: optional(integer),
    instructionCount: amount,
  }).gives<Body<DebugProtocol.DisassembleResponse>>(),
  completions: request({
    text: text(100_000),
    column: amount,
    line: optional(integer),
    frameId: optional(integer),
  }).gives<Body<DebugProtocol.CompletionsResponse>>(),
};

export const debugCalls = { ...lifeCycle, ...questions };
export type DebugCommand = keyof typeof debugCalls;
export type DebugQuestion = keyof typeof questions;
export type DebugArguments<C extends DebugCommand> = ParamsIn<(typeof debugCalls)[C]>;
export type DebugBody<C extends DebugCommand> = ResultIn<(typeof debugCalls)[C]>;

/** What a client asked with its arguments as declared. */
export type CheckedCall = {
  readonly [C in DebugCommand]: { readonly command: C; readonly args: DebugArguments<C> };
}[DebugCommand];

/** @throws ExhumeError `refused` for what no dump answers, `invalid` for arguments that are not as declared. */
export function checkedCall(command: string, sent: unknown): CheckedCall {
  if (!Object.hasOwn(debugCalls, command)) throw refusedCommand(command);
  const checked = checkShape(debugCalls[command as DebugCommand].params, sent ?? {});
  if (!checked.ok) throw new ExhumeError({ code: "invalid", what: `${command}: ${checked.what}` });
  return { command, args: checked.value } as CheckedCall;
}

/** Answers by command. Each may wait; `signal` fires when the client gives the request up or ends the session. */
export type DebugAnswers = {
  readonly [C in DebugQuestion]?: (
    args: DebugArguments<C>,
    signal: AbortSignal,
  ) => Promise<DebugBody<C>> | DebugBody<C>;
};

/** Requests that would change the past, each with the sentence that says why not. */
export const refusals: ReadonlyMap<string, string> = new Map([
  ["continue", "The process in this dump has ended: it cannot continue"],
  ["next", "The process in this dump has ended: it cannot step"],
  ["stepIn", "The process in this dump has ended: it cannot step"],
  ["stepOut", "The process in this dump has ended: it cannot step"],
  ["stepBack", "A dump holds one moment: there is nothing before it to step back to"],
  ["reverseContinue", "A dump holds one moment: there is nothing before it to run back to"],
  ["restart", "A dump cannot be started again. Start the program itself instead"],
  ["restartFrame", "The process in this dump has ended: a frame cannot run again"],
  ["pause", "The process in this dump is stopped for good"],
  ["goto", "The process in this dump has ended: it cannot jump"],
  ["setVariable", "A dump is read-only: values cannot be changed"],
  ["setExpression", "A dump is read-only: values cannot be changed"],
  ["writeMemory", "A dump is read-only: memory cannot be changed"],
  ["terminateThreads", "The threads in this dump have ended already"],
  ["setDataBreakpoints", "Nothing runs in a dump: a data breakpoint would never be hit"],
  ["setInstructionBreakpoints", "Nothing runs in a dump: a breakpoint would never be hit"],
]);

/** Why a dump does not answer it. */
export function refusedCommand(command: string): ExhumeError {
  const name = /^\w{1,40}$/.test(command) ? ` ${command}` : "";
  const what = refusals.get(command) ?? `A dump has no answer to the request${name}`;
  return new ExhumeError({ code: "refused", what });
}
