import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  SymbolKind,
  TextDocuments,
  type WorkspaceSymbol,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { asLabel } from "../../base/foreignText";
import type { DeclaredName } from "../../protocol/source/sources";
import type { DumpId } from "../../protocol/wire";
import type { ReadThread } from "../../session/reading/readThread";
import type { SessionStore } from "../../session/sessionStore";
import { AnnotatedHeaps } from "./annotatedHeaps";
import { codeLensesFor, rangeOf } from "./codeLenses";
import { hoverAt } from "./hovers";
import { type DiagnosticData, diagnosticSource, diagnosticsOf } from "./suspectDiagnostics";

const setting = "exhume.source.annotations";
const mostSymbols = 30;

/**
 * What open heap dumps say on source files: code lenses, hovers, problems with quick fixes, workspace symbols. Off
 * with one setting, gone when the dumps are closed.
 */
export class SourceAnnotations {
  static readonly capabilities = {
    codeLensProvider: {},
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
    workspaceSymbolProvider: {},
  };

  private readonly documents = new TextDocuments(TextDocument);
  private readonly heaps: AnnotatedHeaps;
  private readonly ready = new Set<DumpId>();
  private published = new Set<string>();
  private isOn = true;
  private canConfigure = false;
  private canRefresh = false;
  /** Publishing runs one after the other; a newer one makes an older one stop. */
  private publishing = 0;

  constructor(
    private readonly connection: Connection,
    store: SessionStore,
    private readonly sources: ReadThread,
  ) {
    this.heaps = new AnnotatedHeaps(
      store,
      () => this.refresh(),
      (message) => connection.console.log(message),
    );
    connection.onCodeLens(({ textDocument }, token) => this.lenses(textDocument.uri, token));
    connection.onHover(({ textDocument, position }, token) =>
      this.withDeclared(textDocument.uri, null, (declared) =>
        hoverAt(position, declared, this.heaps.facts, signalOf(token)),
      ),
    );
    connection.onCodeAction((params) => quickFixes(params));
    connection.onWorkspaceSymbol(({ query }, token) => this.symbols(query, token));
    connection.onDidChangeConfiguration(() => void this.readSetting());
    this.documents.listen(connection);
  }

  initialize({ capabilities }: InitializeParams): void {
    this.canConfigure = capabilities.workspace?.configuration === true;
    this.canRefresh = capabilities.workspace?.codeLens?.refreshSupport === true;
  }

  /** Call once the client is ready for requests. */
  async start(): Promise<void> {
    if (!this.canConfigure) return;
    await this.connection.client.register(DidChangeConfigurationNotification.type, { section: setting });
    await this.readSetting();
  }

  dumpIsReady(dump: DumpId): void {
    this.ready.add(dump);
    if (this.isOn) void this.heaps.add(dump);
  }

  dumpIsClosed(dump: DumpId): void {
    this.ready.delete(dump);
    this.heaps.remove(dump);
  }

  private async readSetting(): Promise<void> {
    if (!this.canConfigure) return;
    const value: unknown = await this.connection.workspace.getConfiguration(setting);
    const isOn = value !== false;
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    if (isOn) for (const dump of this.ready) void this.heaps.add(dump);
    this.refresh();
  }

  private refresh(): void {
    if (this.canRefresh) void this.connection.sendRequest(CodeLensRefreshRequest.type);
    void this.publish();
  }

  private async publish(): Promise<void> {
    const turn = ++this.publishing;
    const found = this.isOn
      ? await diagnosticsOf(this.heaps.facts, this.sources)
      : new Map<string, never[]>();
    if (turn !== this.publishing) return;
    for (const uri of this.published) {
      if (!found.has(uri)) await this.connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    for (const [uri, diagnostics] of found) {
      await this.connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] });
    }
    this.published = new Set(found.keys());
  }

  private lenses(uri: string, token: CancellationToken) {
    return this.withDeclared(uri, [], (declared) =>
      codeLensesFor(declared, this.heaps.facts, signalOf(token)),
    );
  }

  private async withDeclared<Result>(
    uri: string,
    nothing: Result,
    answer: (declared: readonly DeclaredName[]) => Promise<Result>,
  ): Promise<Result> {
    if (!this.isOn || this.heaps.facts.length === 0 || !uri.startsWith("file:")) return nothing;
    const text = this.documents.get(uri)?.getText();
    const params = { path: fileURLToPath(uri), ...(text === undefined ? {} : { text }) };
    const { declared } = await this.sources.ask("source/declarations", params);
    return declared.length === 0 ? nothing : answer(declared);
  }

  /** Classes of the open dumps that have a source in the workspace. */
  private async symbols(query: string, token: CancellationToken): Promise<WorkspaceSymbol[]> {
    if (!this.isOn || query.length < 2) return [];
    const symbols: WorkspaceSymbol[] = [];
    for (const heap of this.heaps.facts) {
      for (const { className, objects } of await heap.classesNamed(query, mostSymbols, signalOf(token))) {
        if (/^(java|javax|jdk|sun)\.|\[\]$/.test(className)) continue;
        const { locations } = await this.sources.ask("source/class", { className });
        const place = locations.find(({ path }) => !path.includes("!/"));
        if (place === undefined) continue;
        const { line, column } = place;
        const range = rangeOf({ kind: "class", className, member: "", line, column });
        symbols.push({
          name: asLabel(className.slice(className.lastIndexOf(".") + 1)),
          kind: SymbolKind.Class,
          containerName: asLabel(`${objects} objects in ${heap.name}`),
          location: { uri: pathToFileURL(place.path).href, range },
        });
      }
    }
    return symbols;
  }
}

/** Quick fixes of our own problems: nothing in a dump can be mended, but everything about it can be shown. */
function quickFixes({ context }: CodeActionParams): CodeAction[] {
  return context.diagnostics.flatMap((diagnostic): CodeAction[] => {
    const data = diagnostic.data as DiagnosticData | undefined;
    if (diagnostic.source !== diagnosticSource || data === undefined) return [];
    const { dump, objectId, file, line } = data;
    const action = (title: string, command: string, ...args: unknown[]): CodeAction => ({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      command: { title, command, arguments: args },
    });
    const reveal = objectId === undefined ? {} : { reveal: objectId };
    return [
      action("Open in Dominator Tree", "exhume.showInDump", dump, { view: "dominators", params: reveal }),
      ...(objectId === undefined
        ? []
        : [
            action("Show Path to GC Root", "exhume.showInDump", dump, {
              view: "paths",
              params: { objectId },
            }),
          ]),
      action("Show Who Wrote This Line", "exhume.showWhoWrote", file, line),
    ];
  });
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
