import { commands, type ExtensionContext, Uri, window, workspace } from "vscode";
import type { DumpEditors } from "./dumpEditor";

/** The dump that the sample opens with; the core lies beside it. */
const firstDump = "recon.hprof.gz";

/** A folder with a program, a heap dump of it, and a core: a copy, so that nothing of the extension can be changed. */
export async function openSample({ extensionUri, globalStorageUri }: ExtensionContext): Promise<void> {
  const folder = sampleFolder(globalStorageUri);
  await workspace.fs.copy(Uri.joinPath(extensionUri, "dist", "sample"), folder, { overwrite: true });
  const isInUse =
    workspace.workspaceFolders !== undefined || window.tabGroups.all.some(({ tabs }) => tabs.length > 1);
  await commands.executeCommand("vscode.openFolder", folder, { forceNewWindow: isInUse });
}

/** In the window of the sample: shows its dump. */
export async function showSample(
  { globalStorageUri }: ExtensionContext,
  editors: DumpEditors,
): Promise<void> {
  const folder = sampleFolder(globalStorageUri);
  const isThere =
    workspace.workspaceFolders?.some(({ uri }) => uri.toString() === folder.toString()) ?? false;
  // Who was here before finds what was open then.
  const wasHere = window.tabGroups.all.some(({ tabs }) => tabs.length > 0);
  if (isThere && !wasHere) await editors.show(Uri.joinPath(folder, firstDump));
}

function sampleFolder(storage: Uri): Uri {
  return Uri.joinPath(storage, "sample");
}
