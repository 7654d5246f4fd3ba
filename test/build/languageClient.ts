import { type ChildProcess, spawn } from "node:child_process";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { type Method, methodPrefix, type ParamsOf, type ResultOf } from "../../analyzer/protocol/requests";
import { bundle } from "./bundle";

/** The analyzer process as a test talks to it: over standard input and output, like any editor. */
export interface TestClient {
  readonly connection: MessageConnection;
  readonly process: ChildProcess;
  send<M extends Method>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>>;
  stop(): Promise<void>;
}

/** Starts `dist/server.js` and completes the LSP handshake. */
export async function startLanguageClient(workspaceFolders: readonly string[] = []): Promise<TestClient> {
  const child = spawn(process.execPath, [bundle("server"), "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    workspaceFolders: workspaceFolders.map((path) => ({ uri: `file://${path}`, name: path })),
  });
  await connection.sendNotification("initialized", {});
  return {
    connection,
    process: child,
    send: (method, params) => connection.sendRequest(methodPrefix + method, params),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      await ended;
      connection.dispose();
    },
  };
}
