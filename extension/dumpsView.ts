import { statSync } from "node:fs";
import { basename } from "node:path";
import {
  commands,
  type Disposable,
  EventEmitter,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
} from "vscode";
import { formatBytes, formatExactBytes, formatShare } from "../analyzer/base/figures";
import { visibleControls } from "../analyzer/base/foreignText";
import { tell } from "./dialogs";
import { DisposableStore } from "./disposable";
import type { DumpDocument } from "./dumpDocument";
import type { DumpEditors } from "./dumpEditor";
import { ageInWords } from "./gitHistory";
import { isHeapOfCore } from "./heapOfCoreUri";
import type { KnownDump, KnownDumps } from "./knownDumps";
import type { ListedDump, ListedDumps } from "./listedDumps";
import type { Log } from "./log";

const viewId = "exhume.dumps";
const dayMs = 86_400_000;

/** Dumps of one program, newest first, or one dump. */
type Node = { readonly series: string; readonly dumps: readonly ListedDump[] } | ListedDump;

export interface DumpsViewInputs {
  readonly listed: ListedDumps;
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
    for (const dump of await this.inputs.listed.all()) {
      const list = bySeries.get(dump.series) ?? [];
      list.push(dump);
      bySeries.set(dump.series, list);
    }
    return [...bySeries].map(([series, dumps]) => (dumps.length === 1 ? dumps[0]! : { series, dumps }));
  }

  getTreeItem(node: Node): TreeItem {
    return "dumps" in node ? seriesItem(node.series, node.dumps) : dumpItem(node);
  }

  /** Remembered dumps that were written longer ago than so many days; none for 0, all for less. */
  olderThan(days: number, nowMs: number): readonly KnownDump[] {
    if (days === 0) return [];
    return this.inputs.known.list().filter(({ modifiedMs }) => days < 0 || nowMs - modifiedMs > days * dayMs);
  }

  /** Points out, once a window, dumps that are older than the setting allows. */
  async remindOfOldDumps(): Promise<void> {
    const days = Math.max(0, workspace.getConfiguration("exhume").get<number>("dumps.remindAfterDays", 30));
    const old = this.olderThan(days, Date.now());
    if (old.length === 0) return;
    const show = "Show Dumps";
    if ((await tell(reminderOf(old, days), show)) === show) {
      await commands.executeCommand(`${viewId}.focus`);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Remembers a dump when it is ready, then its top suspect when that is known. */
  private follow(document: DumpDocument): void {
    // The file is remembered as the core it is.
    if (isHeapOfCore(document.uri)) return;
    const path = document.file.fsPath;
    let remembered = false;
    const listening = document.onChanged(({ kind, format, bytes, state, isEncrypted }) => {
      if (remembered || state.state !== "ready" || (kind !== "heap" && kind !== "core")) return;
      remembered = true;
      listening.dispose();
      const modifiedMs = Math.round(statSync(path).mtimeMs);
      const dump = { path, kind, format, bytes, modifiedMs, openedMs: Date.now() };
      void this.inputs.known.remember(dump).then(() => {
        if (!isEncrypted) void this.rememberSuspect(document, dump);
      });
    });
    this.store.add(listening);
  }

  private async rememberSuspect(document: DumpDocument, dump: KnownDump): Promise<void> {
    if (dump.kind !== "heap") return;
    try {
      const { suspects } = await document.ask("heap/suspects", {});
      const top = suspects[0];
      if (top === undefined) return;
      const { field, className, share } = top;
      const suspect = field === undefined ? className : `${field.className}.${field.name}`;
      await this.inputs.known.remember({ ...dump, suspectShare: share, suspect });
    } catch (error) {
      // The dump was closed before it was asked: the view shows it without a suspect.
      this.inputs.log.debug(`No top suspect for the Dumps view: ${error}`);
    }
  }
}

/** What is said of dumps that are too old, once a window. */
export function reminderOf(old: readonly KnownDump[], days: number): string {
  const what = old.length === 1 ? `${basename(old[0]!.path)} is` : `${old.length} dumps are`;
  return `${what} older than ${days} days. Dumps are personal data: delete what is no longer needed.`;
}

function seriesItem(series: string, dumps: readonly ListedDump[]): TreeItem {
  const item = new TreeItem(visibleControls(series), TreeItemCollapsibleState.Expanded);
  item.id = `series:${series}`;
  item.description = `${dumps.length} dumps`;
  item.iconPath = new ThemeIcon("layers");
  item.contextValue = "series";
  return item;
}

function dumpItem(dump: ListedDump): TreeItem {
  const { path, kind, bytes, modifiedMs, suspectShare } = dump;
  const item = new TreeItem(Uri.file(path), TreeItemCollapsibleState.None);
  item.id = path;
  const age = ageInWords(new Date(modifiedMs), new Date());
  // The side bar is narrow: what is told first is seen.
  const share = suspectShare === undefined ? "" : `top ${Math.round(100 * suspectShare)} % · `;
  item.description = `${share}${formatBytes(bytes)} · ${age}`;
  item.iconPath = new ThemeIcon(kind === "core" ? "bug" : "graph");
  item.contextValue = `dump.${kind}`;
  item.tooltip = hoverOf(dump);
  item.command = { command: "exhume.openDump", title: "Open", arguments: [Uri.file(path)] };
  item.resourceUri = Uri.file(path);
  return item;
}

/** Plain text, not Markdown: a picture named in it would be loaded. */
function hoverOf({ path, format, bytes, suspect, suspectShare }: ListedDump): string {
  const held =
    suspectShare === undefined ? "" : ` holds ${formatShare(suspectShare, 1)} of what is reachable`;
  const lines = [format, path, formatExactBytes(bytes)];
  if (suspect !== undefined) lines.push(`Top suspect: ${suspect}${held}`);
  return lines.map(visibleControls).join("\n");
}
