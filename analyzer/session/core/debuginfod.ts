import { createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import type { ModuleMatch } from "../../core/modules/moduleFiles";
import type { ProcessModule } from "../../core/modules/processModule";
import type { CoreOptions } from "../../protocol/dump/open";
import { debuginfodCacheOf } from "./moduleFiles";

const secondsToWait = 90;

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
  const { debuginfodUrls = [] } = options;
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
        (await fetchFirst(debuginfodUrls, module.buildId, "executable", base, problems)) || downloaded;
    }
    if (match.debugPath === undefined && !hasDebugInformation(match)) {
      const path = `${base}.debug`;
      downloaded =
        (await fetchFirst(debuginfodUrls, module.buildId, "debuginfo", path, problems)) || downloaded;
    }
  }
  return downloaded;
}

async function fetchFirst(
  servers: readonly string[],
  buildId: string,
  kind: "executable" | "debuginfo",
  path: string,
  problems: ProblemList,
): Promise<boolean> {
  for (const server of servers) {
    const url = `${server.replace(/\/+$/, "")}/buildid/${buildId}/${kind}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(secondsToWait * 1000) });
      if (response.status === 404) continue;
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
      mkdirSync(dirname(path), { recursive: true });
      const partial = `${path}.${process.pid}.part`;
      try {
        await pipeline(Readable.fromWeb(response.body as never), createWriteStream(partial));
        renameSync(partial, path);
      } finally {
        rmSync(partial, { force: true });
      }
      return true;
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      problems.add({ code: "debuginfod-failed", message: `${url}: ${reason}.`, losesData: false });
    }
  }
  return false;
}
