import { createHash } from "node:crypto";
import { appendFileSync, lstatSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { userCacheFolder } from "../files/cacheFolder";
import { makeFolder } from "../files/makeFolder";
import { replaceText } from "../files/newFile";

/** What is written about dumps, wherever it is, so that it can be deleted with them. */
export type TraceKind = "index" | "notes";

/** Nothing else is ever deleted, whatever the list says. */
const ownNames: Readonly<Record<TraceKind, RegExp>> = {
  index: /^[0-9a-f]{16}\.exhume-(index|answers)$/,
  notes: /^[0-9a-f]{32}\.json$/,
};

const mostTraces = 4000;

/** Stands for the path of a dump in names of files; the path itself is not written down. */
export function dumpKeyOf(path: string): string {
  return createHash("sha256").update(realOf(path)).digest("hex").slice(0, 32);
}

/** Notes that a file is about a dump. Failing to is no reason not to write the file. */
export function noteTrace(dumpPath: string, kind: TraceKind, file: string): void {
  try {
    const line = `${JSON.stringify([dumpKeyOf(dumpPath), kind, resolve(file)])}\n`;
    const known = traceLines();
    if (known.includes(line.trim())) return;
    makeFolder(userCacheFolder(), 0o700);
    if (known.length < mostTraces) appendFileSync(listFile(), line, { mode: 0o600 });
    else rewrite([...known.slice(mostTraces / 4), line.trim()]);
  } catch {
    // A read-only home: what lies in the usual places is found without.
  }
}

/** Files that were written about a dump under any options, in any folder, and are still there. */
export function tracesOf(dumpPath: string, kind: TraceKind): string[] {
  const key = dumpKeyOf(dumpPath);
  return traceLines().flatMap((line) => {
    const [ofDump, ofKind, file] = partsOf(line);
    return ofDump === key && ofKind === kind && file !== undefined && isOwnTrace(kind, file) ? [file] : [];
  });
}

/** Files that were written about any dump. */
export function allTraces(): { readonly kind: TraceKind; readonly file: string }[] {
  return traceLines().flatMap((line) => {
    const [, kind, file] = partsOf(line);
    return (kind === "index" || kind === "notes") && file !== undefined ? [{ kind, file }] : [];
  });
}

/** Deletes the files and the memory of them. @returns what was deleted, with its size */
export function deleteTraces(
  dumpPath: string,
  kinds: readonly TraceKind[],
): { readonly file: string; readonly bytes: number }[] {
  const deleted = kinds.flatMap((kind) =>
    tracesOf(dumpPath, kind).map((file) => {
      const bytes = lstatSync(file).size;
      rmSync(file, { force: true });
      return { file, bytes };
    }),
  );
  const key = dumpKeyOf(dumpPath);
  const known = traceLines();
  const kept = known.filter((line) => {
    const [ofDump, ofKind] = partsOf(line);
    return ofDump !== key || !kinds.includes(ofKind as TraceKind);
  });
  if (kept.length < known.length) rewrite(kept);
  return deleted;
}

function listFile(): string {
  return join(userCacheFolder(), "traces");
}

function traceLines(): string[] {
  try {
    return readFileSync(listFile(), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

function partsOf(line: string): readonly (string | undefined)[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return Array.isArray(parsed) ? parsed.map((part) => (typeof part === "string" ? part : undefined)) : [];
  } catch {
    return [];
  }
}

/** Whether a file is called as we call such files: others may lie in the same folder. */
export function hasOwnName(kind: TraceKind, file: string): boolean {
  return ownNames[kind].test(basename(file));
}

/** Whether a file is there, ours, and called as such files are. */
export function isOwnTrace(kind: TraceKind, file: string): boolean {
  if (!hasOwnName(kind, file)) return false;
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && (process.getuid === undefined || found.uid === process.getuid());
}

function rewrite(lines: readonly string[]): void {
  replaceText(listFile(), lines.map((line) => `${line}\n`).join(""));
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // The dump is gone; what is about it is still found under the name it had.
    return path;
  }
}
