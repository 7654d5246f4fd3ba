import { closeSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { formatBytes, formatQuantity } from "../../base/figures";
import type { Problem, ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { decryptedSource } from "../encryption/encryptedFile";
import type { PayloadDamage } from "../encryption/payload";
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

/** How the bytes of a dump lie in its file: perhaps packed, and that perhaps encrypted. */
export interface Wrapping {
  readonly compression: Compression;
  /** Of an encrypted file. */
  readonly fileKey?: Uint8Array;
}

/**
 * Opens the bytes of a dump for reading by position. A packed or encrypted file is unpacked into a temporary file first, which
 * has no name on POSIX systems (so nothing is left behind when the process is killed) and is deleted on release
 * elsewhere.
 * @throws ExhumeError `cancelled`, `unreadable`, `noSpace`; `refused` when it would unpack to absurd sizes.
 */
export async function openDumpBytes(
  file: FileSource,
  { compression, fileKey }: Wrapping,
  problems: ProblemList,
  work: Work,
): Promise<SharedFile> {
  if (compression === "none" && fileKey === undefined) return file.share();
  const decrypted = fileKey === undefined ? undefined : decryptedSource(file, fileKey);
  const packed = decrypted ?? file;
  const expected = unpackedSizeOf(packed, compression);
  // Said before anything is written; a core's zero pages become holes, so it may take less.
  const largest = Math.max(alwaysAllowed, packed.byteLength * largestRatio);
  if (expected?.isExact === true) {
    assertWithin(largest, expected.bytes, packed);
    assertRoom(expected.bytes);
  }
  const step = stepOf(compression, decrypted !== undefined, expected);
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
      if (compression !== "none" && (decrypted?.damage?.pieces ?? 0) > 0) {
        throw new Error("it cannot be decrypted further");
      }
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
  if (decrypted?.damage !== undefined) problems.add(problemOf(decrypted.damage));
  ftruncateSync(fd, written);
  return { name: packed.name, fd, byteLength: written };
}

function assertWithin(largest: number, bytes: number, packed: ByteSource): void {
  if (bytes <= largest) return;
  const what =
    `${packed.name} has ${formatBytes(packed.byteLength)} and would unpack to more than ${formatBytes(largest)}, ` +
    "which no dump does; unpack it yourself and open what comes out";
  throw new ExhumeError({ code: "refused", what });
}

function problemOf({ pieces, offset, isCut }: PayloadDamage): Problem {
  const changed =
    pieces === 0
      ? ""
      : ` ${formatQuantity(pieces, "piece")} of 64 KiB, the first at ${offset}, were changed and read as zeros.`;
  const cut = isCut ? " Its end is missing or was changed." : "";
  return {
    code: "encrypted-data-damaged",
    message: `The encrypted file is damaged.${changed}${cut}`,
    losesData: true,
  };
}

function stepOf(compression: Compression, isEncrypted: boolean, expected: UnpackedSize | undefined): string {
  const way =
    compression === "none"
      ? "Decrypting"
      : `${isEncrypted ? "Decrypting and unpacking" : "Unpacking"} ${compression}`;
  if (expected === undefined) return `${way} into ${tmpdir()}`;
  const size = (expected.bytes / 2 ** 20).toFixed(0);
  return `${way}: ${expected.isExact ? "" : "at least "}${size} MiB into ${tmpdir()}`;
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
