import { Uri } from "vscode";
import { formatBytes } from "../analyzer/base/figures";
import type { StoredCore } from "../analyzer/protocol/dump/crashes";
import type { AnalyzerClient } from "./analyzerClient";
import { choose, type PickEntry, tell } from "./dialogs";
import type { DumpEditors } from "./dumpEditor";
import { ageInWords } from "./gitHistory";

type CoreEntry = PickEntry & { readonly core: StoredCore };

/** Lists the cores this machine kept, newest first, and opens the one that is chosen. */
export async function openStoredCore(analyzer: AnalyzerClient, editors: DumpEditors): Promise<void> {
  const { cores, keeping } = await analyzer.request("crashes/list", {});
  if (cores.length === 0) {
    await tell(`No cores are kept here. ${keeping}`);
    return;
  }
  const picked = await choose<CoreEntry>(
    cores.map((core) => storedCoreEntry(core, new Date())),
    { title: "Crashes on This Machine", placeHolder: keeping, matchOnDescription: true, matchOnDetail: true },
  );
  if (picked === undefined) return;
  const { path, state, keeper } = picked.core;
  if (state === "readable") return editors.show(Uri.file(path));
  throw new Error(
    state === "gone"
      ? `${keeper} remembers this crash, but no longer keeps its core.`
      : `${path} may not be read by this user. Its owner or root can copy it for you.`,
  );
}

/** How a kept core stands in the list. */
export function storedCoreEntry(core: StoredCore, now: Date): CoreEntry {
  const { command, program, signal, pid, bytes, crashedMs, path, state } = core;
  const facts = [
    signal,
    ageInWords(new Date(crashedMs), now),
    pid === undefined ? undefined : `pid ${pid}`,
    bytes === undefined ? undefined : formatBytes(bytes),
    state === "gone" ? "no longer kept" : state === "forbidden" ? "may not be read" : undefined,
  ];
  return {
    label: command,
    description: facts.filter((fact) => fact !== undefined).join(" · "),
    detail: program === undefined ? path : `${program} · ${path}`,
    icon: state === "readable" ? "bug" : "circle-slash",
    core,
  };
}
