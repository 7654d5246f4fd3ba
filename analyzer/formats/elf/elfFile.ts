import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import { fileType, manyPrograms, sectionType } from "./constants";
import {
  type ElfEncoding,
  type ElfHeader,
  type ElfSection,
  type ElfSegment,
  headerBytes,
  parseHeader,
  parseSection,
  parseSegment,
  programEntryBytesOf,
  sectionEntryBytesOf,
  viewOf,
} from "./elfTables";

/** The tables of one ELF file. Contents stay in the source and are read by offset. */
export interface ElfFile {
  readonly source: ByteSource;
  readonly header: ElfHeader;
  /** In file order. */
  readonly segments: readonly ElfSegment[];
  /** In file order, without names for a core. Empty when the file has none or they are damaged. */
  readonly sections: readonly ElfSection[];
}

const maximumNameTableBytes = 16 << 20;
/** 2^20 segments are 20 times the kernel's default limit of mappings. */
const maximumSegments = 1 << 20;
const maximumSections = 1 << 20;

/**
 * Reads header, program and section tables.
 * @throws ExhumeError `notADump` when it is not an ELF file.
 */
export function readElfFile(source: ByteSource, problems: ProblemList): ElfFile {
  const header = parseHeader(readUpTo(source, 0, headerBytes));
  if ("reason" in header)
    throw new ExhumeError({ code: "notADump", file: source.name, found: header.reason });
  return {
    source,
    header,
    segments: readSegments(source, header, problems),
    sections: readSections(source, header, problems),
  };
}

export function isCore(elf: ElfFile): boolean {
  return elf.header.type === fileType.core;
}

/** The first section of that name that has bytes in the file. */
export function sectionNamed(elf: ElfFile, name: string): ElfSection | undefined {
  return elf.sections.find((section) => section.name === name && section.type !== sectionType.noBits);
}

/** Bytes of a section as they are in the file; shorter when the file ends before. */
export function rawSection(elf: ElfFile, section: ElfSection): Uint8Array {
  return readUpTo(elf.source, section.offset, section.bytes);
}

function readSegments(source: ByteSource, header: ElfHeader, problems: ProblemList): ElfSegment[] {
  if (header.programTableOffset === 0 || header.programCount === 0) return [];
  const entryBytes = header.programEntryBytes;
  if (!isPlausible(entryBytes, programEntryBytesOf(header.bits))) {
    const found = `program headers of ${entryBytes} bytes instead of ${programEntryBytesOf(header.bits)}`;
    throw new ExhumeError({ code: "notADump", file: source.name, found });
  }
  const said =
    header.programCount === manyPrograms ? countOfManyPrograms(source, header) : header.programCount;
  const count = Math.min(said, maximumSegments);
  const table = readUpTo(source, header.programTableOffset, count * entryBytes);
  const complete = Math.floor(table.length / entryBytes);
  if (complete < said) {
    problems.add({
      code: "segments-missing",
      message: `The file says ${said} program headers; ${complete} of them can be read.`,
      offset: header.programTableOffset,
      losesData: true,
    });
  }
  const segments: ElfSegment[] = [];
  for (let i = 0; i < complete; i++) {
    segments.push(parseSegment(table.subarray(i * entryBytes, (i + 1) * entryBytes), header));
  }
  return segments;
}

/** gABI: with 0xffff program headers or more the count is in `sh_info` of the first section header. */
function countOfManyPrograms(source: ByteSource, header: ElfHeader): number {
  const entryBytes = sectionEntryBytesOf(header.bits);
  const bytes = readUpTo(source, header.sectionTableOffset, entryBytes);
  if (header.sectionTableOffset === 0 || bytes.length < entryBytes) return manyPrograms;
  return parseSection(bytes, header, 0, () => "").info || manyPrograms;
}

function readSections(source: ByteSource, header: ElfHeader, problems: ProblemList): ElfSection[] {
  if (header.sectionTableOffset === 0) return [];
  const entryBytes = header.sectionEntryBytes;
  if (!isPlausible(entryBytes, sectionEntryBytesOf(header.bits))) {
    problems.add({
      code: "sections-damaged",
      message: `${source.name} has section headers of ${entryBytes} bytes instead of ${sectionEntryBytesOf(header.bits)}.`,
      offset: header.sectionTableOffset,
      losesData: false,
    });
    return [];
  }
  const first = readUpTo(source, header.sectionTableOffset, entryBytes);
  // A core is written front to back and its section table comes last: truncation takes it, nothing needs it.
  if (first.length < entryBytes) return [];
  const zeroth = parseSection(first, header, 0, () => "");
  const said = header.sectionCount === 0 ? zeroth.bytes : header.sectionCount;
  const count = Math.min(said, maximumSections);
  const table = readUpTo(source, header.sectionTableOffset, count * entryBytes);
  const complete = Math.floor(table.length / entryBytes);
  if (complete < said) {
    problems.add({
      code: "sections-missing",
      message: `${source.name} says ${said} section headers; ${complete} of them can be read.`,
      offset: header.sectionTableOffset,
      losesData: false,
    });
  }
  const entry = (i: number) => table.subarray(i * entryBytes, (i + 1) * entryBytes);
  const namesIndex = header.sectionNamesIndex === 0xffff ? zeroth.link : header.sectionNamesIndex;
  const names =
    namesIndex > 0 && namesIndex < complete ? nameTable(source, entry(namesIndex), header) : undefined;
  const sections: ElfSection[] = [];
  for (let i = 0; i < complete; i++) {
    sections.push(parseSection(entry(i), header, i, (at) => (names === undefined ? "" : textAt(names, at))));
  }
  return sections;
}

function nameTable(source: ByteSource, entry: Uint8Array, encoding: ElfEncoding): Uint8Array {
  const section = parseSection(entry, encoding, 0, () => "");
  return readUpTo(source, section.offset, Math.min(section.bytes, maximumNameTableBytes));
}

/** Entries may be larger than we know (a newer format), never smaller; far larger ones are damage. */
function isPlausible(entryBytes: number, knownBytes: number): boolean {
  return entryBytes >= knownBytes && entryBytes <= 4 * knownBytes;
}

/** The NUL-terminated text at an offset of a string table, as UTF-8; empty when outside. */
export function textAt(table: Uint8Array, offset: number): string {
  if (offset >= table.length) return "";
  const end = table.indexOf(0, offset);
  return utf8.decode(table.subarray(offset, end < 0 ? table.length : end));
}

const utf8 = new TextDecoder();

/** A 32- or 64-bit word at an offset, by class and encoding of the file. */
export function wordAt(bytes: Uint8Array, offset: number, { bits, littleEndian }: ElfEncoding): bigint {
  const view = viewOf(bytes);
  return bits === 64 ? view.getBigUint64(offset, littleEndian) : BigInt(view.getUint32(offset, littleEndian));
}
