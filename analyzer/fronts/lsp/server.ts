import {
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import {
  type AnalyzerNotifications,
  type Method,
  methodPrefix,
  type NotificationName,
} from "../../protocol/requests";
import { ReadThread } from "../../session/reading/readThread";
import { SessionStore } from "../../session/sessionStore";
import { logTextOf, wireFaultOf } from "../../session/wireFaults";
import { checkedParams, unknownRequest } from "./checkedParams";
import { debugHandlers } from "./debugTunnel";
import { dumpHandlers } from "./dumpHandlers";
import { dumpsHandlers } from "./dumpsHandlers";
import type { Handlers } from "./handlers";
import { heapComparisonHandlers } from "./heapComparisonHandlers";
import { SourceAnnotations } from "./sourceAnnotations";
import { sourceHandlers, WorkspaceSources } from "./sourceHandlers";
import { triageHandlers } from "./triageHandlers";

/** LSP leaves this range to servers; every fault of ours travels as one code with its data. */
const exhumeFaultCode = -32001;

export interface ServerInputs {
  readonly connection: Connection;
  /** Folder with the worker bundles. */
  readonly workerFolder: string;
}

/**
 * Wires the analyzer to an LSP connection: our own requests under `exhume/`, standard ones beside them. Every
 * request is answered, unknown and throwing ones with a fault.
 */
export function serveLanguageClient({ connection, workerFolder }: ServerInputs): void {
  const notify = <N extends NotificationName>(name: N, value: AnalyzerNotifications[N]) =>
    void connection.sendNotification(methodPrefix + name, value);
  const store = new SessionStore({
    workerFolder,
    onState: (dump, state) => {
      notify("dump/stateChanged", { dump, state });
      if (state.state === "ready") annotations.dumpIsReady(dump);
    },
    onProgress: (path, step, fraction) => notify("dump/progress", { path, step, fraction }),
    onClosed: (dump) => annotations.dumpIsClosed(dump),
  });
  const sources = new ReadThread(workerFolder);
  const workspace = new WorkspaceSources(connection, sources);
  const annotations = new SourceAnnotations(connection, store, sources);
  const handlers: ServerHandlers = {
    ...dumpHandlers(store, workerFolder, (progress) => notify("dump/progress", progress)),
    ...dumpsHandlers(store, workerFolder),
    ...sourceHandlers(sources),
    ...triageHandlers(store),
    ...heapComparisonHandlers(store),
    ...debugHandlers(connection, {
      store,
      sources,
      log: (text) => connection.console.error(text),
    }),
  };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    workspace.initialize(params);
    annotations.initialize(params);
    return {
      capabilities: {
        ...SourceAnnotations.capabilities,
        textDocumentSync: TextDocumentSyncKind.Incremental,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: "Exhume analyzer" },
    };
  });

  connection.onInitialized(() => {
    void workspace.watch();
    void annotations.start();
  });

  connection.onRequest(async (method: string, params: unknown, token: CancellationToken) => {
    if (!method.startsWith(methodPrefix)) throw faultResponse(unknownRequest(method));
    try {
      return await answer(handlers, store, method.slice(methodPrefix.length), params, token);
    } catch (error) {
      const text = logTextOf(error);
      if (text !== undefined) connection.console.error(`${method}: ${text}`);
      throw faultResponse(error);
    }
  });

  connection.onShutdown(() => store.dispose());
  connection.onExit(() => process.exit(0));
  connection.listen();
}

/** Those that are not questions to one open dump, which its session answers. */
type ServerHandlers = Partial<Handlers<Method>>;

async function answer(
  handlers: ServerHandlers,
  store: SessionStore,
  method: string,
  sent: unknown,
  token: CancellationToken,
): Promise<unknown> {
  const params = checkedParams(method, sent);
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  const handler = handlers[params.method];
  if (handler !== undefined) return handler(params.value as never, abort.signal);
  const { dump } = params.value as { readonly dump: string };
  return store.get(dump).ask(params.method, params.value as never, abort.signal);
}

function faultResponse(thrown: unknown): ResponseError<unknown> {
  const fault = wireFaultOf(thrown);
  return new ResponseError(exhumeFaultCode, fault.message, fault);
}
