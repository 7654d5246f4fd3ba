import { statSync } from "node:fs";
import { basename } from "node:path";
import {
  commands,
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
} from "vscode";
import { formatBytes } from "../analyzer/base/figures";
import type { FoundDump } from "../analyzer/protocol/dumpsRequests";
import type { AnalyzerClient } from "./analyzerClient";
import { DisposableStore } from "./disposable";
import type { DumpDocument } from "./dumpDocument";
import type { DumpEditors } from "./dumpEditor";
import { ageInWords } from "./gitHistory";
import type { KnownDump, KnownDumps } from "./knownDumps";
import type { Log } from "./log";

const viewId = "exhume.dumps";
const dayMs = 86_400_000;

type ListedDump = FoundDump & Partial<KnownDump>;

/** Dumps of one program, newest first, or one dump. */
type Node = { readonly series: string; readonly dumps: readonly ListedDump[] } | ListedDump;

export interface DumpsViewInputs {
  readonly analyzer: AnalyzerClient;
  readonly editors: DumpEditors;
  readonly known: KnownDumps;
  readonly log: Log;
}

/**
 * The *Dumps* view: heap dumps and cores of the workspace, found by content, and those opened lately; dumps of one
 * program are a series. Old dumps are pointed out, since dumps are personal data.
 */
export class DumpsView implements TreeDataProvider<Node>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new EventEmitter<void>());
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly inputs: DumpsViewInputs) {
    const { editors, known } = inputs;
    this.store.add(window.createTreeView(viewId, { treeDataProvider: this, canSelectMany: true }));
    this.store.add(known.onChanged(() => this.changed.fire()));
    this.store.add(workspace.onDidChangeWorkspaceFolders(() => this.changed.fire()));
    this.store.add(editors.onOpened((document) => this.follow(document)));
    this.store.add(commands.registerCommand("exhume.refreshDumps", () => this.changed.fire()));
    this.store.add(
      commands.registerCommand("exhume.forgetDump", (node?: Node) =>
        node !== undefined && "path" in node ? known.forget(node.path) : undefined,
      ),
    );
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined) return "dumps" in node ? [...node.dumps] : [];
    const bySeries = new Map<string, ListedDump[]>();
    for (const dump of await this.dumps()) {
      const list = bySeries.get(dump.series) ?? [];
      list.push(dump);
      bySeries.set(dump.series, list);
    }
    return [...bySeries].map(([series, dumps]) => (dumps.length === 1 ? dumps[0]! : { series, dumps }));
  }

  getTreeItem(node: Node): TreeItem {
    return "dumps" in node ? seriesItem(node.series, node.dumps) : dumpItem(node);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Those found in the workspace with what is known of them, then known ones from elsewhere. */
  private async dumps(): Promise<ListedDump[]> {
    const folders = (workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => uri.fsPath);
    const known = this.inputs.known.list();
    const found = await this.inputs.analyzer.request("dumps/find", { folders }).then(
      ({ dumps }) => dumps,
      (error: Error) => {
        this.inputs.log.warn(`Looking for dumps: ${error.message}`);
        return [];
      },
    );
    const listed = found.map((dump): ListedDump => {
      const match = known.find(
        ({ path, modifiedMs }) => path === dump.path && modifiedMs === dump.modifiedMs,
      );
      return { ...match, ...dump };
    });
    const elsewhere = known.filter(({ path }) => !found.some((dump) => dump.path === path));
    return [...listed, ...elsewhere.map((dump) => ({ ...dump, series: basename(dump.path) }))].sort(
      (a, b) => b.modifiedMs - a.modifiedMs,
    );
  }

  /** Remembers a dump when it is ready, then its top suspect when that is known. */
  private follow(document: DumpDocument): void {
    const path = document.uri.fsPath;
    let remembered = false;
    const listening = document.onChanged(({ kind, format, bytes, state }) => {
      if (remembered || state.state !== "ready" || (kind !== "heap" && kind !== "core")) return;
      remembered = true;
      listening.dispose();
      const modifiedMs = Math.round(statSync(path).mtimeMs);
      const dump = { path, kind, format, bytes, modifiedMs, openedMs: Date.now() };
      void this.inputs.known.remember(dump).then(() => this.rememberSuspect(document, dump));
    });
    this.store.add(listening);
  }

  private async rememberSuspect(document: DumpDocument, dump: KnownDump): Promise<void> {
    if (dump.kind !== "heap") return;
    try {
      const { totals } = await document.ask("heap/summary", {});
      const sort = { column: "retainedBytes", descending: true } as const;
      const { rows } = await document.ask("heap/dominators", { start: 0, count: 1, sort });
      const top = rows[0];
      if (top === undefined || totals.reachableBytes === undefined || totals.reachableBytes === 0) return;
      const suspectShare = top.retainedBytes / totals.reachableBytes;
      await this.inputs.known.remember({ ...dump, suspectShare, suspect: top.className });
    } catch (error) {
      // The dump was closed before it was asked: the view shows it without a suspect.
      this.inputs.log.debug(`No top object for the Dumps view: ${error}`);
    }
  }
}

/** Points out, once a window, dumps that are older than the setting allows. */
export async function remindOfOldDumps(known: KnownDumps): Promise<void> {
  const days = workspace.getConfiguration("exhume").get<number>("dumps.remindAfterDays", 30);
  if (days <= 0) return;
  const old = known.list().filter(({ modifiedMs }) => Date.now() - modifiedMs > days * dayMs);
  if (old.length === 0) return;
  const show = "Show Dumps";
  const what = old.length === 1 ? `${basename(old[0]!.path)} is` : `${old.length} dumps are`;
  const sentence = `${what} older than ${days} days. Dumps are personal data: delete what is no longer needed.`;
  if ((await window.showInformationMessage(sentence, show)) === show) {
    await commands.executeCommand(`${viewId}.focus`);
  }
}

function seriesItem(series: string, dumps: readonly ListedDump[]): TreeItem {
  const item = new TreeItem(series, TreeItemCollapsibleState.Expanded);
  item.id = `series:${series}`;
  item.description = `${dumps.length} dumps`;
  item.iconPath = new ThemeIcon("layers");
  item.contextValue = "series";
  return item;
}

function dumpItem(dump: ListedDump): TreeItem {
  const { path, kind, format, bytes, modifiedMs, suspect, suspectShare } = dump;
  const item = new TreeItem(Uri.file(path), TreeItemCollapsibleState.None);
  item.id = path;
  const age = ageInWords(new Date(modifiedMs), new Date());
  const share = suspectShare === undefined ? "" : ` · top ${Math.round(100 * suspectShare)} %`;
  item.description = `${formatBytes(bytes)} · ${age}${share}`;
  item.iconPath = new ThemeIcon(kind === "core" ? "bug" : "graph");
  item.contextValue = `dump.${kind}`;
  const top = suspect === undefined ? "" : `\n\nBiggest: \`${suspect}\``;
  item.tooltip = new MarkdownString(`${format}\n\n\`${path}\`\n\n${bytes.toLocaleString()} bytes${top}`);
  item.command = { command: "exhume.openDump", title: "Open", arguments: [Uri.file(path)] };
  item.resourceUri = Uri.file(path);
  return item;
}
