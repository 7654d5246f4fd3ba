import type { DataReader } from "../dataReader";
import type { FrameSection } from "./frameSection";

/** DW_EH_PE_* without the format: what a pointer counts from (LSB 10.5.1). */
export const PointerEncoding = {
  absolute: 0x00,
  relativeToItself: 0x10,
  relativeToData: 0x30,
  omitted: 0xff,
  formatBits: 0x0f,
  baseBits: 0x70,
} as const;

/** How a pointer is written. */
const PointerFormat = {
  address: 0x00,
  uleb: 0x01,
  u16: 0x02,
  u32: 0x03,
  u64: 0x04,
  sleb: 0x09,
  i16: 0x0a,
  i32: 0x0b,
  i64: 0x0c,
} as const;

/**
 * A pointer in one of the DW_EH_PE encodings (LSB 10.5.1). Data-relative ones only occur in `.eh_frame_hdr`, where
 * `section.address` is their base too.
 * @throws DwarfDamage for an encoding that cannot be resolved from the file alone
 */
export function readPointer(reader: DataReader, section: FrameSection, encoding: number): number {
  if (encoding === PointerEncoding.omitted) return 0;
  const position = reader.position;
  const value = readEncoded(reader, encoding & PointerEncoding.formatBits, section.addressBytes);
  switch (encoding & PointerEncoding.baseBits) {
    case PointerEncoding.absolute:
      return value;
    case PointerEncoding.relativeToItself:
      return wrapped(section.address + position + value, section.addressBytes);
    case PointerEncoding.relativeToData:
      return wrapped(section.address + value, section.addressBytes);
    default:
      return reader.fail(`has a pointer of the unknown encoding 0x${encoding.toString(16)}`);
  }
}

function readEncoded(reader: DataReader, format: number, addressBytes: 4 | 8): number {
  switch (format) {
    case PointerFormat.address:
      return reader.addressAsNumber(addressBytes);
    case PointerFormat.uleb:
      return reader.uleb();
    case PointerFormat.u16:
      return reader.u16();
    case PointerFormat.u32:
      return reader.u32();
    case PointerFormat.u64:
      return reader.u64AsNumber();
    case PointerFormat.sleb:
      return reader.sleb();
    case PointerFormat.i16:
      return (reader.u16() << 16) >> 16;
    case PointerFormat.i32:
      return reader.u32() | 0;
    case PointerFormat.i64:
      return Number(BigInt.asIntN(64, reader.u64()));
    default:
      return reader.fail(`has a pointer of the unknown format 0x${format.toString(16)}`);
  }
}

function wrapped(value: number, addressBytes: 4 | 8): number {
  const top = addressBytes === 8 ? 2 ** 64 : 2 ** 32;
  return value < 0 ? value + top : value >= top ? value - top : value;
}
