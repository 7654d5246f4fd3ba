import { type ByteSource, readUpTo } from "../../base/byteSource";
import type { Compression } from "./compression";

/** How much a packed file says it unpacks to, before any of it is unpacked. */
export interface UnpackedSize {
  readonly bytes: number;
  /** False for gzip, whose four bytes count the last member only, modulo 4 GiB. */
  readonly isExact: boolean;
}

/**
 * The size in the header of an LZ4 or Zstandard frame, or in the trailer of a gzip member.
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
      return zstdSize(view);
    case "lz4":
      return (view.getUint8(4) & 8) === 0 ? undefined : exact(Number(view.getBigUint64(6, true)));
  }
}

/** RFC 1952: the last four bytes are the size modulo 2^32. Packing adds at most a per cent and the headers. */
function gzipSize(packed: ByteSource): UnpackedSize | undefined {
  const tail = readUpTo(packed, packed.byteLength - 4, 4);
  const modulo = new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
  const wraps = Math.max(0, Math.ceil((packed.byteLength * 0.99 - 65_536 - modulo) / 2 ** 32));
  return { bytes: modulo + wraps * 2 ** 32, isExact: false };
}

/** RFC 8878 section 3.1.1.1: descriptor, optional window, optional dictionary id, optional content size. */
function zstdSize(view: DataView): UnpackedSize | undefined {
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  switch (sizeBytes) {
    case 1:
      return exact(view.getUint8(at));
    case 2:
      return exact(view.getUint16(at, true) + 256);
    case 4:
      return exact(view.getUint32(at, true));
    case 8:
      return exact(Number(view.getBigUint64(at, true)));
    default:
      return undefined;
  }
}

function exact(bytes: number): UnpackedSize {
  return { bytes, isExact: true };
}
