import { existsSync, linkSync, renameSync, writeFileSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { reasonOf } from "./fileSource";

/** Writes a file that only its owner may read. @throws ExhumeError `refused` when it exists or cannot be written */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new ExhumeError({ code: "refused", what: `${file} cannot be written: ${reasonOf(error)}` });
  }
}

/** @throws ExhumeError `refused` when there is such a file */
export function assertFree(file: string): void {
  if (existsSync(file)) {
    throw new ExhumeError({ code: "refused", what: `${file} exists; it is not overwritten` });
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
