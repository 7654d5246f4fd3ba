import {
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { ExhumeError } from "../../base/errors";
import { type AnalyzerNotifications, methodPrefix, type NotificationName } from "../../protocol/requests";
import { SessionStore } from "../../session/sessionStore";
import { SourceService } from "../../session/sources/sourceService";
import { wireFaultOf } from "../../session/wireFaults";
import { type DebugHandlers, debugHandlers } from "./debugTunnel";
import { type DumpHandlers, dumpHandlers } from "./dumpHandlers";
import { type DumpsHandlers, dumpsHandlers } from "./dumpsHandlers";
import { type HeapComparisonHandlers, heapComparisonHandlers } from "./heapComparisonHandlers";
import { SourceAnnotations } from "./sourceAnnotations";
import { type SourceHandlers, sourceHandlers, WorkspaceSources } from "./sourceHandlers";
import { type TriageHandlers, triageHandlers } from "./triageHandlers";

/** Requests that need no open dump. */
type Handlers = DebugHandlers &
  DumpHandlers &
  DumpsHandlers &
  HeapComparisonHandlers &
  SourceHandlers &
  TriageHandlers;

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
    onClosed: (dump) => annotations.dumpIsClosed(dump),
  });
  const sources = new SourceService(process.env, workerFolder);
  const workspace = new WorkspaceSources(connection, sources);
  const annotations = new SourceAnnotations(connection, store, sources);
  const handlers: Handlers = {
    ...dumpHandlers(store),
    ...dumpsHandlers(store),
    ...sourceHandlers(sources),
    ...triageHandlers(store),
    ...heapComparisonHandlers(store),
    ...debugHandlers(connection, { store, sources }),
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
    if (!method.startsWith(methodPrefix))
      throw faultResponse(new ExhumeError({ code: "invalid", what: `Unknown request ${method}` }));
    try {
      return await answer(handlers, store, method.slice(methodPrefix.length), params, token);
    } catch (error) {
      throw faultResponse(error);
    }
  });

  connection.onShutdown(() => store.dispose());
  connection.onExit(() => process.exit(0));
  connection.listen();
}

async function answer(
  handlers: Handlers,
  store: SessionStore,
  method: string,
  params: unknown,
  token: CancellationToken,
): Promise<unknown> {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  const handler = handlers[method as keyof Handlers];
  if (handler !== undefined) return handler(params as never, abort.signal);
  const dump = (params as { readonly dump?: unknown } | null)?.dump;
  if (typeof dump !== "string")
    throw new ExhumeError({ code: "invalid", what: `${method} needs the id of an open dump` });
  return store.get(dump).ask(method as never, params as never, abort.signal);
}

function faultResponse(thrown: unknown): ResponseError<unknown> {
  const fault = wireFaultOf(thrown);
  return new ResponseError(exhumeFaultCode, fault.message, fault);
}
