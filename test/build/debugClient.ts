import { type ChildProcess, spawn } from "node:child_process";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Message, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { bundle } from "./bundle";

/** A debug client over standard input and output, as any editor would start the adapter. */
export interface DebugClient {
  readonly process: ChildProcess;
  readonly events: DebugProtocol.Event[];
  /** Resolves with the response, successful or not. */
  send(command: string, args?: object): Promise<DebugProtocol.Response>;
  /** Body of a response that must be a success. */
  body(command: string, args?: object): Promise<Record<string, unknown> & { readonly [key: string]: never }>;
  /** The first event of a name, past or to come. */
  event(name: string): Promise<DebugProtocol.Event>;
  stop(): Promise<void>;
}

export function startDebugClient(): DebugClient {
  const child = spawn(process.execPath, [bundle("adapter")], { stdio: ["pipe", "pipe", "inherit"] });
  const writer = new StreamMessageWriter(child.stdin);
  const events: DebugProtocol.Event[] = [];
  const responses = new Map<number, (response: DebugProtocol.Response) => void>();
  const listeners: { name: string; take: (event: DebugProtocol.Event) => void }[] = [];
  new StreamMessageReader(child.stdout).listen((message) => {
    const received = message as unknown as DebugProtocol.ProtocolMessage;
    if (received.type === "event") {
      const event = received as DebugProtocol.Event;
      events.push(event);
      for (const listener of listeners) if (listener.name === event.event) listener.take(event);
    } else {
      const response = received as DebugProtocol.Response;
      responses.get(response.request_seq)?.(response);
    }
  });
  let seq = 1;
  const send = (command: string, args: object = {}) =>
    new Promise<DebugProtocol.Response>((settle, reject) => {
      const request = { seq: seq++, type: "request", command, arguments: args };
      responses.set(request.seq, settle);
      writer.write(request as unknown as Message).catch(reject);
    });
  return {
    process: child,
    events,
    send,
    async body(command, args) {
      const response = await send(command, args);
      if (!response.success) throw new Error(`${command}: ${response.message}`);
      return response.body;
    },
    event: (name) =>
      new Promise((take) => {
        const past = events.find(({ event }) => event === name);
        if (past !== undefined) take(past);
        else listeners.push({ name, take });
      }),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await send("disconnect");
      child.stdin.end();
      await ended;
    },
  };
}
