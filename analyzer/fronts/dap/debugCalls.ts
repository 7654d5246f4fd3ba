import type { DebugProtocol } from "@vscode/debugprotocol";

interface DebugCall<Arguments, Body> {
  readonly arguments: Arguments;
  readonly body: Body;
}

/** Requests a session over a dump may answer, by command. Others are refused in a sentence. */
export interface DebugCalls {
  threads: DebugCall<undefined, DebugProtocol.ThreadsResponse["body"]>;
  stackTrace: DebugCall<DebugProtocol.StackTraceArguments, DebugProtocol.StackTraceResponse["body"]>;
  scopes: DebugCall<DebugProtocol.ScopesArguments, DebugProtocol.ScopesResponse["body"]>;
  variables: DebugCall<DebugProtocol.VariablesArguments, DebugProtocol.VariablesResponse["body"]>;
  evaluate: DebugCall<DebugProtocol.EvaluateArguments, DebugProtocol.EvaluateResponse["body"]>;
  source: DebugCall<DebugProtocol.SourceArguments, DebugProtocol.SourceResponse["body"]>;
  modules: DebugCall<DebugProtocol.ModulesArguments, DebugProtocol.ModulesResponse["body"]>;
  loadedSources: DebugCall<DebugProtocol.LoadedSourcesArguments, DebugProtocol.LoadedSourcesResponse["body"]>;
  exceptionInfo: DebugCall<DebugProtocol.ExceptionInfoArguments, DebugProtocol.ExceptionInfoResponse["body"]>;
  readMemory: DebugCall<DebugProtocol.ReadMemoryArguments, DebugProtocol.ReadMemoryResponse["body"]>;
  disassemble: DebugCall<DebugProtocol.DisassembleArguments, DebugProtocol.DisassembleResponse["body"]>;
  completions: DebugCall<DebugProtocol.CompletionsArguments, DebugProtocol.CompletionsResponse["body"]>;
}

export type DebugCommand = keyof DebugCalls;

/** Answers by command. Each may wait; `signal` fires when the client gives the request up or ends the session. */
export type DebugAnswers = {
  readonly [C in DebugCommand]?: (
    args: DebugCalls[C]["arguments"],
    signal: AbortSignal,
  ) => Promise<DebugCalls[C]["body"]> | DebugCalls[C]["body"];
};

/** Requests that would change the past, each with the sentence that says why not. */
export const refusals: Readonly<Record<string, string>> = {
  continue: "The process in this dump has ended: it cannot continue.",
  next: "The process in this dump has ended: it cannot step.",
  stepIn: "The process in this dump has ended: it cannot step.",
  stepOut: "The process in this dump has ended: it cannot step.",
  stepBack: "A dump holds one moment: there is nothing before it to step back to.",
  reverseContinue: "A dump holds one moment: there is nothing before it to run back to.",
  restart: "A dump cannot be started again. Start the program itself instead.",
  restartFrame: "The process in this dump has ended: a frame cannot run again.",
  pause: "The process in this dump is stopped for good.",
  goto: "The process in this dump has ended: it cannot jump.",
  setVariable: "A dump is read-only: values cannot be changed.",
  setExpression: "A dump is read-only: values cannot be changed.",
  writeMemory: "A dump is read-only: memory cannot be changed.",
  terminateThreads: "The threads in this dump have ended already.",
  setDataBreakpoints: "Nothing runs in a dump: a data breakpoint would never be hit.",
  setInstructionBreakpoints: "Nothing runs in a dump: a breakpoint would never be hit.",
};
