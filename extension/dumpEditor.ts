import {
  type CustomReadonlyEditorProvider,
  commands,
  type Disposable,
  EventEmitter,
  type Memento,
  Uri,
  type WebviewPanel,
  window,
} from "vscode";
import type { DumpKind } from "../analyzer/protocol/dump/open";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import { isShown } from "../analyzer/protocol/view/viewNeeds";
import type { AnalyzerClient } from "./analyzerClient";
import { DumpDocument } from "./dumpDocument";
import { heapOfCoreUri, isHeapOfCore } from "./heapOfCoreUri";
import type { ListedDumps } from "./listedDumps";
import type { Log } from "./log";
import type { SourceNavigator } from "./navigation";
import type { QueryHistory } from "./queryHistory";
import { ViewHost } from "./viewHost";
import { viewHtml } from "./viewHtml";

/** Ids of the custom editors in package.json. They differ in names and file patterns only: content tells the kind. */
export const editorIds = {
  heap: "exhume.heapDump",
  heapGraph: "exhume.heapGraph",
  core: "exhume.coreDump",
  text: "exhume.savedText",
  unknown: "exhume.dump",
} as const;

export interface DumpEditorInputs {
  readonly extensionUri: Uri;
  readonly analyzer: AnalyzerClient;
  readonly sources: SourceNavigator;
  readonly listed: ListedDumps;
  readonly log: Log;
  readonly queries: QueryHistory;
  /** Of the workspace. */
  readonly memory: Memento;
}

/** Read-only editors of dumps, and which of them the user is in. */
export class DumpEditors implements CustomReadonlyEditorProvider<DumpDocument> {
  private readonly hosts = new Map<WebviewPanel, ViewHost>();
  private readonly wanted = new Map<string, Navigation>();
  private last: ViewHost | undefined;
  private readonly opened = new EventEmitter<DumpDocument>();
  /** Fires when a file is opened in its first editor. */
  readonly onOpened = this.opened.event;

  private readonly closed = new EventEmitter<string>();
  /** Fires with the path of a file whose last editor was closed. */
  readonly onClosed = this.closed.event;

  constructor(private readonly inputs: DumpEditorInputs) {}

  register(): Disposable[] {
    return Object.values(editorIds).map((id) =>
      window.registerCustomEditorProvider(id, this, { supportsMultipleEditorsPerDocument: true }),
    );
  }

  /** The editor the user is in, or was in last. */
  get current(): ViewHost | undefined {
    return this.last;
  }

  get open(): readonly ViewHost[] {
    return [...this.hosts.values()];
  }

  /** Opens a dump, whatever its name, and goes to a place in it: in the Java heap of a core where the core has no such. */
  async show(asked: Uri, navigation?: Navigation): Promise<void> {
    const { kind, dump } = await this.shownAs(asked, navigation);
    const shown = this.open.find(({ document }) => document.uri.toString() === dump.toString());
    if (shown === undefined && navigation !== undefined) this.wanted.set(dump.toString(), navigation);
    await commands.executeCommand("vscode.openWith", dump, editorIds[kind]);
    if (shown !== undefined && navigation !== undefined) shown.goTo(navigation);
  }

  private async shownAs(
    dump: Uri,
    navigation: Navigation | undefined,
  ): Promise<{ readonly kind: DumpKind; readonly dump: Uri }> {
    if (isHeapOfCore(dump)) return { kind: "heap", dump };
    try {
      const { kind, capabilities } = await this.inputs.analyzer.request("dump/identify", {
        path: dump.fsPath,
      });
      const isElsewhere = navigation !== undefined && !isShown(navigation.view, capabilities);
      return kind === "core" && isElsewhere ? { kind: "heap", dump: heapOfCoreUri(dump) } : { kind, dump };
    } catch {
      // The editor says what is wrong with the file, better than a message could.
      return { kind: "unknown", dump };
    }
  }

  openCustomDocument(uri: Uri): DumpDocument {
    const { analyzer, log, memory } = this.inputs;
    const document: DumpDocument = new DumpDocument(uri, analyzer, log, memory, () =>
      this.closed.fire(document.file.fsPath),
    );
    this.opened.fire(document);
    return document;
  }

  resolveCustomEditor(document: DumpDocument, panel: WebviewPanel): void {
    const { extensionUri, sources, listed, queries, log } = this.inputs;
    const { webview } = panel;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(extensionUri, "dist", "webview")],
    };
    const host = new ViewHost(document, webview, { sources, listed, queries, log });
    this.hosts.set(panel, host);
    const key = document.uri.toString();
    const navigation = this.wanted.get(key);
    this.wanted.delete(key);
    if (navigation !== undefined) host.goTo(navigation);

    const noteActive = () => {
      if (panel.active) this.last = host;
      // As text: a "when" clause cannot look into a list for a constant.
      const has = this.last?.document.facts.capabilities.join(" ");
      void commands.executeCommand("setContext", "exhume.capabilities", has);
    };
    const stopListening = document.onChanged(noteActive);
    panel.onDidChangeViewState(() => {
      // What a hidden webview showed is gone: it starts anew when it is shown, and then asks where to go.
      if (!panel.visible) host.awaitGreeting();
      noteActive();
    });
    panel.onDidDispose(() => {
      stopListening.dispose();
      host.dispose();
      this.hosts.delete(panel);
      if (this.last === host) this.last = this.open[0];
    });
    noteActive();
    this.last ??= host;
    webview.html = viewHtml(webview, extensionUri);
  }
}
