import {
  closeSync,
  constants,
  existsSync,
  futimesSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { contentsMatch } from "../../heap/graph/columns/contentSums";
import type { HeapColumns } from "../../heap/hprof/index/heapColumns";
import {
  decodeIndex,
  encodeIndex,
  type IndexRejection,
  identityOffset,
} from "../../heap/hprof/index/indexFile";
import { hasOwnName } from "../dumps/dumpTraces";
import { userCacheFolder } from "../files/cacheFolder";
import { FileSource, reasonOf, type SharedFile } from "../files/fileSource";
import { makeFolder } from "../files/makeFolder";
import { openAnew } from "../files/newFile";
import { isProcessAlive } from "../files/processes";
import { openSealed, sealedName, sealedPieces } from "./sealedIndex";

const suffix = ".exhume-index";
const answersSuffix = ".exhume-answers";
/** Behind the name of an index that a process is writing. */
const begunEnding = /\.\d+\.part$/;
/** What all saved indexes together may take; the least recently used go first. */
const defaultCapBytes = 20 * 2 ** 30;

/** Where indexes are kept when nobody says otherwise. */
export function defaultIndexDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return join(userCacheFolder(environment), "index");
}

/** An index whose children lists are in a file that is open for them, until the thread that opened it ends. */
export interface LoadedIndex {
  readonly columns: HeapColumns;
  readonly stored: SharedFile;
}

/** The folder of saved indexes, one file a dump, named by the dump's fingerprint. */
export class IndexStore {
  /** @param key of indexes of an encrypted dump, which are sealed with it */
  constructor(
    readonly directory: string,
    private readonly capBytes = defaultCapBytes,
    private readonly key?: Uint8Array,
  ) {}

  pathOf(fingerprint: string): string {
    const { key } = this;
    return join(this.directory, (key === undefined ? fingerprint : sealedName(fingerprint, key)) + suffix);
  }

  /** Where answers about the dump are kept. */
  answersOf(fingerprint: string): string {
    return this.pathOf(fingerprint).slice(0, -suffix.length) + answersSuffix;
  }

  /** Of a sealed one, what is inside. */
  private open(path: string, work: Work): FileSource {
    return this.key === undefined ? FileSource.open(path) : openSealed(path, this.key, work);
  }

  /**
   * The index of a dump: trusted at once when it was made from the same unchanged file, else after all of the dump was
   * read and found to be what was indexed. Undefined when there is none that fits; one that does not fit is reported and deleted. Its file
   * stays open for the columns that are read page by page.
   */
  load(
    fingerprint: string,
    dump: ByteSource,
    problems: ProblemList,
    work: Work,
    identity: Uint8Array = unknownIdentity,
    readThrough: (columns: HeapColumns) => ByteSource = () => dump,
  ): LoadedIndex | undefined {
    const path = this.pathOf(fingerprint);
    this.reportInterrupted(fingerprint, problems);
    if (!existsSync(path)) return undefined;
    let file: FileSource | undefined;
    try {
      file = this.open(path, work);
      const result = trusted(decodeIndex(file, fingerprint, dump.name, work), readThrough, identity, work);
      if ("columns" in result) {
        // A sealed one cannot be written to: after a move its dump is compared each time.
        touch(path, result.isSameFile || this.key !== undefined ? undefined : identity);
        touch(this.answersOf(fingerprint), undefined);
        const stored = file.share();
        file = undefined;
        return { columns: result.columns, stored };
      }
      reject(problems, path, result.rejected);
      file.close();
      file = undefined;
      rmSync(path, { force: true });
    } catch (error) {
      if (error instanceof ExhumeError && error.fault.code === "cancelled") throw error;
      problems.add({
        code: "index-unreadable",
        message: `The saved index ${path} cannot be read (${reasonOf(error)}); the dump was indexed again.`,
        losesData: false,
      });
    } finally {
      file?.close();
    }
    return undefined;
  }

  /**
   * Writes aside and renames, so that nobody ever sees half an index. Failing to save is a problem, no failure.
   * @returns the index with what stayed in the file, whose columns need no memory any more; undefined when not saved
   */
  save(
    columns: HeapColumns,
    fingerprint: string,
    problems: ProblemList,
    work: Work,
    identity: Uint8Array = unknownIdentity,
  ): LoadedIndex | undefined {
    const path = this.pathOf(fingerprint);
    const aside = this.asideOf(fingerprint);
    try {
      makeFolder(this.directory, 0o700);
      this.deleteAbandoned();
      const { pieces, stored } = encodeIndex(columns, fingerprint, work, identity);
      this.makeRoom(pieces.reduce((sum, piece) => sum + piece.length, 0));
      writePieces(aside, this.key === undefined ? pieces : sealedPieces(pieces, this.key), work);
      renameSync(aside, path);
      return { columns: stored, stored: this.open(path, work).share() };
    } catch (error) {
      if (existsSync(aside)) rmSync(aside, { force: true });
      if (error instanceof ExhumeError) throw error;
      problems.add({
        code: "index-not-saved",
        message: `The index was not saved in ${this.directory} (${reasonOf(error)}); the next opening indexes again.`,
        losesData: false,
      });
      return undefined;
    }
  }

  /**
   * Notes that an index is being made: what is still there when the process has gone tells the next one that it was
   * interrupted. {@link save} puts the index in its place, {@link abandon} takes it away.
   */
  begin(fingerprint: string): void {
    try {
      makeFolder(this.directory, 0o700);
      closeSync(openAnew(this.asideOf(fingerprint)));
    } catch {
      // Saving will say why nothing can be written here.
    }
  }

  abandon(fingerprint: string): void {
    rmSync(this.asideOf(fingerprint), { force: true });
  }

  private asideOf(fingerprint: string): string {
    return `${this.pathOf(fingerprint)}.${process.pid}.part`;
  }

  /** Says so, once, when a process died while it made the index of this dump. */
  private reportInterrupted(fingerprint: string, problems: ProblemList): void {
    const prefix = `${this.pathOf(fingerprint)}.`;
    if (!existsSync(this.directory)) return;
    for (const { path } of this.files("begun")) {
      if (!path.startsWith(prefix) || isWriting(path)) continue;
      rmSync(path, { force: true });
      problems.add({
        code: "index-interrupted",
        message: "An earlier opening ended before the index was complete; the dump was indexed again.",
        losesData: false,
      });
    }
  }

  /** With the answers beside it. @returns files that were there, with their sizes */
  delete(fingerprint: string): { readonly file: string; readonly bytes: number }[] {
    return [this.pathOf(fingerprint), this.answersOf(fingerprint)].flatMap((file) => {
      if (!existsSync(file)) return [];
      const { size } = statSync(file);
      rmSync(file, { force: true });
      return [{ file, bytes: size }];
    });
  }

  /** Deletes the least recently used until `bytes` more fit under the cap. */
  private makeRoom(bytes: number): void {
    const files = this.files("complete").sort((a, b) => a.usedMs - b.usedMs);
    let total = files.reduce((sum, file) => sum + file.bytes, bytes);
    for (const file of files) {
      if (total <= this.capBytes) return;
      rmSync(file.path, { force: true });
      total -= file.bytes;
    }
  }

  /** What a killed process left behind. */
  private deleteAbandoned(): void {
    for (const { path } of this.files("begun")) {
      if (!isWriting(path)) rmSync(path, { force: true });
    }
  }

  /** Ours only: people name folders in which they keep other things. */
  private files(kind: "complete" | "begun") {
    return readdirSync(this.directory)
      .filter((name) => hasOwnName("index", kind === "begun" ? name.replace(begunEnding, "") : name))
      .filter((name) => begunEnding.test(name) === (kind === "begun"))
      .map((name) => join(this.directory, name))
      .flatMap((path) => {
        const stat = lstatSync(path, { throwIfNoEntry: false });
        return stat?.isFile() === true ? [{ path, bytes: stat.size, usedMs: stat.mtimeMs }] : [];
      });
  }
}

const unknownIdentity = new Uint8Array(32);

function trusted(
  found: ReturnType<typeof decodeIndex>,
  readThrough: (columns: HeapColumns) => ByteSource,
  identity: Uint8Array,
  work: Work,
): { readonly columns: HeapColumns; readonly isSameFile: boolean } | { readonly rejected: IndexRejection } {
  if ("rejected" in found) return found;
  const { columns } = found;
  const isKnown = identity.some((byte) => byte !== 0);
  if (isKnown && Buffer.compare(identity, found.identity) === 0) return { columns, isSameFile: true };
  const { contentSums } = columns;
  if (contentSums === undefined || !contentsMatch(readThrough(columns), contentSums, work))
    return { rejected: "stale" };
  return { columns, isSameFile: false };
}

const reasons: Readonly<Record<IndexRejection, string>> = {
  foreign: "is not one of Exhume's",
  version: "was written by another version",
  truncated: "is cut off",
  damaged: "is damaged (a checksum differs)",
  stale: "belongs to another dump, or the dump was changed since",
};

function reject(problems: ProblemList, path: string, reason: IndexRejection): void {
  problems.add({
    code: "index-rebuilt",
    message: `The saved index ${path} ${reasons[reason]}; the dump was indexed again.`,
    losesData: false,
  });
}

function writePieces(path: string, pieces: Iterable<Uint8Array>, work: Work): void {
  const fd = openAnew(path);
  try {
    const step = 64 << 20;
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; ) {
        work.throwIfCancelled();
        at += writeSync(fd, piece, at, Math.min(step, piece.length - at));
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** The time of last use is the file's own. @param identity to be noted */
function touch(path: string, identity: Uint8Array | undefined): void {
  const now = new Date();
  try {
    const fd = openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    try {
      // In its place: half of it fits no file, which costs a comparison.
      if (identity !== undefined) writeSync(fd, identity, 0, identity.length, identityOffset);
      futimesSync(fd, now, now);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // A read-only cache (an index made on a server) serves as well, or a link; it only cannot tell when it was used.
    // Answers may not be there.
    if (
      !["EPERM", "EACCES", "EROFS", "ELOOP", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")
    )
      throw error;
  }
}

/** Whether the process that began a file aside is still there. */
function isWriting(path: string): boolean {
  const pid = Number(/\.(\d+)\.part$/.exec(path)?.[1] ?? 0);
  return pid !== 0 && isProcessAlive(pid);
}
