import { accessSync, constants, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** More files than a machine keeps cores. */
const mostFiles = 10_000;

/** No `Date` is later. File systems and names of files may say so all the same. */
export const latestMs = 8.64e15;

export interface KeptFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly isReadable: boolean;
}

/** Regular files of a folder, not those below it; none where there is no such folder or it is forbidden. */
export function filesIn(folder: string): KeptFile[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    try {
      const stat = lstatSync(path);
      if (!stat.isFile()) return [];
      const { size: bytes, mtimeMs } = stat;
      const modifiedMs = Math.min(Math.max(mtimeMs, 0), latestMs);
      return [{ path, name, bytes, modifiedMs, isReadable: mayRead(path) }];
    } catch {
      // Gone meanwhile.
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, mostFiles);
  } catch {
    return [];
  }
}

function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
