import { closeSync, existsSync, rmSync, statSync } from "node:fs";
import { readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import { unwatched } from "../../base/work";
import { fingerprintOf } from "../../heap/hprof/index/indexFile";
import type { OpenOptions } from "../../protocol/dump/open";
import { compressionOf, longestMagic } from "../files/compression";
import { openDumpBytes } from "../files/dumpFile";
import { FileSource, reasonOf } from "../files/fileSource";
import { defaultIndexDirectory, IndexStore } from "./indexStore";

/** The store a dump's options name. */
export function indexStoreOf(directory: string | undefined): IndexStore {
  return new IndexStore(directory ?? defaultIndexDirectory());
}

/** Options that change what an index holds, as part of its fingerprint. */
export function indexedOptions({ sizeModel }: OpenOptions): string {
  return sizeModel ?? "";
}

/** Where the saved index of a heap dump lies; undefined when there is none. */
export async function savedIndexOf(
  path: string,
  options: OpenOptions,
): Promise<{ readonly path: string; readonly bytes: number } | undefined> {
  const store = indexStoreOf(options.indexDirectory);
  const found = store.pathOf(await fingerprintOfFile(path, options));
  return existsSync(found) ? { path: found, bytes: statSync(found).size } : undefined;
}

/**
 * Deletes the saved index of a dump opened with these options, and the dump itself when asked to.
 * @throws ExhumeError `unreadable` when the dump cannot be read or deleted
 */
export async function deleteSavedIndex(
  path: string,
  options: OpenOptions,
  alsoDump: boolean,
): Promise<{ readonly deleted: string[]; readonly freedBytes: number }> {
  const store = indexStoreOf(options.indexDirectory);
  const fingerprint = await fingerprintOfFile(path, options);
  const deleted: string[] = [];
  let freedBytes = store.delete(fingerprint);
  if (freedBytes > 0) deleted.push(store.pathOf(fingerprint));
  if (alsoDump) {
    try {
      const { size } = statSync(path);
      rmSync(path);
      freedBytes += size;
      deleted.push(path);
    } catch (error) {
      throw new ExhumeError({ code: "unreadable", file: path, reason: reasonOf(error) });
    }
  }
  return { deleted, freedBytes };
}

async function fingerprintOfFile(path: string, options: OpenOptions): Promise<string> {
  const file = FileSource.open(path);
  try {
    const compression = compressionOf(readUpTo(file, 0, longestMagic));
    const unpacked = await openDumpBytes(file, compression, new ProblemList(), unwatched);
    try {
      return fingerprintOf(FileSource.attach(unpacked), indexedOptions(options));
    } finally {
      if (unpacked.fd !== file.fd) closeSync(unpacked.fd);
    }
  } finally {
    file.close();
  }
}
