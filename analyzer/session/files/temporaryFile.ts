import { openSync, rmdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExhumeError } from "../../base/errors";
import { reasonOf } from "./fileSource";
import { newFileName, privateFolder, removeLeftovers } from "./privateFolder";

/** A file for the life of this process. */
export interface TemporaryFile {
  readonly fd: number;
  remove(): void;
}

/**
 * Makes one in the user's private folder, on POSIX systems without a name, so that nothing is left behind when the
 * process is killed.
 * @throws ExhumeError `unreadable`
 */
export function createTemporaryFile(forFile: string): TemporaryFile {
  try {
    const folder = privateFolder();
    if (folder.isUsual) removeLeftovers(folder.path);
    const path = join(folder.path, newFileName());
    const fd = openSync(path, "wx+", 0o600);
    const remove = () => {
      rmSync(path, { force: true });
      if (!folder.isUsual) rmdirSync(folder.path);
    };
    if (process.platform !== "win32") {
      remove();
      return { fd, remove: () => undefined };
    }
    process.once("exit", remove);
    return { fd, remove };
  } catch (error) {
    throw new ExhumeError({
      code: "unreadable",
      file: forFile,
      reason: `no temporary file in ${tmpdir()}: ${reasonOf(error)}`,
    });
  }
}

/** Writes all the bytes at a position of a file. */
export function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.byteLength; ) {
    done += writeSync(fd, bytes, done, bytes.byteLength - done, position + done);
  }
}

/** Left free on the file system. */
const spareBytes = 256 << 20;

/** @throws ExhumeError `noSpace` when so many bytes more would not fit in a temporary file, with some to spare */
export function assertRoom(neededBytes: number): void {
  const stat = statfsSync(tmpdir());
  if (stat.bavail * stat.bsize < neededBytes + spareBytes) {
    throw new ExhumeError({ code: "noSpace", directory: tmpdir(), neededBytes: neededBytes + spareBytes });
  }
}

const pieceBytes = 64 << 10;
const zeros = new Uint8Array(pieceBytes);

/** Leaves holes where there are only zeros: most of a gcore is reserved memory that was never touched. */
export function writeSparsely(fd: number, bytes: Uint8Array, position: number): void {
  let from = 0;
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    if (Buffer.compare(piece, zeros.subarray(0, piece.byteLength)) !== 0) continue;
    writeFully(fd, bytes.subarray(from, at), position + from);
    from = at + piece.byteLength;
  }
  writeFully(fd, bytes.subarray(from), position + from);
}
