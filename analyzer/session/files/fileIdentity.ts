import { createHash } from "node:crypto";
import { type BigIntStats, fstatSync, realpathSync, statSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { reasonOf, type SharedFile } from "./fileSource";

/** File systems may tell times no finer than this; FAT is the coarsest. */
const clockStepNs = 2_000_000_000n;

/**
 * Names the contents of a file without reading it, 32 bytes: whoever writes to a file or puts another in its place
 * changes one of size, times, inode and device. All zeros while it is so new that a write might not show in its times.
 * @returns what tells the name of the contents of now; it is worked out when it is asked for, which most dumps are not
 */
export function identityOf(file: SharedFile, nowMs = Date.now()): () => Uint8Array {
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(file.fd, { bigint: true });
  const settledNs = BigInt(nowMs) * 1_000_000n - clockStepNs;
  if (mtimeNs > settledNs || ctimeNs > settledNs) return () => new Uint8Array(32);
  return () => createHash("sha256").update([dev, ino, size, mtimeNs, ctimeNs].join(" ")).digest();
}

/** Names what a path leads to now: same version, same bytes. @throws ExhumeError `unreadable` */
export function versionOf(path: string): string {
  try {
    const real = realpathSync(path);
    const { size, mtimeNs, ino } = statSync(real, { bigint: true });
    return [real, size, mtimeNs, ino].join("\0");
  } catch (error) {
    throw new ExhumeError({ code: "unreadable", file: path, reason: reasonOf(error) });
  }
}

/** An open file with what it was like then. Plain data. */
export interface WatchedFile {
  readonly path: string;
  readonly fd: number;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

export function watchFile(path: string, { fd }: SharedFile): WatchedFile {
  const { size, mtimeNs } = fstatSync(fd, { bigint: true });
  return { path, fd, size, mtimeNs };
}

/**
 * Asks the system twice, which takes microseconds. A file that was deleted stays readable, and that is not a change.
 * @throws ExhumeError `changedOnDisk` when it was written to, or another one has taken its path
 */
export function assertUnchanged({ path, fd, size, mtimeNs }: WatchedFile): void {
  const open = fstatSync(fd, { bigint: true });
  if (open.size !== size) throw changed(path, `it had ${size} bytes and has ${open.size} now`);
  if (open.mtimeNs !== mtimeNs) throw changed(path, "it was written to");
  const there = statOrUndefined(path);
  if (there !== undefined && (there.ino !== open.ino || there.dev !== open.dev))
    throw changed(path, "another file has taken its place");
}

function statOrUndefined(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Out of reach is not changed.
    return undefined;
  }
}

function changed(file: string, what: string): ExhumeError {
  return new ExhumeError({ code: "changedOnDisk", file, what });
}
