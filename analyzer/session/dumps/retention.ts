import { lstatSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { userCacheFolder } from "../files/cacheFolder";
import { removeLeftoversOfUser } from "../files/privateFolder";
import { allTraces, deleteTraces, isOwnTrace, type TraceKind } from "./dumpTraces";
import { machinePolicy } from "./machinePolicy";

const dayMs = 86_400_000;

/**
 * Deletes what the policy says is too old: saved indexes by their last use, notes by their last change, wherever they were
 * written from here, and copies that processes left which are gone. Never a dump.
 * @returns what was deleted
 */
export function expire(policy = machinePolicy(), nowMs = Date.now()): string[] {
  const { retentionDays } = policy;
  if (retentionDays === undefined) return [];
  removeLeftoversOfUser();
  const deleted: string[] = [];
  for (const { kind, file } of candidates()) {
    // Only regular files of ours: a link in their place leads elsewhere.
    if (!isOwnTrace(kind, file)) continue;
    if (nowMs - lstatSync(file).mtimeMs <= retentionDays * dayMs) continue;
    rmSync(file, { force: true });
    deleted.push(file);
  }
  return deleted;
}

/** What goes when the last session of a dump ends. */
export function forgetAtClose(dumpPath: string, policy = machinePolicy()): void {
  if (policy.atClose === "keep") return;
  deleteTraces(dumpPath, policy.atClose === "indexes" ? ["index"] : ["index", "notes"]);
}

interface Candidate {
  readonly kind: TraceKind;
  readonly file: string;
}

function candidates(): Candidate[] {
  const folders = new Map<string, TraceKind>([
    [join(userCacheFolder(), "index"), "index"],
    [join(userCacheFolder(), "notes"), "notes"],
  ]);
  // What other dumps left beside those that are listed.
  for (const { kind, file } of allTraces()) folders.set(dirname(file), kind);
  return [...folders].flatMap(([folder, kind]) =>
    namesIn(folder).map((name) => ({ kind, file: join(folder, name) })),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
