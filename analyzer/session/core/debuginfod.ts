import { join } from "node:path";
import { withoutEnding } from "../../base/endings";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import type { ModuleMatch } from "../../core/modules/moduleFiles";
import type { ProcessModule } from "../../core/modules/processModule";
import type { CoreOptions } from "../../protocol/dump/open";
import { type DownloadLimits, download, usualLimits } from "./download";
import { debuginfodCacheOf } from "./moduleFiles";

/**
 * Asks the configured debuginfod servers for what is missing, by build id, and keeps it in the cache. Nothing is
 * asked unless servers are configured: a build id tells a server what somebody runs.
 * @returns true when something was downloaded
 */
export async function downloadMissing(
  modules: readonly ProcessModule[],
  matches: readonly ModuleMatch[],
  hasDebugInformation: (match: ModuleMatch) => boolean,
  options: CoreOptions,
  problems: ProblemList,
  work: Work,
): Promise<boolean> {
  const { debuginfodUrls = [], debuginfodOverHttp = false } = options;
  const limits = { ...usualLimits, isHttpAllowed: debuginfodOverHttp };
  if (debuginfodUrls.length === 0) return false;
  const root = debuginfodCacheOf(options);
  let downloaded = false;
  for (const [index, module] of modules.entries()) {
    work.throwIfCancelled();
    work.report("Asking debuginfod", index / modules.length);
    const match = matches[index]!;
    if (module.buildId === undefined || module.kind === "vdso") continue;
    const base = join(root, ".build-id", module.buildId.slice(0, 2), module.buildId.slice(2));
    if (match.status !== "found") {
      downloaded =
        (await fetchFirst(debuginfodUrls, module.buildId, "executable", base, limits, problems, work)) ||
        downloaded;
    }
    if (match.debugPath === undefined && !hasDebugInformation(match)) {
      const path = `${base}.debug`;
      downloaded =
        (await fetchFirst(debuginfodUrls, module.buildId, "debuginfo", path, limits, problems, work)) ||
        downloaded;
    }
  }
  return downloaded;
}

async function fetchFirst(
  servers: readonly string[],
  buildId: string,
  kind: "executable" | "debuginfo",
  path: string,
  limits: DownloadLimits,
  problems: ProblemList,
  work: Work,
): Promise<boolean> {
  for (const server of servers) {
    const url = `${withoutEnding(server, "/")}/buildid/${buildId}/${kind}`;
    try {
      if (await download(url, path, limits, () => work.throwIfCancelled())) return true;
    } catch (thrown) {
      if (thrown instanceof ExhumeError && thrown.fault.code === "cancelled") throw thrown;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      problems.add({ code: "debuginfod-failed", message: `${url}: ${reason}.`, losesData: false });
    }
  }
  return false;
}
