import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import type { KeptByName, RedactionLevel } from "../../base/secrets/redactionLevel";
import type { Work } from "../../base/work";
import type { DumpKind, OpenOptions } from "../../protocol/dump/open";
import type { NewAgeHeader } from "../encryption/fileKey";
import { PayloadWriter } from "../encryption/payload";
import { openDumpBytes } from "../files/dumpFile";
import { FileSource, reasonOf, type SharedFile } from "../files/fileSource";
import type { Wrapping } from "../files/packing";
import { writeFully } from "../files/temporaryFile";

/** What the thread that writes a copy is told. */
export interface RedactTask {
  readonly kind: Exclude<DumpKind, "unknown">;
  readonly path: string;
  readonly wrapping: Wrapping;
  /** Where the files of a core's modules are. */
  readonly options: OpenOptions;
  /** A new file. */
  readonly into: string;
  readonly level: RedactionLevel;
  readonly kept: KeptByName;
  /** What stands before the copy when it is encrypted. */
  readonly header?: NewAgeHeader;
}

/** A copy that is written, but not yet proven. */
export interface WrittenCopy {
  readonly original: HashedFile;
  readonly copy: HashedFile;
  /** What was overwritten, counted as its kind of dump has it. */
  readonly figures: Readonly<Record<string, number>>;
  /** Names that were replaced, by what stands for them. */
  readonly names: ReadonlyMap<string, string>;
}

export interface HashedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the writer of one kind of dump puts its copy. */
export interface CopyTarget {
  readonly fd: number;
  /** Takes the copy in order, and encrypts it when it is to be. */
  append(bytes: Uint8Array): void;
}

type Contents = Pick<WrittenCopy, "figures" | "names">;

const chunkBytes = 4 << 20;

/**
 * Opens the original and a new file that only its owner may read, and lets `fill` write the copy; when that fails, the
 * file is gone.
 * @param fill either appends the copy, or writes to the file by position
 * @throws ExhumeError `refused` when the file exists; `unreadable`, `noSpace`, `cancelled`, and what `fill` throws
 */
export async function writeCopy(
  task: RedactTask,
  work: Work,
  fill: (file: SharedFile, problems: ProblemList, target: CopyTarget) => Promise<Contents>,
): Promise<WrittenCopy> {
  const packed = FileSource.open(task.path);
  let fd: number;
  try {
    fd = openSync(task.into, "wx+", 0o600);
  } catch (error) {
    packed.close();
    const reason = reasonOf(error) === "EEXIST" ? "it exists" : reasonOf(error);
    throw new ExhumeError({ code: "refused", what: `${task.into} cannot be written: ${reason}` });
  }
  let unpacked: number | undefined;
  try {
    const original = hashOf(packed, packed.byteLength, "Reading the original", work);
    const problems = new ProblemList();
    const file = await openDumpBytes(packed, task.wrapping, problems, work);
    if (file.fd !== packed.fd) unpacked = file.fd;
    const target = new AppendedCopy(fd, task);
    const contents = await fill(file, problems, target);
    target.end();
    fsyncSync(fd);
    const written = FileSource.open(task.into);
    try {
      const copy = hashOf(written, written.byteLength, "Reading the copy", work);
      return { ...contents, original, copy };
    } finally {
      written.close();
    }
  } catch (error) {
    rmSync(task.into, { force: true });
    throw error;
  } finally {
    closeSync(fd);
    if (unpacked !== undefined) closeSync(unpacked);
    packed.close();
  }
}

class AppendedCopy implements CopyTarget {
  private position = 0;
  private readonly encrypted: PayloadWriter | undefined;

  constructor(
    readonly fd: number,
    private readonly task: RedactTask,
  ) {
    const { header } = task;
    if (header !== undefined)
      this.encrypted = new PayloadWriter(header.bytes, header.fileKey, (bytes) => this.write(bytes));
  }

  append(bytes: Uint8Array): void {
    if (this.encrypted === undefined) this.write(bytes);
    else this.encrypted.write(bytes);
  }

  end(): void {
    this.encrypted?.end();
  }

  private write(bytes: Uint8Array): void {
    try {
      writeFully(this.fd, bytes, this.position);
    } catch (error) {
      throw noRoomFor(this.task, error);
    }
    this.position += bytes.byteLength;
  }
}

export function noRoomFor({ into }: RedactTask, error: unknown): ExhumeError {
  return new ExhumeError({ code: "noSpace", directory: `${into} (${reasonOf(error)})` });
}

function hashOf(source: ByteSource, byteLength: number, step: string, work: Work): HashedFile {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(chunkBytes);
  for (let position = 0; position < byteLength; ) {
    work.throwIfCancelled();
    work.report(step, position / byteLength);
    const got = source.read(position, chunk);
    if (got === 0) break;
    hash.update(chunk.subarray(0, got));
    position += got;
  }
  return { bytes: byteLength, sha256: hash.digest("hex") };
}
