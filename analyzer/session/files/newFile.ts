import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ExhumeError } from "../../base/errors";
import { reasonOf } from "./fileSource";
import { newFileName } from "./privateFolder";
import { isProcessAlive } from "./processes";

/** Writes a file that only its owner may read. @throws ExhumeError `refused` when it exists or cannot be written */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new ExhumeError({ code: "refused", what: `${file} cannot be written: ${reasonOf(error)}` });
  }
}

/**
 * Opens a file of a name that others can guess, empty: what stands there goes, and a link is never followed. The folder
 * may be one that others write to.
 */
export function openAnew(path: string): number {
  rmSync(path, { force: true });
  return openSync(path, "wx", 0o600);
}

/** Puts a text in the place of a file's, beside and renamed: a crash leaves the old one. */
export function replaceText(file: string, text: string): void {
  const beside = `${file}.${process.pid}`;
  const fd = openAnew(beside);
  try {
    try {
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, file);
  } catch (error) {
    // A full disk: half of it would be found by nobody.
    rmSync(beside, { force: true });
    throw error;
  }
}

/** @throws ExhumeError `refused` when there is such a file */
export function assertFree(file: string): void {
  if (existsSync(file)) {
    throw new ExhumeError({ code: "refused", what: `${file} exists; it is not overwritten` });
  }
}

/** Where a file is written before it has its name: beside it, so that it only has to be renamed. */
export function asideOf(out: string): string {
  removeAbandoned(out);
  return `${out}.${newFileName()}.part`;
}

/** What a killed process left of the same file. */
function removeAbandoned(out: string): void {
  const prefix = `${basename(out)}.`;
  for (const name of namesIn(dirname(out))) {
    if (!name.startsWith(prefix)) continue;
    const process = /^(\d+)-[0-9a-z]+-[0-9a-z]+\.part$/.exec(name.slice(prefix.length))?.[1];
    if (process === undefined || isProcessAlive(Number(process))) continue;
    const path = join(dirname(out), name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) rmSync(path, { force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Writing will say what is wrong with it.
    return [];
  }
}

/**
 * Gives a file that is complete its name. A link fails where somebody took the name meanwhile; file systems without links
 * are asked before.
 */
export function giveName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    assertFree(to);
    renameSync(from, to);
  }
}
