import { readUpTo } from "../../base/byteSource";
import type { SectionReading } from "../../base/sectionReading";
import { readPointer } from "../../formats/dwarf/cfi/encodedPointer";
import type { FrameSection } from "../../formats/dwarf/cfi/frameSection";
import { type FrameHeader, FrameTable } from "../../formats/dwarf/cfi/frameTable";
import { DataReader, DwarfDamage } from "../../formats/dwarf/dataReader";
import { segmentType } from "../../formats/elf/constants";
import { type ElfFile, sectionNamed } from "../../formats/elf/elfFile";
import type { ElfSegment } from "../../formats/elf/elfTables";
import { plainContents, sectionContents } from "../../formats/elf/sections";
import type { MemoryImage } from "../memoryImage";

/** Unwind tables are a few per cent of the code; 1 GiB is beyond any program. */
const maximumFrameBytes = 1 << 30;

/** `.debug_frame`. */
export function debugFramesOf(elf: ElfFile, reading: SectionReading): FrameTable | undefined {
  const section = sectionNamed(elf, ".debug_frame") ?? sectionNamed(elf, ".zdebug_frame");
  const bytes = section === undefined ? undefined : sectionContents(elf, ".debug_frame", reading);
  if (bytes === undefined) return undefined;
  return new FrameTable({ kind: "debug", bytes, address: 0, ...wordOrderOf(elf) });
}

/** `.eh_frame`, by section or by PT_GNU_EH_FRAME. */
export function exceptionFramesOf(elf: ElfFile, reading: SectionReading): FrameTable | undefined {
  const header = headerSegmentOf(elf);
  const headerBytes =
    header === undefined ? undefined : readUpTo(elf.source, header.offset, header.fileBytes);
  const section = sectionNamed(elf, ".eh_frame");
  if (section !== undefined) {
    const frames: FrameSection = {
      kind: "eh",
      bytes: plainContents(elf, section, reading),
      address: Number(section.address),
      ...wordOrderOf(elf),
    };
    return new FrameTable(frames, headerOf(header, headerBytes));
  }
  if (header === undefined || headerBytes === undefined) return undefined;
  return tableByHeader(header, headerBytes, elf, (address, bytes) => {
    const segment = segmentHolding(elf, address);
    if (segment === undefined) return new Uint8Array(0);
    const offset = segment.offset + Number(BigInt(address) - segment.address);
    return readUpTo(elf.source, offset, bytes);
  });
}

/** The same from the pages of a module that are in the memory of a process. */
export function exceptionFramesInMemory(
  elf: ElfFile,
  bias: bigint,
  memory: MemoryImage,
): FrameTable | undefined {
  const header = headerSegmentOf(elf);
  if (header === undefined) return undefined;
  const at = (address: number) => BigInt.asUintN(64, BigInt(address) + bias);
  const headerBytes = memory.bytes(
    at(Number(header.address)),
    Math.min(header.memoryBytes, maximumFrameBytes),
  );
  if (headerBytes.length < 12) return undefined;
  return tableByHeader(header, headerBytes, elf, (address, bytes) => memory.bytes(at(address), bytes));
}

/** Without a section table `.eh_frame` begins where its header says and ends somewhere in its segment. */
function tableByHeader(
  header: ElfSegment,
  headerBytes: Uint8Array,
  elf: ElfFile,
  read: (address: number, bytes: number) => Uint8Array,
): FrameTable | undefined {
  const order = wordOrderOf(elf);
  const own: FrameSection = { kind: "eh", bytes: headerBytes, address: Number(header.address), ...order };
  let address: number;
  try {
    const reader = new DataReader(headerBytes, ".eh_frame_hdr", order.littleEndian);
    reader.u8();
    const encoding = reader.u8();
    reader.take(2);
    address = readPointer(reader, own, encoding);
  } catch (thrown) {
    if (thrown instanceof DwarfDamage) return undefined;
    throw thrown;
  }
  const segment = segmentHolding(elf, address);
  if (segment === undefined) return undefined;
  const left = Number(segment.address + BigInt(segment.memoryBytes) - BigInt(address));
  const bytes = read(address, Math.min(left, maximumFrameBytes));
  return new FrameTable({ kind: "eh", bytes, address, ...order }, headerOf(header, headerBytes));
}

function headerSegmentOf(elf: ElfFile): ElfSegment | undefined {
  return elf.segments.find(
    ({ type, fileBytes }) =>
      type === segmentType.ehFrame && fileBytes >= 12 && fileBytes <= maximumFrameBytes,
  );
}

function headerOf(segment: ElfSegment | undefined, bytes: Uint8Array | undefined): FrameHeader | undefined {
  return segment === undefined || bytes === undefined
    ? undefined
    : { bytes, address: Number(segment.address) };
}

function segmentHolding(elf: ElfFile, address: number): ElfSegment | undefined {
  const wanted = BigInt(Math.max(0, Math.floor(address)));
  return elf.segments.find(
    (segment) =>
      segment.type === segmentType.load &&
      wanted >= segment.address &&
      wanted < segment.address + BigInt(segment.memoryBytes),
  );
}

function wordOrderOf({ header: { bits, littleEndian } }: ElfFile) {
  return { addressBytes: bits === 64 ? 8 : 4, littleEndian } as const;
}
