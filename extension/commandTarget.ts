import { Uri, window } from "vscode";
import { dumpFileOf } from "./heapOfCoreUri";

/** What a menu gives a command: a file of the explorer, or a row of the *Dumps* view. */
export type CommandTarget = Uri | { readonly path: string };

/** The file of it. */
export function uriOfTarget(target: unknown): Uri | undefined {
  if (target instanceof Uri) return dumpFileOf(target);
  const path = (target as { readonly path?: unknown } | undefined)?.path;
  return typeof path === "string" ? Uri.file(path) : undefined;
}

/** The file of the active tab, in a dump editor or as text. */
export function activeFile(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  return uriOfTarget((input as { readonly uri?: unknown } | undefined)?.uri);
}
