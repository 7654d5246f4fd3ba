import { DebugSession, Event, InitializedEvent, Response } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError, faultOf } from "../../base/errors";
import type { LaunchArguments } from "../../protocol/debug/launch";
import { logTextOf } from "../../session/wireFaults";
import { checkedCall, type DebugAnswers, type DebugArguments, refusedCommand } from "./debugCalls";
import { drawn, refusalOf } from "./drawnText";

/** What a session gives to the opening of its dump. */
export interface Opening {
  readonly signal: AbortSignal;
  /** Shown as progress; `fraction` from 0 to 1. */
  report(step: string, fraction: number): void;
}

/** Where the session stands once the dump is open: the thread the client selects first, and why the process stopped. */
export interface Stop {
  readonly threadId: number | undefined;
  /** One word of the protocol: `exception` or `pause`. */
  readonly reason: string;
  /** Shown beside the thread, e.g. `java.lang.OutOfMemoryError`, `SIGSEGV`. */
  readonly description: string;
  readonly text?: string;
}

const notStoppedForUser = { id: 1, showUser: false } as const;

/**
 * A debug session over a dump: everything can be looked at, nothing can be changed. Every request gets exactly one
 * response: a body, a refusal that says why in a sentence, or the fault of the answer. Requests run side by side and
 * can be cancelled one by one.
 */
export abstract class ReadOnlyDebugSession extends DebugSession {
  /** What the dump can show. Stepping and changing are off for every dump. */
  protected abstract readonly capabilities: DebugProtocol.Capabilities;
  protected abstract readonly answers: DebugAnswers;
  private readonly running = new Map<number, AbortController>();
  private readonly ended = new AbortController();
  private openDump: Promise<Stop> | undefined;
  private settleConfigured: () => void = () => undefined;
  private readonly configured = new Promise<void>((resolve) => {
    this.settleConfigured = resolve;
  });
  private reportsProgress = false;
  private nextProgress = 1;
  private isClosed = false;

  /** @param log for bugs of ours: clients are told them in a sentence */
  constructor(private readonly log: (text: string) => void) {
    super();
  }

  /** Opens the dump and resolves when it is ready for questions. @throws ExhumeError with the reason. */
  protected abstract open(args: LaunchArguments, opening: Opening): Promise<Stop>;

  /** Gives up the dump; called once, also when opening failed. */
  protected abstract close(): Promise<void>;

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.respond(request);
  }

  private async respond(request: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    const abort = new AbortController();
    this.running.set(request.seq, abort);
    try {
      const body = await this.answer(request, AbortSignal.any([abort.signal, this.ended.signal]));
      this.sendResponse(
        body === undefined
          ? response
          : Object.assign(response, { body: isTakenExactly(request) ? body : drawn(body) }),
      );
      if (request.command === "initialize") this.sendEvent(new InitializedEvent());
      if (request.command === "launch" || request.command === "attach") void this.announceStop();
    } catch (error) {
      const fault = faultOf(error);
      const bug = logTextOf(error);
      if (bug !== undefined) this.log(`${request.command}: ${bug}`);
      // A fact about the dump is worth a message; a hover over a name nobody knows is not.
      const showUser = fault.code !== "cancelled" && request.command !== "evaluate";
      this.sendErrorResponse(response, { ...notStoppedForUser, showUser, format: refusalOf(error) });
    } finally {
      this.running.delete(request.seq);
    }
  }

  /** Everything the session tells by itself: its events may name what the dump names. */
  override sendEvent(event: DebugProtocol.Event): void {
    super.sendEvent(event.body === undefined ? event : { ...event, body: drawn(event.body) });
  }

  private async answer(request: DebugProtocol.Request, signal: AbortSignal): Promise<unknown> {
    const call = checkedCall(request.command, request.arguments);
    switch (call.command) {
      case "initialize":
        return this.initialize(call.args);
      case "launch":
      case "attach":
        return this.launch(call.args);
      case "configurationDone":
        this.settleConfigured();
        return undefined;
      case "setBreakpoints":
      case "setFunctionBreakpoints":
        return unverified(call.args.breakpoints ?? []);
      case "setExceptionBreakpoints":
        return { breakpoints: [] };
      case "cancel":
        this.running.get(call.args.requestId ?? -1)?.abort();
        return undefined;
      case "disconnect":
      case "terminate":
        await this.end();
        if (call.command === "terminate") this.sendEvent(new Event("terminated"));
        return undefined;
    }
    const answer = this.answers[call.command];
    if (answer === undefined) throw refusedCommand(call.command);
    if (this.openDump === undefined) throw new ExhumeError({ code: "refused", what: "No dump is open yet" });
    await this.openDump;
    if (signal.aborted) throw new ExhumeError({ code: "cancelled" });
    return answer(call.args as never, signal);
  }

  private initialize(args: DebugArguments<"initialize">): DebugProtocol.Capabilities {
    this.reportsProgress = args.supportsProgressReporting === true;
    return {
      supportsConfigurationDoneRequest: true,
      supportsCancelRequest: true,
      supportsTerminateRequest: false,
      supportTerminateDebuggee: false,
      supportsStepBack: false,
      supportsRestartRequest: false,
      supportsSetVariable: false,
      supportsSetExpression: false,
      ...this.capabilities,
    };
  }

  private async launch(args: LaunchArguments): Promise<undefined> {
    if (this.openDump !== undefined)
      throw new ExhumeError({ code: "refused", what: "The session has a dump already" });
    const progress = this.reportsProgress ? this.startProgress() : undefined;
    this.openDump = this.open(args, {
      signal: this.ended.signal,
      report: (step, fraction) => progress?.update(step, fraction),
    });
    try {
      await this.openDump;
    } finally {
      progress?.end();
    }
    return undefined;
  }

  /** Tells the client where everything stands, once it has finished its own set-up. */
  private async announceStop(): Promise<void> {
    await this.configured;
    const { threadId, reason, description, text } = await this.openDump!;
    if (threadId !== undefined) await this.firstStack(threadId);
    const thread = threadId === undefined ? {} : { threadId };
    const body = {
      reason,
      description,
      allThreadsStopped: true,
      ...thread,
      ...(text === undefined ? {} : { text }),
    };
    this.sendEvent(Object.assign(new Event("stopped"), { body }));
  }

  /**
   * Has the stack read before it is asked for. VS Code asks twice at once for the stack of an only thread, for its
   * tree and for its focus; where the first answer takes longer than the second question the frame it has focused is
   * not one of the tree's, and the box that says what happened stays away.
   */
  private async firstStack(threadId: number): Promise<void> {
    try {
      await this.answers.stackTrace?.({ threadId, startFrame: 0, levels: 20 }, this.ended.signal);
    } catch {
      // Whoever asks for it meets the fault.
    }
  }

  private startProgress(): { update(step: string, fraction: number): void; end(): void } {
    const progressId = `dump-${this.nextProgress++}`;
    const send = (name: string, body: object) =>
      this.sendEvent(Object.assign(new Event(name), { body: { progressId, ...body } }));
    send("progressStart", { title: "Opening the dump", percentage: 0 });
    return {
      update: (step, fraction) =>
        send("progressUpdate", { message: step, percentage: Math.round(100 * fraction) }),
      end: () => send("progressEnd", {}),
    };
  }

  private async end(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.ended.abort();
    await this.close();
  }

  /** The transport is gone, or the client did not say goodbye. */
  override shutdown(): void {
    void this.end();
  }

  override dispose(): void {
    void this.end();
  }
}

/** What goes into the clipboard or into the console's input is the text itself. */
function isTakenExactly({ command, arguments: args }: DebugProtocol.Request): boolean {
  if (command === "completions" || command === "source") return true;
  return command === "evaluate" && (args as DebugProtocol.EvaluateArguments).context === "clipboard";
}

/** Breakpoints are taken, so that the editor keeps its own, and marked as never to be hit. */
function unverified(breakpoints: readonly unknown[]): DebugProtocol.SetBreakpointsResponse["body"] {
  const message = "Nothing runs in a dump: this breakpoint is never hit.";
  return { breakpoints: breakpoints.map(() => ({ verified: false, message })) };
}
