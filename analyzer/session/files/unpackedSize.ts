import { type ByteSource, readUpTo } from "../../base/byteSource";
import type { Compression } from "./compression";
import { lzmaHeaderOf } from "./lzma/lzmaFile";
import { xzContentBytes } from "./lzma/xzSize";
import { readZstdFrameHeader } from "./zstd";

/** How much a packed file says it unpacks to, before any of it is unpacked. */
export interface UnpackedSize {
  readonly bytes: number;
  /** False for gzip, whose four bytes count the last member only, modulo 4 GiB. */
  readonly isExact: boolean;
}

/**
 * The size in the header of an LZ4 or Zstandard frame or a `.lzma` file, in the index of an .xz file, or in the trailer of
 * a gzip member.
 * @returns undefined when the packer left it out
 */
export function unpackedSizeOf(packed: ByteSource, compression: Compression): UnpackedSize | undefined {
  const head = readUpTo(packed, 0, 32);
  if (head.byteLength < 18) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  switch (compression) {
    case "none":
      return { bytes: packed.byteLength, isExact: true };
    case "gzip":
      return gzipSize(packed);
    case "zstd":
      return zstdSize(head);
    case "lz4":
      return (view.getUint8(4) & 8) === 0 ? undefined : exact(Number(view.getBigUint64(6, true)));
    case "xz":
      return exactOrUndefined(xzContentBytes(packed));
    case "lzma":
      return exactOrUndefined(lzmaHeaderOf(head)?.bytes);
    case "bzip2":
    case "apport":
      return undefined;
  }
}

/** RFC 1952: the last four bytes are the size modulo 2^32. Packing adds at most a per cent and the headers. */
function gzipSize(packed: ByteSource): UnpackedSize | undefined {
  const tail = readUpTo(packed, packed.byteLength - 4, 4);
  const modulo = new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
  const wraps = Math.max(0, Math.ceil((packed.byteLength * 0.99 - 65_536 - modulo) / 2 ** 32));
  return { bytes: modulo + wraps * 2 ** 32, isExact: false };
}

function zstdSize(head: Uint8Array): UnpackedSize | undefined {
  try {
    return exactOrUndefined(readZstdFrameHeader(head)?.contentBytes);
  } catch {
    // Unpacking says what is wrong with it.
    return undefined;
  }
}

function exact(bytes: number): UnpackedSize {
  return { bytes, isExact: true };
}

function exactOrUndefined(bytes: number | undefined): UnpackedSize | undefined {
  return bytes === undefined ? undefined : exact(bytes);
}
