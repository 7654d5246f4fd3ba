import { type ByteSource, readUpTo } from "../../../base/byteSource";

/** A file in a zip archive (APPNOTE 6.3.10). */
export interface ZipMember {
  readonly name: string;
  /** undefined where only what stands behind the contents tells. */
  readonly bytes: number | undefined;
  readonly packedBytes: number;
  readonly crc32: number | undefined;
  /** Of {@link zipMethods}. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Where its local header stands. */
  readonly headerOffset: number;
}

/** Which files of an archive are listed; a directory may name many millions, which nobody keeps. */
export interface WantedMembers {
  readonly most: number;
  readonly isWanted: (name: string) => boolean;
}

/** Methods of packing. */
export const zipMethods = {
  stored: 0,
  deflate: 8,
  deflate64: 9,
  bzip2: 12,
  lzma: 14,
  zstd: 93,
  xz: 95,
} as const;

/** Names are UTF-8 where a flag says so, and mostly where none does. */
export function zipName(bytes: Uint8Array, flags: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: (flags & 0x800) === 0 }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

export const zipLocalMagic = 0x04034b50;
export const localHeaderBytes = 30;

/** Where the contents begin: the local header has its own lengths. @throws Error when none stands there */
export function zipContentsOffset(source: ByteSource, { headerOffset }: ZipMember): number {
  const header = readUpTo(source, headerOffset, localHeaderBytes);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < localHeaderBytes || view.getUint32(0, true) !== zipLocalMagic)
    throw new Error("no file begins where the directory of the zip archive says");
  return headerOffset + localHeaderBytes + view.getUint16(26, true) + view.getUint16(28, true);
}
