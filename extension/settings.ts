import { workspace } from "vscode";
import type { OpenOptions } from "../analyzer/protocol/dump/open";
import type { PathRule } from "../analyzer/protocol/source/sources";

/** The extension's settings, read when needed so that a change counts from the next opening. */
export interface Settings {
  /** Node to run the analyzer with; undefined for VS Code's own. */
  readonly nodePath: string | undefined;
  readonly openOptions: OpenOptions;
  /** To whom dumps are encrypted when nobody else is named. */
  readonly recipients: readonly string[];
  /** Where sources of native code are now, by where they were built. */
  readonly pathMap: readonly PathRule[];
}

const mebibyte = 1024 * 1024;

export function readSettings(): Settings {
  const section = workspace.getConfiguration("exhume");
  const nodePath = section.get<string>("analyzer.nodePath", "").trim();
  const memoryBudget = section.get<number>("analyzer.memoryBudget", 0) * mebibyte;
  const workers = section.get<number>("analyzer.workers", 0);
  const indexDirectory = section.get<string>("index.directory", "").trim();
  const sizeModel = section.get<string>("heap.sizeModel", "detect");
  return {
    nodePath: nodePath === "" ? undefined : nodePath,
    openOptions: {
      ...(memoryBudget > 0 ? { memoryBudget } : {}),
      ...(workers > 0 ? { workers } : {}),
      ...(indexDirectory === "" ? {} : { indexDirectory }),
      useSavedIndex: section.get<boolean>("index.save", true),
      identityFiles: textsOf(section.get<unknown>("encryption.identityFiles")),
      ...(sizeModel === "detect" ? {} : { sizeModel }),
    },
    recipients: textsOf(section.get<unknown>("encryption.recipients")),
    pathMap: Object.entries(section.get<Record<string, string>>("source.pathMap", {})).map(([from, to]) => ({
      from,
      to,
    })),
  };
}

/** Whatever somebody wrote there. */
function textsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each) => typeof each === "string" && each !== "").slice(0, 100)
    : [];
}
