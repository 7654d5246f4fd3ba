import { formatHex } from "../../base/units";
import type { LoadedModule } from "../../core/modules/loadedModule";
import { describeModuleCounts, moduleCountsOf } from "../../core/modules/moduleCounts";
import { hasDebugInformation } from "../../core/modules/moduleFiles";
import { moduleNameOf } from "../../core/modules/processModule";
import type { CoreModuleRow } from "../../protocol/core/modules";
import type { CoreModuleCounts } from "../../protocol/core/process";

export function wireModuleCounts(modules: readonly LoadedModule[]): CoreModuleCounts {
  const counts = moduleCountsOf(modules);
  return { ...counts, words: describeModuleCounts(counts) };
}

export function moduleRow(module: LoadedModule): CoreModuleRow {
  const { match, files } = module;
  const opened = [files.main, files.debug].filter((file) => file !== undefined);
  const file = match.path ?? match.candidates.find(({ refused }) => refused !== undefined)?.path;
  const advice = adviceOf(module);
  return {
    path: module.path,
    kind: module.kind,
    start: formatHex(module.start),
    end: formatHex(module.end),
    status: match.status,
    verification: match.verification,
    overridden: match.status === "mismatched" && match.path !== undefined,
    hasDebugInformation: opened.some(hasDebugInformation),
    hasSymbols: files.miniDebug !== undefined || opened.some((each) => each.hasSection(".symtab")),
    ...(module.buildId === undefined ? {} : { buildId: module.buildId }),
    ...(file === undefined ? {} : { file }),
    ...(match.fileBuildId === undefined ? {} : { fileBuildId: match.fileBuildId }),
    ...(match.debugPath === undefined ? {} : { debugFile: match.debugPath }),
    ...(advice === undefined ? {} : { advice }),
  };
}

function adviceOf(module: LoadedModule): string | undefined {
  const { match, buildId, kind } = module;
  const name = moduleNameOf(module) || "the executable";
  const what =
    kind === "executable" ? "Give the program that crashed (program, --program)" : `Provide ${name}`;
  const where =
    "put it beside the core, name its folder in debugInfoPaths (--debug-info), or unpack the image of the machine " +
    "and name it as sysroot (--sysroot)";
  if (match.status === "missing") {
    if (match.debugPath !== undefined) return `Only its debug information is at hand. ${what}: ${where}.`;
    return buildId === undefined ? `${what}: ${where}.` : `${what} with build id ${buildId}: ${where}.`;
  }
  if (match.status === "mismatched") {
    const { path, fileBuildId } = match;
    const theirs = fileBuildId === undefined ? "no build id" : `build id ${fileBuildId}`;
    const fact =
      buildId === undefined
        ? `The file (${theirs}) differs from the one that was loaded.`
        : `The file has ${theirs}; the process ran build id ${buildId}.`;
    return path === undefined
      ? `${fact} ${what}: ${where}. To use it all the same, allow mismatches (--allow-mismatch).`
      : `${fact} It is used because mismatches are allowed: names, lines and values may be wrong.`;
  }
  if (match.status === "unverified") {
    return "The core holds nothing of this file to check it against: make sure it is the very build that ran.";
  }
  return undefined;
}
