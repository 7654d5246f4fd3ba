import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { type Redaction, type RedactionRequest, redactDump } from "../../heap/hprof/rewrite/redactDump";
import type { NewAgeHeader } from "../encryption/fileKey";
import { PayloadWriter } from "../encryption/payload";
import { openDumpBytes } from "../files/dumpFile";
import { FileSource, reasonOf } from "../files/fileSource";
import type { Wrapping } from "../files/packing";
import { writeFully } from "../files/temporaryFile";

/** What the thread that writes is told. */
export interface RedactTask extends RedactionRequest {
  readonly path: string;
  readonly wrapping: Wrapping;
  /** A new file. */
  readonly into: string;
  /** What stands before the copy when it is encrypted. */
  readonly header?: NewAgeHeader;
}

export interface WrittenCopy extends Redaction {
  readonly original: HashedFile;
  readonly copy: HashedFile;
}

export interface HashedFile {
  readonly bytes: number;
  readonly sha256: string;
}

const chunkBytes = 4 << 20;

/**
 * Writes the redacted copy of a heap dump into a new file that only its owner may read; when it fails, the file is gone.
 * @throws ExhumeError `refused` when the file exists; `unreadable`, `noSpace`, `cancelled`
 */
export async function writeRedacted(task: RedactTask, work: Work): Promise<WrittenCopy> {
  const packed = FileSource.open(task.path);
  let fd: number;
  try {
    fd = openSync(task.into, "wx", 0o600);
  } catch (error) {
    packed.close();
    const what = `${task.into} cannot be written: ${reasonOf(error) === "EEXIST" ? "it exists" : reasonOf(error)}`;
    throw new ExhumeError({ code: "refused", what });
  }
  let unpacked: number | undefined;
  try {
    const original = hashOf(packed, work);
    const file = await openDumpBytes(packed, task.wrapping, new ProblemList(), work);
    if (file.fd !== packed.fd) unpacked = file.fd;
    const hash = createHash("sha256");
    let bytes = 0;
    const append = (piece: Uint8Array): void => {
      hash.update(piece);
      write(fd, piece, bytes, task.into);
      bytes += piece.byteLength;
    };
    const { header } = task;
    const encrypted =
      header === undefined ? undefined : new PayloadWriter(header.bytes, header.fileKey, append);
    const sink = encrypted === undefined ? append : (piece: Uint8Array) => encrypted.write(piece);
    const redaction = redactDump(FileSource.attach(file), task, sink, work);
    encrypted?.end();
    fsyncSync(fd);
    return { ...redaction, original, copy: { bytes, sha256: hash.digest("hex") } };
  } catch (error) {
    rmSync(task.into, { force: true });
    throw error;
  } finally {
    closeSync(fd);
    if (unpacked !== undefined) closeSync(unpacked);
    packed.close();
  }
}

function write(fd: number, piece: Uint8Array, position: number, file: string): void {
  try {
    writeFully(fd, piece, position);
  } catch (error) {
    throw new ExhumeError({ code: "noSpace", directory: `${file} (${reasonOf(error)})` });
  }
}

function hashOf(source: FileSource, work: Work): HashedFile {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(chunkBytes);
  for (let position = 0; position < source.byteLength; ) {
    work.throwIfCancelled();
    work.report("Reading the original", position / source.byteLength);
    const got = source.read(position, chunk);
    if (got === 0) break;
    hash.update(chunk.subarray(0, got));
    position += got;
  }
  return { bytes: source.byteLength, sha256: hash.digest("hex") };
}
