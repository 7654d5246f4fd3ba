import { decompress as decompressZstd } from "fzstd";
import { DataReader, DwarfDamage } from "./dataReader";

/** Unpacks a zlib stream of a known size. Given from outside: the runtime's own zlib is ten times faster than a pure one. */
export type Inflate = (compressed: Uint8Array, expectedBytes: number) => Uint8Array;

/** ELFCOMPRESS_ZLIB and ELFCOMPRESS_ZSTD of the ELF gABI, "Section compression". */
const zlib = 1;
const zstd = 2;

/** Nothing real unpacks a thousandfold; a header that claims more is hostile. */
const largestRatio = 2000;
const largestBytes = 0x7fff_ffff;

export interface CompressedSectionOptions {
  readonly inflate: Inflate;
  /** false for ELF32, whose compression header is smaller. */
  readonly is64?: boolean;
}

/**
 * Unpacks a section flagged SHF_COMPRESSED: a header of type, size and alignment, then the stream.
 * @throws DwarfDamage when the header or the stream is damaged, or the method unknown.
 */
export function decompressSection(
  name: string,
  bytes: Uint8Array,
  { inflate, is64 = true }: CompressedSectionOptions,
): Uint8Array {
  const reader = new DataReader(bytes, name);
  const method = reader.u32();
  if (is64) reader.take(4);
  const size = reader.offset(is64);
  reader.take(is64 ? 8 : 4);
  return unpack(name, method, bytes.subarray(reader.position), size, inflate);
}

/**
 * Unpacks the older GNU way, told by the name `.zdebug_…`: "ZLIB", then the size as 8 bytes big-endian.
 * @throws DwarfDamage as {@link decompressSection}
 */
export function decompressZdebug(name: string, bytes: Uint8Array, inflate: Inflate): Uint8Array {
  const reader = new DataReader(bytes, name);
  const magic = reader.block(4);
  if (String.fromCharCode(...magic) !== "ZLIB") reader.fail("is called .zdebug but does not begin with ZLIB");
  const size = reader.block(8).reduce((sum, byte) => sum * 256 + byte, 0);
  return unpack(name, zlib, bytes.subarray(reader.position), size, inflate);
}

function unpack(
  name: string,
  method: number,
  packed: Uint8Array,
  size: number,
  inflate: Inflate,
): Uint8Array {
  if (size > largestBytes || size > packed.byteLength * largestRatio + 4096)
    throw new DwarfDamage(name, 0, `claims to unpack from ${packed.byteLength} to ${size} bytes`);
  if (method !== zlib && method !== zstd)
    throw new DwarfDamage(name, 0, `is compressed with the unknown method ${method}`);
  let unpacked: Uint8Array;
  try {
    unpacked = method === zlib ? inflate(packed, size) : decompressZstd(packed, new Uint8Array(size));
  } catch (thrown) {
    throw new DwarfDamage(
      name,
      0,
      `cannot be unpacked (${thrown instanceof Error ? thrown.message : thrown})`,
    );
  }
  if (unpacked.byteLength !== size)
    throw new DwarfDamage(name, 0, `unpacked to ${unpacked.byteLength} bytes instead of ${size}`);
  return unpacked;
}
