import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "./processes";

/** Others may write into the temporary folder: what lies there under our name is ours only if the system says so. */
const ownerOnly = 0o077;

/** Undefined on Windows, where each user has a temporary folder of his own. */
const user = process.getuid?.();

/** Names of our files: process, then what makes them unique. */
const ownFile = /^(\d+)-[0-9a-z]+-[0-9a-z]+$/;

/**
 * The folder of this user's temporary files, mode 0700: the usual one, or a new one where somebody else sits on its
 * name. Links are never followed.
 */
export function privateFolder(parent = tmpdir()): { readonly path: string; readonly isUsual: boolean } {
  const usual = join(parent, user === undefined ? "exhume" : `exhume-${user}`);
  try {
    mkdirSync(usual, { mode: 0o700 });
    return { path: usual, isUsual: true };
  } catch {
    const found = lstatSync(usual, { throwIfNoEntry: false });
    if (found?.isDirectory() === true && isPrivate(found)) return { path: usual, isUsual: true };
    return { path: mkdtempSync(`${usual}-`), isUsual: false };
  }
}

/** A name for a new file of this process. */
export function newFileName(): string {
  return `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

/** Deletes files of ours whose process is gone; only systems that cannot delete an open file leave any. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const process = ownFile.exec(name)?.[1];
    if (process === undefined || isProcessAlive(Number(process))) continue;
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true && isPrivate(found)) rmSync(path, { force: true });
  }
}

/** {@link removeLeftovers} of the usual folder, where there is one. */
export function removeLeftoversOfUser(): void {
  const folder = privateFolder();
  if (folder.isUsual) removeLeftovers(folder.path);
  else rmdirSync(folder.path);
}

/** Whether this user owns it, and nobody else can enter or write it. Always so on Windows, whose folders have other means. */
export function isPrivate(found: Stats): boolean {
  return user === undefined || (found.uid === user && (found.mode & ownerOnly) === 0);
}
