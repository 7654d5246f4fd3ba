import { closeSync, existsSync, rmSync, statSync } from "node:fs";
import { readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import { unwatched } from "../../base/work";
import { fingerprintOf } from "../../heap/hprof/index/indexFile";
import { sizeModelNames } from "../../heap/hprof/index/sizeModel";
import type { OpenOptions } from "../../protocol/dump/open";
import { audit } from "../dumps/auditLog";
import { deleteTraces } from "../dumps/dumpTraces";
import { indexKeyOf } from "../encryption/keptKeys";
import { openDumpBytes } from "../files/dumpFile";
import { FileSource, reasonOf } from "../files/fileSource";
import { isPackedHead, packingHeadBytes, type Wrapping } from "../files/packing";
import { defaultIndexDirectory, IndexStore } from "./indexStore";

/** The store a dump's options name. @param key of an encrypted dump, see `encryption/keptKeys` */
export function indexStoreOf(directory: string | undefined, key?: Uint8Array): IndexStore {
  return new IndexStore(directory ?? defaultIndexDirectory(), undefined, key);
}

/** Options that change what an index holds, as part of its fingerprint. */
export function indexedOptions({ sizeModel, dumpNumber, heapOfCore }: OpenOptions): string {
  const which = dumpNumber === undefined ? "" : `#${dumpNumber}`;
  return `${sizeModel ?? ""}${which}${heapOfCore === true ? "@core" : ""}`;
}

/** Where the saved index of a heap dump lies; undefined when there is none. */
export async function savedIndexOf(
  path: string,
  wrapping: Wrapping,
  options: OpenOptions,
): Promise<{ readonly path: string; readonly bytes: number } | undefined> {
  const store = indexStoreOf(options.indexDirectory, indexKeyOf(wrapping.fileKey));
  const found = store.pathOf(await fingerprintOfFile(path, wrapping, options));
  return existsSync(found) ? { path: found, bytes: statSync(found).size } : undefined;
}

export interface Deleted {
  readonly deleted: readonly string[];
  readonly freedBytes: number;
}

/**
 * Deletes every saved index of a dump, under whatever options and in whatever folder it was made here; with the dump
 * itself also what was written about it. Of a packed dump, indexes that were made elsewhere are not found.
 * @throws ExhumeError `unreadable` when the dump cannot be deleted
 */
export function deleteSavedIndex(path: string, options: OpenOptions, alsoDump: boolean): Deleted {
  audit(alsoDump ? "delete-dump" : "delete-index", path);
  const store = indexStoreOf(options.indexDirectory);
  const files = deleteTraces(path, alsoDump ? ["index", "notes"] : ["index"]);
  for (const fingerprint of fingerprintsOf(path))
    for (const deleted of store.delete(fingerprint)) files.push(deleted);
  if (alsoDump) {
    try {
      const { size } = statSync(path);
      rmSync(path);
      files.push({ file: path, bytes: size });
    } catch (error) {
      throw new ExhumeError({ code: "unreadable", file: path, reason: reasonOf(error) });
    }
  }
  return {
    deleted: files.map(({ file }) => file),
    freedBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Under all options there are. Packed dumps have none that can be told without unpacking them. */
function fingerprintsOf(path: string): string[] {
  const file = FileSource.open(path);
  try {
    const head = readUpTo(file, 0, packingHeadBytes);
    if (isPackedHead(head)) return [];
    return [{}, ...sizeModelNames.map((sizeModel) => ({ sizeModel }))]
      .flatMap((options) => [options, { ...options, heapOfCore: true }])
      .map((options) => fingerprintOf(file, indexedOptions(options)));
  } finally {
    file.close();
  }
}

async function fingerprintOfFile(path: string, wrapping: Wrapping, options: OpenOptions): Promise<string> {
  const file = FileSource.open(path);
  try {
    const unpacked = await openDumpBytes(file, wrapping, new ProblemList(), unwatched);
    try {
      return fingerprintOf(FileSource.attach(unpacked), indexedOptions(options));
    } finally {
      if (unpacked.fd !== file.fd) closeSync(unpacked.fd);
    }
  } finally {
    file.close();
  }
}
