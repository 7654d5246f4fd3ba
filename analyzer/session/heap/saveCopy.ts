import { closeSync, fsyncSync, rmSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";
import { copyOfKept, type KeptObjects, wholeCopy } from "../../heap/hprof/rewrite/copyDump";
import type { ParamsOf, ResultOf } from "../../protocol/requests";
import { audit } from "../dumps/auditLog";
import { reasonOf } from "../files/fileSource";
import { asideOf, assertFree, giveName, openAnew } from "../files/newFile";
import { writeFully } from "../files/temporaryFile";

export interface CopyInputs {
  readonly source: ByteSource;
  /** Path the user named. */
  readonly path: string;
  readonly createdMs: number;
  /** What is left out; absent to write all. */
  readonly kept?: KeptObjects;
}

/**
 * Writes a heap dump beside its name, and gives it that when it is complete.
 * @throws ExhumeError `refused` when the file exists or cannot be written, `invalid` for a relative path
 */
export async function saveCopy(
  { source, path, createdMs, kept }: CopyInputs,
  { out, gzip }: Pick<ParamsOf<"heap/saveCopy">, "out" | "gzip">,
  work: Work,
): Promise<ResultOf<"heap/saveCopy">> {
  // A relative one would lie wherever the analyzer happens to run.
  if (!isAbsolute(out)) throw new ExhumeError({ code: "invalid", what: `${out} is not an absolute path` });
  assertFree(out);
  audit("save-copy", path);
  const aside = asideOf(out);
  const pieces =
    kept === undefined ? wholeCopy(source, createdMs, work) : copyOfKept(source, kept, createdMs, work);
  try {
    const unpackedBytes = await writeFile(aside, pieces, gzip);
    giveName(aside, out);
    return { bytes: statSync(out).size, unpackedBytes };
  } catch (error) {
    if (error instanceof ExhumeError) throw error;
    throw new ExhumeError({ code: "refused", what: `${out} cannot be written: ${reasonOf(error)}` });
  } finally {
    rmSync(aside, { force: true });
  }
}

async function writeFile(path: string, pieces: Iterable<Uint8Array>, gzip: boolean): Promise<number> {
  const fd = openAnew(path);
  let unpacked = 0;
  let position = 0;
  const write = (bytes: Uint8Array) => {
    writeFully(fd, bytes, position);
    position += bytes.length;
  };
  function* counted(): Generator<Uint8Array> {
    for (const piece of pieces) {
      unpacked += piece.length;
      yield piece;
    }
  }
  try {
    // What fails on either side ends both, before the file is closed.
    if (gzip)
      await pipeline(counted(), createGzip({ level: 6 }), async (packed: AsyncIterable<Uint8Array>) => {
        for await (const piece of packed) write(piece);
      });
    else for (const piece of counted()) write(piece);
    fsyncSync(fd);
    return unpacked;
  } finally {
    closeSync(fd);
  }
}
