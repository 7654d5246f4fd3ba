import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cachedDataVersionTag, getHeapCodeStatistics } from "node:v8";
import { Script } from "node:vm";
// Its crc32 came with Node 20.15.
import * as zlib from "node:zlib";
import { userCacheFolder } from "./cacheFolder";
import { isPrivate } from "./privateFolder";
import { isProcessAlive } from "./processes";

// Compiling what one question needs takes longer than answering it for a small core: V8's code of it is kept.

const ownName = /^[a-z]+-[0-9a-f]{8}-[0-9a-f]+\.code$/;
const begunName = /^[a-z]+-[0-9a-f]{8}-[0-9a-f]+\.code\.(\d+)\.part$/;
/** A file each for the verbs and releases of Node that were used last; one has some 1.5 MB. */
const mostFiles = 12;
/** Behind V8's data: how much code there was in the process, and the checksum of all before it. */
const trailerBytes = 8;
/** What a process compiled beyond what was kept is kept too when it is more than this share. */
const worthKeeping = 1.03;

export interface LoadedProgram<Exports> {
  readonly exports: Exports;
  /** Keeps the code of the functions that were used until now, where much of it is not kept yet. */
  keepCode(): void;
}

/** Where the code is kept; others must not be able to write there, since it is run. */
export function keptCodeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(userCacheFolder(environment), "code");
}

/**
 * Runs a program of ours, one file that is a function expression of what CommonJS modules are given, in ASCII.
 * @param use for what it is run, in small letters: other functions of it are needed
 */
export function loadProgram<Exports>(
  file: string,
  use: string,
  folder = keptCodeFolder(),
): LoadedProgram<Exports> {
  const source = readFileSync(file);
  const path = keptPath(source, use, folder);
  const kept = path === undefined ? undefined : readKept(folder, path);
  const script = new Script(source.toString("latin1"), {
    filename: file,
    ...(kept === undefined ? {} : { cachedData: kept.code }),
  });
  const program = { exports: {} as Exports };
  script.runInThisContext()(program.exports, createRequire(file), program, file, dirname(file));
  return {
    exports: program.exports,
    keepCode() {
      if (path === undefined) return;
      const amount = getHeapCodeStatistics().bytecode_and_metadata_size;
      const isKnown = kept !== undefined && script.cachedDataRejected !== true;
      if (isKnown && amount <= kept.amount * worthKeeping) return;
      keep(folder, path, () => script.createCachedData(), amount);
    },
  };
}

/** V8 compares no more of a source than its length. Undefined in the first releases of Node 20, which have no fast checksum. */
function keptPath(source: Uint8Array, use: string, folder: string): string | undefined {
  if (typeof zlib.crc32 !== "function") return undefined;
  const content = zlib.crc32(source).toString(16).padStart(8, "0");
  return join(folder, `${use}-${content}-${cachedDataVersionTag().toString(16)}.code`);
}

interface KeptCode {
  readonly code: Buffer;
  readonly amount: number;
}

/** Undefined where there is none, where it is damaged, and where anybody else may have written it. */
function readKept(folder: string, path: string): KeptCode | undefined {
  let fd: number | undefined;
  try {
    if (!isPrivateFolder(folder)) return undefined;
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const found = fstatSync(fd);
    if (!found.isFile() || !isPrivate(found)) return undefined;
    const bytes = readFileSync(fd);
    const end = bytes.length - trailerBytes;
    if (end <= 0 || zlib.crc32(bytes.subarray(0, end + 4)) !== bytes.readUInt32LE(end + 4)) return undefined;
    return { code: bytes.subarray(0, end), amount: bytes.readUInt32LE(end) };
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Failing to is no reason to say anything: it is made anew each time. */
function keep(folder: string, path: string, code: () => Buffer, amount: number): void {
  const beside = `${path}.${process.pid}.part`;
  let fd: number | undefined;
  try {
    // One by one: Node's way to make all of them does not end in folders where nobody can make any, as below `/proc`.
    for (const part of [dirname(dirname(folder)), dirname(folder), folder]) {
      if (lstatSync(part, { throwIfNoEntry: false }) === undefined) mkdirSync(part, { mode: 0o700 });
    }
    if (!isPrivateFolder(folder)) return;
    fd = openSync(beside, "wx", 0o600);
    const data = code();
    const trailer = Buffer.alloc(trailerBytes);
    trailer.writeUInt32LE(Math.min(amount, 0xffffffff));
    trailer.writeUInt32LE(zlib.crc32(trailer.subarray(0, 4), zlib.crc32(data)), 4);
    writeFileSync(fd, Buffer.concat([data, trailer]));
    renameSync(beside, path);
    makeRoom(folder);
  } catch {
    if (fd !== undefined) rmSync(beside, { force: true });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function makeRoom(folder: string): void {
  const names = readdirSync(folder);
  const kept = names.filter((name) => ownName.test(name)).map((name) => join(folder, name));
  const age = new Map(kept.map((path) => [path, lstatSync(path).mtimeMs]));
  const oldest = kept.sort((one, other) => age.get(other)! - age.get(one)!).slice(mostFiles);
  const abandoned = names.filter((name) => {
    const process = begunName.exec(name)?.[1];
    return process !== undefined && !isProcessAlive(Number(process));
  });
  for (const path of oldest) rmSync(path, { force: true });
  for (const name of abandoned) rmSync(join(folder, name), { force: true });
}

function isPrivateFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && isPrivate(found);
}
