import {
  commands,
  type Disposable,
  debug,
  type LogOutputChannel,
  ProgressLocation,
  Uri,
  window,
  workspace,
} from "vscode";
import { formatBytes, formatQuantity } from "../analyzer/base/figures";
import { checkShape, path, text } from "../analyzer/protocol/shapes";
import type { ViewAct } from "../analyzer/protocol/view/hostMessages";
import {
  type Navigation,
  navigationShape,
  type ViewId,
  viewParams,
} from "../analyzer/protocol/view/navigation";
import type { AnalyzerClient } from "./analyzerClient";
import { checkedArgument, variableTarget } from "./commandArguments";
import { type CommandTarget, uriOfTarget } from "./commandTarget";
import { compareHeapDumps, pickHeapDumps } from "./compareDumps";
import { openStoredCore } from "./crashes";
import { askText, choose, confirm, type PickEntry, tell, tellError } from "./dialogs";
import type { DumpEditors } from "./dumpEditor";
import { encryptDump } from "./encryption";
import { saveHeapDump } from "./heapOfCore";
import { heapOfCoreUri } from "./heapOfCoreUri";
import { followLink } from "./links";
import { parseLink } from "./linkTarget";
import type { ListedDumps } from "./listedDumps";
import { findSecrets, saveRedactedCopy } from "./privacy";
import { readSettings } from "./settings";

export interface CommandInputs {
  readonly analyzer: AnalyzerClient;
  readonly editors: DumpEditors;
  readonly listed: ListedDumps;
  readonly log: LogOutputChannel;
  /** Lets go of what is remembered of a dump. */
  readonly forget: (path: string) => Promise<void>;
  readonly openSample: () => Promise<void>;
}

/** Everything in the palette and the menus. A command that fails says why. */
export function registerCommands({
  analyzer,
  editors,
  listed,
  log,
  forget,
  openSample,
}: CommandInputs): Disposable[] {
  const handlers: Record<string, (...args: never[]) => unknown> = {
    "exhume.openDump": (uri?: Uri) => openDump(editors, uri),
    "exhume.openSample": openSample,
    // The same in the words of what a name, or an earlier opening, says a file is.
    "exhume.openHeapDump": (uri?: Uri) => openDump(editors, uri),
    "exhume.openCoreDump": (uri?: Uri) => openDump(editors, uri),
    "exhume.openSavedText": (uri?: Uri) => openDump(editors, uri),
    "exhume.openUnknownDump": (uri?: Uri) => openDump(editors, uri),
    ...viewCommands(editors),
    "exhume.compareHeapDumps": (uri?: Uri, uris?: readonly Uri[]) =>
      compareHeapDumps(editors, listed, uri, uris),
    "exhume.revealInDominators": (objectId?: string) => revealInDominators(editors, objectId),
    // For code lenses and other extensions: a place in the dump one is in.
    "exhume.goTo": (navigation?: unknown) =>
      goTo(editors, checkedArgument("exhume.goTo", navigationShape, navigation)),
    // From lenses and quick fixes: a place in a certain dump.
    "exhume.showInDump": (dump?: unknown, navigation?: unknown) =>
      editors.show(
        Uri.file(checkedArgument("exhume.showInDump", path, dump)),
        checkedArgument("exhume.showInDump", navigationShape, navigation),
      ),
    "exhume.inspectVariable": (target?: unknown) => inspectVariable(editors, target),
    "exhume.openLink": (link?: unknown) => openLink(editors, link),
    "exhume.deleteIndex": (target?: CommandTarget) =>
      deleteIndex(analyzer, uriOfTarget(target) ?? editors.current?.document.file, undefined),
    "exhume.encryptDump": (target?: CommandTarget) => {
      return encryptDump(analyzer, dumpOf(editors, target));
    },
    "exhume.findSecrets": (target?: CommandTarget) => findSecrets(analyzer, editors, dumpOf(editors, target)),
    "exhume.saveRedactedCopy": (target?: CommandTarget) =>
      saveRedactedCopy(analyzer, dumpOf(editors, target)),
    "exhume.openHeapOfCore": (target?: CommandTarget) => editors.show(heapOfCoreUri(dumpOf(editors, target))),
    "exhume.saveHeapDump": (target?: CommandTarget) => saveHeapDump(analyzer, dumpOf(editors, target)),
    "exhume.deleteDump": (target?: CommandTarget) =>
      deleteIndex(analyzer, uriOfTarget(target) ?? editors.current?.document.file, forget),
    // For the triage view: further files of the same process.
    "exhume.pickTriageInputs": pickTriageInputs,
    // For the Compare view: further heap dumps of the same program.
    "exhume.pickHeapDumps": pickHeapDumps,
    "exhume.triage": (uri?: Uri, all?: readonly Uri[]) => triage(editors, uri, all),
    "exhume.showCrashes": () => openStoredCore(analyzer, editors),
    "exhume.restartAnalyzer": () => analyzer.restart(),
    "exhume.showLog": () => log.show(),
  };
  return Object.entries(handlers).map(([id, handler]) =>
    commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        // biome-ignore lint/plugin: what VS Code passes to a command
        return await handler(...(args as never[]));
      } catch (thrown) {
        log.error(`${id}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}`);
        tellError(thrown);
        return undefined;
      }
    }),
  );
}

/** What a menu was opened on, else the dump one is in. */
function dumpOf(editors: DumpEditors, target: CommandTarget | undefined): Uri {
  const uri = uriOfTarget(target) ?? editors.current?.document.file;
  if (uri === undefined) throw new Error("Open a dump first.");
  return uri;
}

async function openDump(editors: DumpEditors, uri: Uri | undefined): Promise<void> {
  const dump = uri instanceof Uri ? uri : await pickDump();
  if (dump !== undefined) await editors.show(dump);
}

async function pickDump(): Promise<Uri | undefined> {
  const found = await workspace.findFiles("**/{*.hprof,*.hprof.*,core.[0-9]*,*.core}", undefined, 100);
  const browse = { icon: "folder-opened", label: "Browse…", uri: undefined };
  const items = found.map((uri) => ({ label: workspace.asRelativePath(uri), uri }));
  const picked =
    found.length === 0
      ? browse
      : await choose<PickEntry & { readonly uri: Uri | undefined }>([...items, browse], {
          title: "Open a dump",
        });
  if (picked === undefined || picked.uri !== undefined) return picked?.uri;
  const chosen = await window.showOpenDialog({ title: "Open a dump", openLabel: "Analyze" });
  return chosen?.[0];
}

async function pickTriageInputs(): Promise<readonly string[]> {
  const chosen = await window.showOpenDialog({
    title: "Files of the same process: heap dump, core, NMT report, smaps, GC log, thread dump",
    openLabel: "Add",
    canSelectMany: true,
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}

/** Weighs all files selected in the explorer as inputs about one process. */
async function triage(editors: DumpEditors, uri: Uri | undefined, all: readonly Uri[] = []): Promise<void> {
  const first = uri instanceof Uri ? uri : editors.current?.document.file;
  if (first === undefined) throw new Error("Select the files of one process in the explorer first.");
  const paths = all.map(({ fsPath }) => fsPath).filter((path) => path !== first.fsPath);
  await editors.show(first, { view: "triage", params: { paths } });
}

/** One for each view, and those of keys in a view. */
function viewCommands(editors: DumpEditors): Record<string, () => void> {
  const views = Object.keys(viewParams).filter((view) => view !== "triage") as ViewId[];
  const showing = views.map((view) => {
    const id = `exhume.show${view[0]!.toUpperCase()}${view.slice(1)}`;
    return [id, () => goTo(editors, { view, params: {} } as Navigation)] as const;
  });
  const acting = acts.map(([id, act]) => [id, () => editors.current?.act(act)] as const);
  return Object.fromEntries([...showing, ...acting]);
}

const acts: readonly (readonly [command: string, act: ViewAct])[] = [
  ["exhume.goBack", "back"],
  ["exhume.goForward", "forward"],
  ["exhume.nextView", "nextView"],
  ["exhume.previousView", "previousView"],
  ["exhume.focusFilter", "filter"],
];

function goTo(editors: DumpEditors, navigation: Navigation): void {
  const { current } = editors;
  if (current === undefined) throw new Error("Open a dump first.");
  void editors.show(current.document.uri, navigation);
}

async function revealInDominators(editors: DumpEditors, objectId: string | undefined): Promise<void> {
  const reveal =
    typeof objectId === "string"
      ? objectId
      : await askText({
          title: "Reveal in Dominator Tree",
          prompt: "Id of the object, as the views and other tools show it",
          placeHolder: "0x7f…",
          validateInput: (text) =>
            /^(0x)?[0-9a-f]+$/i.test(text.trim()) ? undefined : "An object id is a hexadecimal number.",
        });
  if (reveal === undefined) return;
  const id = reveal.trim().toLowerCase();
  goTo(editors, { view: "dominators", params: { reveal: id.startsWith("0x") ? id : `0x${id}` } });
}

/** From a debug session over a heap dump to the same object in the dump's editor. */
async function inspectVariable(editors: DumpEditors, target: unknown): Promise<void> {
  const checked = checkShape(variableTarget, target);
  const dump = checkShape(path, debug.activeDebugSession?.configuration["dump"]);
  if (!checked.ok || !dump.ok) throw new Error("This variable is not an object.");
  const objectId = checked.value.variable.memoryReference;
  await editors.show(Uri.file(dump.value), { view: "inspector", params: { objectId } });
}

/** Longer than any link we make. */
const linkText = text(1_000_000);

async function openLink(editors: DumpEditors, link: unknown): Promise<void> {
  const typed =
    link === undefined
      ? await askText({ title: "Open a link into a dump", placeHolder: "vscode://…" })
      : checkedArgument("exhume.openLink", linkText, link);
  if (typed === undefined) return;
  const target = parseLink(Uri.parse(typed.trim()));
  if (target === undefined) throw new Error("This is not a link into a dump.");
  await followLink(editors, target);
}

/** @param forgetDump deletes the dump too, and what is remembered of it */
async function deleteIndex(
  analyzer: AnalyzerClient,
  uri: Uri | undefined,
  forgetDump: ((path: string) => Promise<void>) | undefined,
): Promise<void> {
  if (uri === undefined) throw new Error("Open a dump first.");
  const alsoDump = forgetDump !== undefined;
  if (alsoDump) {
    const action = "Delete Dump and Index";
    const detail =
      "The file is deleted for good; it does not go to the trash. Its saved indexes, notes and what is remembered of it go with it.";
    const answer = await confirm(`Delete ${uri.fsPath}?`, detail, action);
    if (answer !== action) return;
  }
  const { deleted, freedBytes } = await window.withProgress(
    { location: ProgressLocation.Window, title: "Deleting" },
    () =>
      analyzer.request("dump/deleteIndex", {
        path: uri.fsPath,
        alsoDump,
        options: readSettings().openOptions,
      }),
  );
  await forgetDump?.(uri.fsPath);
  const remains = alsoDump
    ? " Copies, backups, snapshots and what the disk has not yet overwritten (SSDs keep it long) may remain."
    : "";
  const message =
    deleted.length === 0
      ? "There was no saved index."
      : `Deleted ${formatQuantity(deleted.length, "file")}, ${formatBytes(freedBytes)}.${remains}`;
  void tell(message);
}
