import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { PagedBytes } from "../../base/pagedBytes";
import type { SectionReading } from "../../base/sectionReading";
import { compression, sectionFlag } from "./constants";
import { type ElfFile, rawSection, sectionNamed } from "./elfFile";
import { type ElfSection, viewOf } from "./elfTables";

/** Sections up to this are read whole: it takes one read, and many are asked for over and over. */
const smallSectionBytes = 128 << 10;

/** What one section may be unpacked to; Chromium's largest debug section is under 4 GiB. */
const maximumSectionBytes = 2 ** 34;
/** Sections that say they unpack to many times their size are small ones, or made to fill memory and disks. */
const maximumRatio = 100;
const alwaysAllowed = 64 << 20;
/** What does not shrink is stored, with a little beside it. */
const mostOverhead = 1.01;

/**
 * Contents of a section by name, unpacked: `SHF_COMPRESSED` with zlib or zstd (gABI "Section Compression"), or the
 * older GNU `.zdebug_*` with its `ZLIB` header.
 * @returns undefined when the file has no such section
 * @throws ExhumeError `damaged` when the packed data says absurd sizes or does not unpack
 */
export function sectionContents(
  elf: ElfFile,
  name: string,
  reading: SectionReading,
): Uint8Array | PagedBytes | undefined {
  const section = sectionNamed(elf, name);
  if (section !== undefined) return contentsOf(elf, section, reading);
  if (!name.startsWith(".debug_")) return undefined;
  const old = sectionNamed(elf, `.z${name.slice(1)}`);
  return old === undefined ? undefined : oldContentsOf(elf, old, reading);
}

/** The bytes of a section as they are in the file, read whole when there are few. */
export function plainContents(
  elf: ElfFile,
  section: ElfSection,
  { blocks }: SectionReading,
): Uint8Array | PagedBytes {
  if (section.bytes <= smallSectionBytes) return rawSection(elf, section);
  const available = Math.max(0, Math.min(section.bytes, elf.source.byteLength - section.offset));
  return new PagedBytes(blocks.attach(elf.source), section.offset, available);
}

function contentsOf(elf: ElfFile, section: ElfSection, reading: SectionReading): Uint8Array | PagedBytes {
  if ((section.flags & sectionFlag.compressed) === 0) return plainContents(elf, section, reading);
  const headerBytes = elf.header.bits === 64 ? 24 : 12;
  const { littleEndian } = elf.header;
  const header = readUpTo(elf.source, section.offset, Math.min(section.bytes, headerBytes));
  if (header.length < headerBytes) throw damaged(elf, section, "it ends inside its compression header");
  const view = viewOf(header);
  const type = view.getUint32(0, littleEndian);
  const bytes =
    elf.header.bits === 64 ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
  if (type !== compression.zlib && type !== compression.zstd)
    throw damaged(elf, section, `it is packed in an unknown way (${type})`);
  const kind = type === compression.zlib ? "zlib" : "zstd";
  return unpacked(elf, section, { kind, headerBytes, bytes }, reading);
}

function oldContentsOf(elf: ElfFile, section: ElfSection, reading: SectionReading): Uint8Array | PagedBytes {
  const header = readUpTo(elf.source, section.offset, Math.min(section.bytes, 12));
  // biome-ignore lint/plugin: four bytes
  if (header.length < 12 || String.fromCharCode(...header.subarray(0, 4)) !== "ZLIB")
    return plainContents(elf, section, reading);
  const bytes = Number(viewOf(header).getBigUint64(4, false));
  return unpacked(elf, section, { kind: "zlib", headerBytes: 12, bytes }, reading);
}

interface Packing {
  readonly kind: "zlib" | "zstd";
  readonly headerBytes: number;
  /** Of the contents, unpacked. */
  readonly bytes: number;
}

function unpacked(
  elf: ElfFile,
  section: ElfSection,
  { kind, headerBytes, bytes }: Packing,
  reading: SectionReading,
): Uint8Array | PagedBytes {
  const offset = section.offset + headerBytes;
  const length = Math.max(0, Math.min(section.bytes - headerBytes, elf.source.byteLength - offset));
  checkSize(elf, section, length, bytes);
  let result: Uint8Array | ByteSource;
  try {
    result = reading.unpack({ kind, source: elf.source, offset, length }, bytes);
  } catch (thrown) {
    throw damaged(elf, section, `it does not unpack: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  if (result.byteLength !== bytes)
    throw damaged(elf, section, `it unpacks to ${result.byteLength} bytes instead of ${bytes}`);
  return result instanceof Uint8Array ? result : new PagedBytes(reading.blocks.attach(result), 0, bytes);
}

function checkSize(elf: ElfFile, section: ElfSection, packedBytes: number, bytes: number): void {
  const largest = Math.min(maximumSectionBytes, Math.max(alwaysAllowed, packedBytes * maximumRatio));
  if (bytes <= largest && packedBytes <= bytes * mostOverhead + 4096) return;
  throw damaged(elf, section, `${packedBytes} packed bytes say they unpack to ${bytes}`);
}

function damaged(elf: ElfFile, section: ElfSection, what: string): ExhumeError {
  return new ExhumeError({
    code: "damaged",
    file: elf.source.name,
    offset: section.offset,
    what: `section ${section.name}: ${what}`,
  });
}
