import { Uri, window, workspace } from "vscode";
import { formatBytes, formatQuantity } from "../analyzer/base/figures";
import { fileNameOf } from "../analyzer/base/pathNames";
import { choose, type PickEntry } from "./dialogs";
import type { DumpEditors } from "./dumpEditor";
import type { ListedDump, ListedDumps } from "./listedDumps";

/** The newest of the chosen dumps is opened and compared with the others; a single one asks for another. */
export async function compareHeapDumps(
  editors: DumpEditors,
  listed: ListedDumps,
  uri: Uri | undefined,
  uris: readonly Uri[] | undefined,
): Promise<void> {
  let chosen = uris !== undefined && uris.length > 0 ? [...uris] : uri instanceof Uri ? [uri] : [];
  const first = chosen[0] ?? editors.current?.document.file;
  if (first === undefined) throw new Error("Choose the heap dumps to compare in the explorer.");
  if (chosen.length < 2) {
    const others = await chooseOthers(listed, first.fsPath);
    if (others.length === 0) return;
    chosen = [first, ...others.map((path) => Uri.file(path))];
  }
  const times = await Promise.all(chosen.map(async (each) => (await workspace.fs.stat(each)).mtime));
  const newest = chosen[times.indexOf(times.reduce((latest, time) => Math.max(latest, time)))]!;
  const others = chosen.filter((each) => each !== newest).map((each) => each.fsPath);
  await editors.show(newest, { view: "compare", params: { others } });
}

/** Asks in a dialog for the files. */
export async function pickHeapDumps(): Promise<readonly string[]> {
  const chosen = await window.showOpenDialog({
    title: "Compare with which heap dumps of the same program?",
    openLabel: "Compare",
    canSelectMany: true,
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}

interface OthersEntry extends PickEntry {
  /** Paths it stands for; undefined asks in a dialog. */
  readonly paths: readonly string[] | undefined;
}

/** Heap dumps that are known come first, those of the same program before others; files are asked for where none is. */
async function chooseOthers(listed: ListedDumps, path: string): Promise<readonly string[]> {
  const all = await listed.all();
  const series = all.find((dump) => dump.path === path)?.series;
  const known = all.filter((dump) => dump.kind === "heap" && dump.path !== path);
  if (known.length === 0) return pickHeapDumps();
  const ofProgram = known.filter((dump) => series !== undefined && dump.series === series);
  const entries: OthersEntry[] = [
    ...(ofProgram.length > 1
      ? [
          {
            icon: "list-ordered",
            label: `All ${formatQuantity(ofProgram.length, "other dump")} of this program`,
            description: ofProgram.map((dump) => fileNameOf(dump.path)).join(", "),
            paths: ofProgram.map((dump) => dump.path),
          },
        ]
      : []),
    ...[...ofProgram, ...known.filter((dump) => !ofProgram.includes(dump))].map(entryOf),
    { icon: "folder-opened", label: "Browse…", paths: undefined },
  ];
  const picked = await choose(entries, {
    title: `Compare ${fileNameOf(path)} with`,
    matchOnDescription: true,
  });
  if (picked === undefined) return [];
  return picked.paths ?? pickHeapDumps();
}

function entryOf({ path, bytes, modifiedMs }: ListedDump): OthersEntry {
  const written = new Date(modifiedMs).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return {
    icon: "file",
    label: fileNameOf(path),
    description: `${written}, ${formatBytes(bytes)}`,
    detail: workspace.asRelativePath(path),
    paths: [path],
  };
}
