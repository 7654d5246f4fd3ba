import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { nextDataIn, type SparseMap, sparseMapOf } from "./sparseMap";

/** One `read` never asks the system for 2 GiB or more: Node refuses it. */
const largestRead = 1 << 30;

/** To open a pipe for reading waits for somebody to write, in the thread that serves everybody. Windows has none. */
const readWithoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Smaller files are read in less time than it takes to ask where their holes are. */
const leastSparse = 256 << 20;

/** What another thread of the process needs to read the same open file. */
export interface SharedFile {
  readonly name: string;
  readonly fd: number;
  readonly byteLength: number;
}

/**
 * A file read by position. File descriptors belong to the process, so a source can be handed to another thread as
 * {@link SharedFile} and attached there, even when the file has no name any more.
 */
export class FileSource implements ByteSource, SharedFile {
  private holes: SparseMap | "none" | undefined;

  private constructor(
    readonly name: string,
    readonly fd: number,
    readonly byteLength: number,
  ) {}

  /** @throws ExhumeError `unreadable` when the file is missing, a folder or forbidden. */
  static open(path: string): FileSource {
    let fd: number | undefined;
    try {
      fd = openSync(path, readWithoutWaiting);
      const stat = fstatSync(fd);
      if (!stat.isFile())
        throw new ExhumeError({ code: "unreadable", file: path, reason: "it is not a regular file" });
      return new FileSource(path, fd, stat.size);
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      throw unreadable(path, error);
    }
  }

  /** Reads through a descriptor that the owner keeps open for as long. */
  static attach(file: SharedFile): FileSource {
    return new FileSource(file.name, file.fd, file.byteLength);
  }

  read(position: number, into: Uint8Array): number {
    let done = 0;
    try {
      while (done < into.byteLength) {
        const wanted = Math.min(into.byteLength - done, largestRead);
        const got = readSync(this.fd, into, done, wanted, position + done);
        if (got === 0) break;
        done += got;
      }
    } catch (error) {
      throw unreadable(this.name, error, position + done);
    }
    return done;
  }

  /** Only asked of files of which more than half are holes: elsewhere it would save little. */
  nextDataAt(position: number): number {
    this.holes ??= this.isSparse() ? (sparseMapOf(this.fd) ?? "none") : "none";
    return this.holes === "none" ? position : nextDataIn(this.holes, position);
  }

  private isSparse(): boolean {
    if (this.byteLength < leastSparse) return false;
    // Blocks are of 512 bytes, whatever the file system's own are.
    return fstatSync(this.fd).blocks * 512 < this.byteLength / 2;
  }

  /** @throws ExhumeError `changedOnDisk` when the file is shorter than when it was opened. */
  assertNotShrunk(): void {
    const size = fstatSync(this.fd).size;
    if (size < this.byteLength) {
      const what = `it had ${this.byteLength} bytes when it was opened and has ${size} now`;
      throw new ExhumeError({ code: "changedOnDisk", file: this.name, what });
    }
  }

  /** Only the thread that opened the file closes it. */
  close(): void {
    closeSync(this.fd);
  }

  /** The part that can be posted to another thread. */
  share(): SharedFile {
    return { name: this.name, fd: this.fd, byteLength: this.byteLength };
  }
}

function unreadable(file: string, error: unknown, offset?: number): ExhumeError {
  if (error instanceof ExhumeError) return error;
  return new ExhumeError({
    code: "unreadable",
    file,
    reason: reasonOf(error),
    ...(offset === undefined ? {} : { offset }),
  });
}

/**
 * All of a small regular file.
 * @throws ExhumeError `unreadable` also for one that is not regular; `invalid` for one of more than `mostBytes`
 */
export function readSmallFile(path: string, mostBytes: number): Uint8Array {
  const source = FileSource.open(path);
  try {
    if (source.byteLength > mostBytes) {
      throw new ExhumeError({ code: "invalid", what: `${path} has more than ${mostBytes} bytes` });
    }
    return readUpTo(source, 0, source.byteLength);
  } finally {
    source.close();
  }
}

/** What a system error means in words, without repeating the path. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EISDIR":
      return "it is a folder";
    case "EIO":
      return "the medium reports an input/output error";
    case "ENOSPC":
      return "no space left on the device";
    case "ESTALE":
      return "the network file handle is stale";
    default:
      return code ?? (error instanceof Error ? error.message : String(error));
  }
}
