import { formatHex } from "../../base/units";
import type { LoadedModule } from "../../core/modules/loadedModule";
import { describeModuleCounts, moduleCountsOf } from "../../core/modules/moduleCounts";
import { hasDebugInformation } from "../../core/modules/moduleFiles";
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
    ...faultOf(module),
  };
}

function faultOf({ match, buildId }: LoadedModule): Pick<CoreModuleRow, "fault" | "wants"> {
  switch (match.status) {
    case "found":
      return {};
    case "unverified":
      return {
        fault:
          "The core holds nothing of this file to check it against: make sure it is the very build that ran.",
      };
    case "missing":
      if (match.debugPath !== undefined)
        return { fault: "Only its debug information is at hand.", wants: "file" };
      return {
        fault: buildId === undefined ? "It was not found." : `It was not found; build id ${buildId} ran.`,
        wants: "file",
      };
    case "mismatched": {
      const { path, fileBuildId } = match;
      const theirs = fileBuildId === undefined ? "no build id" : `build id ${fileBuildId}`;
      const fact =
        buildId === undefined
          ? `The file (${theirs}) differs from the one that was loaded.`
          : `The file has ${theirs}; the process ran build id ${buildId}.`;
      return path === undefined
        ? { fault: fact, wants: "fileOrLeave" }
        : {
            fault: `${fact} It is used because mismatches are allowed: names, lines and values may be wrong.`,
          };
    }
  }
}
