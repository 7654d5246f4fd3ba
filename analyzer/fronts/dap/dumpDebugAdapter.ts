import { DebugSession, Event, Response } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../base/errors";
import type { Capability } from "../../protocol/capabilities";
import { identityFilesOf } from "../../protocol/debug/launch";
import { anything, checkShape, integer, literal, object, optional, words } from "../../protocol/shapes";
import { has } from "../../session/capabilities";
import type { ReadThread } from "../../session/reading/readThread";
import type { SessionStore } from "../../session/sessionStore";
import { logTextOf } from "../../session/wireFaults";
import { checkedCall, refusedCommand } from "./debugCalls";
import { refusalOf } from "./drawnText";
import { dumpPathOf } from "./launchArguments";

/** What a debug session works with; the language server's own when the session is tunnelled through it. */
export interface DebugServices {
  readonly store: SessionStore;
  readonly sources: ReadThread;
  /** For bugs of ours: clients are told them in a sentence. */
  readonly log: (text: string) => void;
}

const debugRequest = object({
  type: literal("request"),
  seq: integer,
  command: words,
  arguments: optional(anything),
});

/** Makes the sessions for dumps that have something. */
export interface DebugSessionFactory {
  readonly needs: Capability;
  open(services: DebugServices): DebugSession;
}

/**
 * What a client talks to. Which session answers is only known at `launch`, when the dump is named and its content
 * looked at; `initialize` is kept until then and its capabilities follow as an event.
 */
export class DumpDebugAdapter extends DebugSession {
  private session: DebugSession | undefined;
  private initialize: DebugProtocol.Request | undefined;
  private early: DebugProtocol.Request[] = [];
  private isChoosing = false;

  constructor(
    private readonly services: DebugServices,
    private readonly factories: readonly DebugSessionFactory[],
  ) {
    super();
  }

  /** What is not a request of the protocol has nobody to be answered to. */
  override handleMessage(message: unknown): void {
    const checked = checkShape(debugRequest, message);
    if (checked.ok) super.handleMessage(checked.value as DebugProtocol.Request);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    if (this.session !== undefined) this.session.handleMessage(request);
    else if (request.command === "initialize") this.keepInitialize(request);
    else if (request.command === "launch" || request.command === "attach") void this.choose(request);
    else if (request.command === "disconnect" || request.command === "terminate") {
      this.sendResponse(new Response(request));
    } else if (this.isChoosing) this.early.push(request);
    else this.refuse(request, new ExhumeError({ code: "refused", what: "No dump is open yet" }));
  }

  private keepInitialize(request: DebugProtocol.Request): void {
    this.initialize = request;
    const body: DebugProtocol.Capabilities = {
      supportsConfigurationDoneRequest: true,
      supportsCancelRequest: true,
      supportTerminateDebuggee: false,
      supportsEvaluateForHovers: true,
    };
    this.sendResponse(Object.assign(new Response(request), { body }));
  }

  private async choose(launch: DebugProtocol.Request): Promise<void> {
    this.isChoosing = true;
    try {
      this.session = await this.sessionFor(launch);
      this.connect(this.session, launch);
    } catch (error) {
      this.refuse(launch, error);
      for (const request of this.early) this.refuse(request, error);
    } finally {
      this.isChoosing = false;
      this.early = [];
    }
  }

  private async sessionFor(launch: DebugProtocol.Request): Promise<DebugSession> {
    const call = checkedCall(launch.command, launch.arguments);
    if (call.command !== "launch" && call.command !== "attach") throw refusedCommand(launch.command);
    const path = dumpPathOf(call.args);
    await this.services.store.unlock(path, identityFilesOf(call.args));
    const { dumpFormat, format: found } = await this.services.store.identify(path);
    if (dumpFormat === undefined) throw new ExhumeError({ code: "notADump", file: path, found });
    const fitting = this.factories.find(({ needs }) => has(dumpFormat, needs));
    if (fitting === undefined) {
      const what = `${dumpFormat.title} has no threads or values to step through`;
      throw new ExhumeError({ code: "unsupported", file: path, what });
    }
    return fitting.open(this.services);
  }

  private connect(session: DebugSession, launch: DebugProtocol.Request): void {
    session.onDidSendMessage((message) => this.forward(message as DebugProtocol.ProtocolMessage));
    if (this.initialize !== undefined) session.handleMessage(this.initialize);
    session.handleMessage(launch);
    for (const request of this.early) session.handleMessage(request);
  }

  /** Messages are numbered again on their way out; the client saw an answer to `initialize` already. */
  private forward(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === "event") {
      this.sendEvent({ ...(message as DebugProtocol.Event), seq: 0 });
      return;
    }
    const response = message as DebugProtocol.Response;
    if (response.request_seq !== this.initialize?.seq || response.command !== "initialize") {
      this.sendResponse({ ...response, seq: 0 });
      return;
    }
    const capabilities = Object.assign(new Event("capabilities"), {
      body: { capabilities: response.body ?? {} },
    });
    this.sendEvent(capabilities);
  }

  private refuse(request: DebugProtocol.Request, error: unknown): void {
    const bug = logTextOf(error);
    if (bug !== undefined) this.services.log(`${request.command}: ${bug}`);
    this.sendErrorResponse(new Response(request), { id: 1, format: refusalOf(error), showUser: true });
  }

  override shutdown(): void {
    this.session?.shutdown();
  }

  override dispose(): void {
    this.session?.dispose();
  }
}
