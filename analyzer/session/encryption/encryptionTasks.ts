import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";
import { FileSource, reasonOf } from "../files/fileSource";
import { asideOf, giveName } from "../files/newFile";
import { writeFully } from "../files/temporaryFile";
import { decryptedSource, headerOf } from "./encryptedFile";
import { type AgeKeys, type AgeRecipients, fileKeyOf, newAgeHeader } from "./fileKey";
import { PayloadWriter } from "./payload";

/** What is done in a thread of its own: deriving keys takes seconds, the rest as long as the file is. */
export type EncryptionTask =
  /** Gives the key of the file's contents, undefined when none of the keys fits. */
  | { readonly type: "unlock"; readonly path: string; readonly keys: AgeKeys }
  /** Gives the size of the new file. */
  | { readonly type: "encrypt"; readonly path: string; readonly to: AgeRecipients; readonly out: string }
  /** Gives the size of the new file. */
  | { readonly type: "decrypt"; readonly path: string; readonly fileKey: Uint8Array; readonly out: string };

export async function performEncryptionTask(
  task: EncryptionTask,
  work: Work,
): Promise<Uint8Array | number | undefined> {
  const file = FileSource.open(task.path);
  try {
    switch (task.type) {
      case "unlock":
        return await fileKeyOf(headerOf(file), task.keys, task.path);
      case "encrypt": {
        const header = await newAgeHeader(task.to);
        return writeNewFile(task.out, (write) => {
          const writer = new PayloadWriter(header.bytes, header.fileKey, write);
          copy(file, "Encrypting", work, (bytes) => writer.write(bytes));
          writer.end();
        });
      }
      case "decrypt": {
        const source = decryptedSource(file, task.fileKey);
        return writeNewFile(task.out, (write) => {
          copy(source, "Decrypting", work, (bytes) => {
            assertWhole(source.damage !== undefined, task.path);
            write(bytes);
          });
          assertWhole(source.damage !== undefined, task.path);
        });
      }
    }
  } finally {
    file.close();
  }
}

function assertWhole(isDamaged: boolean, file: string): void {
  if (!isDamaged) return;
  const what = `${file} is damaged or its end is missing: nothing was written. Exhume opens what is left of it as it is`;
  throw new ExhumeError({ code: "refused", what });
}

const stepBytes = 4 << 20;

function copy(source: ByteSource, step: string, work: Work, take: (bytes: Uint8Array) => void): void {
  const chunk = new Uint8Array(stepBytes);
  for (let position = 0; position < source.byteLength; ) {
    work.throwIfCancelled();
    work.report(step, position / source.byteLength);
    const got = source.read(position, chunk);
    if (got === 0) {
      const what = `it had ${source.byteLength} bytes and ends after ${position} now`;
      throw new ExhumeError({ code: "changedOnDisk", file: source.name, what });
    }
    take(chunk.subarray(0, got));
    position += got;
  }
}

/**
 * Writes a file under a name of its own, which only its owner may read, and gives it its name when it is complete.
 * @returns its size @throws ExhumeError `refused` when the name is taken; `noSpace`
 */
function writeNewFile(out: string, fill: (write: (bytes: Uint8Array) => void) => void): number {
  const aside = asideOf(out);
  let fd: number;
  try {
    fd = openSync(aside, "wx", 0o600);
  } catch (error) {
    throw new ExhumeError({ code: "refused", what: `${out} cannot be written: ${reasonOf(error)}` });
  }
  try {
    let written = 0;
    fill((bytes) => {
      try {
        writeFully(fd, bytes, written);
      } catch (error) {
        throw new ExhumeError({ code: "noSpace", directory: `${out} (${reasonOf(error)})` });
      }
      written += bytes.length;
    });
    fsyncSync(fd);
    giveName(aside, out);
    return written;
  } finally {
    closeSync(fd);
    rmSync(aside, { force: true });
  }
}
