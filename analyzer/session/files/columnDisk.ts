import { readSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { ExhumeError } from "../../base/errors";
import type { ColumnDisk } from "../../heap/graph/columns/waitingColumns";
import { reasonOf } from "./fileSource";
import { createTemporaryFile } from "./temporaryFile";

const step = 64 << 20;

/** A temporary file for columns; undefined when there is no room for `bytes`. */
export function openColumnDisk(name: string, bytes: number): ColumnDisk | undefined {
  try {
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < bytes) return undefined;
  } catch {
    return undefined;
  }
  let fd: number | undefined;
  let end = 0;
  return {
    put(column) {
      fd ??= createTemporaryFile(name).fd;
      const file = fd;
      const start = end;
      try {
        for (let at = 0; at < column.length; ) {
          at += writeSync(file, column, at, Math.min(step, column.length - at), start + at);
        }
      } catch (error) {
        throw new ExhumeError({ code: "noSpace", directory: `${tmpdir()} (${reasonOf(error)})` });
      }
      const { length } = column;
      end = start + length;
      return () => {
        const room = new SharedArrayBuffer(length);
        const bytesBack = new Uint8Array(room);
        for (let at = 0; at < length; ) {
          const got = readSync(file, bytesBack, at, Math.min(step, length - at), start + at);
          if (got === 0)
            throw new ExhumeError({ code: "internal", message: "Columns on disk became shorter." });
          at += got;
        }
        return room;
      };
    },
  };
}
