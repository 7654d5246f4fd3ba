import type { OpenOptions } from "../analyzer/protocol/dump/open";
import type { PathRule } from "../analyzer/protocol/source/sources";

/** The extension's settings. */
export interface Settings {
  /** Node to run the analyzer with; undefined for VS Code's own. */
  readonly nodePath: string | undefined;
  readonly openOptions: OpenOptions;
  /** To whom dumps are encrypted when nobody else is named. */
  readonly recipients: readonly string[];
  /** Servers that are asked for files of modules when the user wants it. */
  readonly debuginfodUrls: readonly string[];
  /** Where sources of native code are now, by where they were built. */
  readonly pathMap: readonly PathRule[];
}

const mebibyte = 1024 * 1024;
const mostWorkers = 256;

/**
 * The settings from what somebody wrote: the editor hands values on whatever their type, those of a workspace too. What
 * is not as declared counts as not set.
 */
export function settingsOf(read: (key: string) => unknown): Settings {
  const nodePath = textOf(read("analyzer.nodePath"));
  const memoryBudget = countOf(read("analyzer.memoryBudget")) * mebibyte;
  const workers = Math.min(mostWorkers, countOf(read("analyzer.workers")));
  const indexDirectory = textOf(read("index.directory"));
  const sizeModel = textOf(read("heap.sizeModel"));
  return {
    nodePath: nodePath === "" ? undefined : nodePath,
    openOptions: {
      ...(memoryBudget > 0 && Number.isSafeInteger(memoryBudget) ? { memoryBudget } : {}),
      ...(workers > 0 ? { workers } : {}),
      ...(indexDirectory === "" ? {} : { indexDirectory }),
      useSavedIndex: read("index.save") !== false,
      identityFiles: textsOf(read("encryption.identityFiles")),
      ...(sizeModel === "" || sizeModel === "detect" ? {} : { sizeModel }),
    },
    debuginfodUrls: textsOf(read("core.debuginfodUrls")),
    recipients: textsOf(read("encryption.recipients")),
    pathMap: Object.entries(textMapOf(read("source.pathMap"))).map(([from, to]) => ({ from, to })),
  };
}

/** Texts by names that are not ours. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function countOf(value: unknown): number {
  return Number.isSafeInteger(value) ? Math.max(0, value as number) : 0;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each) => typeof each === "string" && each !== "").slice(0, 100)
    : [];
}
