import { existsSync, mkdirSync, openSync, readdirSync, rmSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExhumeError } from "../../base/errors";
import { reasonOf } from "./fileSource";

/** A file for the life of this process. */
export interface TemporaryFile {
  readonly fd: number;
  remove(): void;
}

/**
 * Makes one without a name on POSIX systems, so that nothing is left behind when the process is killed.
 * @throws ExhumeError `unreadable`
 */
export function createTemporaryFile(forFile: string): TemporaryFile {
  const folder = temporaryFolder();
  removeLeftovers(folder);
  const path = join(
    folder,
    `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
  );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const fd = openSync(path, "wx+", 0o600);
    if (process.platform !== "win32") {
      unlinkSync(path);
      return { fd, remove: () => undefined };
    }
    const remove = () => rmSync(path, { force: true });
    process.once("exit", remove);
    return { fd, remove };
  } catch (error) {
    throw new ExhumeError({
      code: "unreadable",
      file: forFile,
      reason: `no temporary file in ${folder}: ${reasonOf(error)}`,
    });
  }
}

/** Writes all the bytes at a position of a file. */
export function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.byteLength; ) {
    done += writeSync(fd, bytes, done, bytes.byteLength - done, position + done);
  }
}

function temporaryFolder(): string {
  return join(tmpdir(), "exhume-unpacked");
}

/** Files of processes that are gone; only systems that cannot delete an open file leave any. */
function removeLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = Number.parseInt(name, 10);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
