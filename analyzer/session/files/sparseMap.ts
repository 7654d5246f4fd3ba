import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Where a sparse file has data, [start, end) in pairs, ascending; the rest is holes, which read as zeros. */
export type SparseMap = Float64Array;

const blockBytes = 512;
/** A map of a million stretches; what is behind it in the archive is not wanted. */
const mostMapBytes = 32 << 20;
const mostMilliseconds = 10_000;
/** The system's, and no other that a path of the user's may lead to. */
const tars = ["/usr/bin/tar", "/bin/tar"];

/**
 * Asks tar, which asks the system without reading the file: Node cannot. The file is named by its descriptor, so that it
 * is the one that is open, whatever its path leads to now.
 * @returns undefined where there is no GNU tar, no `/proc`, or the file system does not tell
 */
export function sparseMapOf(fd: number): SparseMap | undefined {
  const tar = tars.find((path) => existsSync(path));
  if (process.platform !== "linux" || tar === undefined) return undefined;
  const options = ["--create", "--sparse", "--sparse-version=1.0", "--format=posix", "--dereference"];
  const { stdout } = spawnSync(tar, [...options, "--file=-", `/proc/${process.pid}/fd/${fd}`], {
    // Not the user's: TAR_OPTIONS would be taken as its own.
    env: {},
    maxBuffer: mostMapBytes,
    timeout: mostMilliseconds,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return stdout instanceof Uint8Array ? sparseMapIn(stdout) : undefined;
}

/** Reads the map from the beginning of an archive: an extended header, a header, then lines of decimal numbers. */
export function sparseMapIn(archive: Uint8Array): SparseMap | undefined {
  if (archive.byteLength < 4 * blockBytes || letterAt(archive, 156) !== "x") return undefined;
  const size = Number.parseInt(textOf(archive, 124, 136), 8);
  const extended = textOf(archive, blockBytes, blockBytes + size);
  if (!extended.includes(" GNU.sparse.major=1\n") || !extended.includes(" GNU.sparse.minor=0\n"))
    return undefined;
  const start = 2 * blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  let at = start;
  const number = (): number => {
    const end = archive.indexOf(10, at);
    const value = end < 0 ? Number.NaN : Number(textOf(archive, at, end));
    at = end + 1;
    return value;
  };
  const count = number();
  if (!Number.isSafeInteger(count) || count < 0 || count > mostMapBytes) return undefined;
  const map = new Float64Array(2 * count);
  for (let index = 0; index < count; index++) {
    const from = number();
    const length = number();
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(length) || at > archive.byteLength)
      return undefined;
    map[2 * index] = from;
    map[2 * index + 1] = from + length;
  }
  return map;
}

/** The first position from one on that has data; infinite when only holes follow. */
export function nextDataIn(map: SparseMap, position: number): number {
  let low = 0;
  let high = map.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (map[2 * middle + 1]! <= position) low = middle + 1;
    else high = middle;
  }
  const start = map[2 * low];
  return start === undefined ? Number.POSITIVE_INFINITY : Math.max(position, start);
}

const latin1 = new TextDecoder("latin1");

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return latin1.decode(bytes.subarray(start, end));
}

function letterAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0);
}
