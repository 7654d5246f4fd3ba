import { closeSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { type Compression, unpackerFor } from "./compression";
import { type FileSource, reasonOf, type SharedFile } from "./fileSource";
import { assertRoom, createTemporaryFile, writeFully } from "./temporaryFile";
import { type UnpackedSize, unpackedSizeOf } from "./unpackedSize";

const chunkBytes = 4 << 20;

/**
 * deflate cannot do better than 1032:1; Zstandard can, where there is nothing but zeros. Real dumps stay far below,
 * except for small ones.
 */
const largestRatio = 2000;
const alwaysAllowed = 2 ** 30;

/**
 * Opens the bytes of a dump for reading by position. A packed file is unpacked into a temporary file first, which
 * has no name on POSIX systems (so nothing is left behind when the process is killed) and is deleted on release
 * elsewhere.
 * @throws ExhumeError `cancelled`, `unreadable`, `noSpace`; `refused` when it would unpack to absurd sizes.
 */
export async function openDumpBytes(
  packed: FileSource,
  compression: Compression,
  problems: ProblemList,
  work: Work,
): Promise<SharedFile> {
  if (compression === "none") return packed.share();
  const expected = unpackedSizeOf(packed, compression);
  // Said before anything is written; a core's zero pages become holes, so it may take less.
  const largest = Math.max(alwaysAllowed, packed.byteLength * largestRatio);
  if (expected?.isExact === true) {
    assertWithin(largest, expected.bytes, packed);
    assertRoom(expected.bytes);
  }
  const step = stepOf(compression, expected);
  const temporary = createTemporaryFile(packed.name);
  const { fd } = temporary;
  let written = 0;
  const unpacker = await unpackerFor(compression, packed.name, (bytes) => {
    work.throwIfCancelled();
    assertWithin(largest, written + bytes.byteLength, packed);
    if (written % (64 << 20) < bytes.byteLength) assertRoom(bytes.byteLength);
    try {
      writeSparsely(fd, bytes, written);
    } catch (error) {
      throw new ExhumeError({ code: "noSpace", directory: `${tmpdir()} (${reasonOf(error)})` });
    }
    written += bytes.byteLength;
  });
  try {
    const chunk = new Uint8Array(chunkBytes);
    for (let position = 0; position < packed.byteLength; ) {
      work.throwIfCancelled();
      work.report(step, position / packed.byteLength);
      const got = packed.read(position, chunk);
      if (got === 0) break;
      await unpacker.push(chunk.slice(0, got));
      position += got;
    }
    await unpacker.end();
  } catch (error) {
    if (error instanceof ExhumeError) {
      closeSync(fd);
      temporary.remove();
      throw error;
    }
    problems.add({
      code: "compressed-data-damaged",
      message: `The ${compression} data is damaged or ends early (${error instanceof Error ? error.message : String(error)}); ${written} bytes were unpacked.`,
      losesData: true,
    });
  }
  if (unpacker.isUnchecked) {
    const message = `The ${compression} data has no checksum: damage inside it may go unnoticed.`;
    problems.add({ code: "no-checksum", message, losesData: false });
  }
  ftruncateSync(fd, written);
  return { name: packed.name, fd, byteLength: written };
}

function assertWithin(largest: number, bytes: number, packed: FileSource): void {
  if (bytes <= largest) return;
  const what =
    `${packed.name} has ${formatBytes(packed.byteLength)} and would unpack to more than ${formatBytes(largest)}, ` +
    "which no dump does; unpack it yourself and open what comes out";
  throw new ExhumeError({ code: "refused", what });
}

function stepOf(compression: Compression, expected: UnpackedSize | undefined): string {
  if (expected === undefined) return `Unpacking ${compression} into ${tmpdir()}`;
  const size = (expected.bytes / 2 ** 20).toFixed(0);
  return `Unpacking ${compression}: ${expected.isExact ? "" : "at least "}${size} MiB into ${tmpdir()}`;
}

const pieceBytes = 64 << 10;
const zeros = new Uint8Array(pieceBytes);

/** Leaves holes where there are only zeros: most of a gcore is reserved memory that was never touched. */
function writeSparsely(fd: number, bytes: Uint8Array, position: number): void {
  let from = 0;
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    if (Buffer.compare(piece, zeros.subarray(0, piece.byteLength)) !== 0) continue;
    writeFully(fd, bytes.subarray(from, at), position + from);
    from = at + piece.byteLength;
  }
  writeFully(fd, bytes.subarray(from), position + from);
}
