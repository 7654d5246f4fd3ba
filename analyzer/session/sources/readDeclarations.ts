import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExhumeError } from "../../base/errors";
import { namesDeclaredIn } from "../../sources/declarationIndex";
import { readSmallFile } from "../files/fileSource";
import { makeFolder } from "../files/makeFolder";
import { replaceText } from "../files/newFile";
import { largestSource } from "./folderTree";

/** A thread's task: plain data. */
export interface DeclarationsRequest {
  readonly root: string;
  /** Relative to the root. */
  readonly files: readonly string[];
  /** File that remembers the names from one time to the next. */
  readonly remembered: string;
}

/** A file and the types it may declare. */
export type FileNames = readonly [file: string, names: readonly string[]];

/** Version of the remembered file's form and of the scan behind it. */
const formatVersion = 2;
/** Folders remembered; those not used for longest go first. */
const mostRemembered = 50;
const largestMemory = 256 << 20;

/** Changes when the file does: time of its last change and size. */
type Stamp = string;

interface Remembered {
  readonly version: number;
  readonly root: string;
  readonly files: readonly (readonly [file: string, stamp: Stamp, names: readonly string[]])[];
}

/**
 * Reads the files of a folder that changed since they were remembered, and remembers all. Synchronous on purpose: for
 * many small files that is six times as fast as promises, and it runs in a thread of its own.
 */
export function readDeclarations({ root, files, remembered }: DeclarationsRequest): FileNames[] {
  const before = recall(root, remembered);
  const now: (readonly [string, Stamp, readonly string[]])[] = [];
  let changed = before.size !== files.length;
  for (const file of files) {
    const path = join(root, file);
    const stamp = stampOf(path);
    if (stamp === undefined) continue;
    const known = before.get(file);
    if (known !== undefined && known[1] === stamp) {
      now.push(known);
      continue;
    }
    const text = textOf(path);
    changed = true;
    if (text !== undefined) now.push([file, stamp, namesDeclaredIn(text)]);
  }
  if (changed) remember(remembered, { version: formatVersion, root, files: now });
  else touch(remembered);
  return now.map(([file, , names]) => [file, names]);
}

function stampOf(path: string): Stamp | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.size > largestSource ? undefined : `${found.mtimeMs} ${found.size}`;
}

function textOf(path: string): string | undefined {
  try {
    return new TextDecoder().decode(readSmallFile(path, largestSource));
  } catch {
    // Gone or forbidden meanwhile: it declares nothing that could be opened.
    return undefined;
  }
}

function recall(root: string, path: string): Map<string, Remembered["files"][number]> {
  try {
    const text = new TextDecoder().decode(readSmallFile(path, largestMemory));
    const parsed = (JSON.parse(text) ?? {}) as Partial<Remembered>;
    if (parsed.version !== formatVersion || parsed.root !== root || !Array.isArray(parsed.files))
      return new Map();
    return new Map(parsed.files.filter(isEntry).map((entry) => [entry[0], entry]));
  } catch (error) {
    // Nothing remembered yet, or a damaged file: everything is read.
    if (error instanceof SyntaxError || error instanceof ExhumeError) return new Map();
    throw error;
  }
}

function isEntry(entry: unknown): entry is Remembered["files"][number] {
  return (
    Array.isArray(entry) &&
    typeof entry[0] === "string" &&
    typeof entry[1] === "string" &&
    Array.isArray(entry[2]) &&
    entry[2].every((name) => typeof name === "string")
  );
}

/** Beside and renamed. A cache that cannot be written is only slower the next time. */
function remember(path: string, content: Remembered): void {
  try {
    const folder = dirname(path);
    makeFolder(folder, 0o700);
    replaceText(path, JSON.stringify(content));
    makeRoom(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function makeRoom(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, usedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of files.slice(mostRemembered)) rmSync(path, { force: true });
}

/** The time of last use is the file's own. */
function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
