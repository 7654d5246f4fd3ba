import elfy from "elfy";

/**
 * The one place that touches elfy. It is given single table entries instead of whole files, because it would read
 * the file into memory and insists on section names a core does not have. What it gets wrong is read again here:
 * addresses at or above 2^53 lose bits in its numbers, unknown machines and types become undefined, and flags come
 * as named properties without the ones it does not know.
 */

/** How the words of a file are written: class and data encoding of `e_ident`. */
export interface ElfEncoding {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

export interface ElfHeader extends ElfEncoding {
  /** See `fileType`. */
  readonly type: number;
  /** See `machine`. */
  readonly machine: number;
  readonly entry: bigint;
  readonly programTableOffset: number;
  readonly programEntryBytes: number;
  /** As written: may be `manyPrograms`. */
  readonly programCount: number;
  readonly sectionTableOffset: number;
  readonly sectionEntryBytes: number;
  readonly sectionCount: number;
  readonly sectionNamesIndex: number;
  readonly flags: number;
}

/** One program header. Sizes beyond 2^53 come out as `Number.MAX_SAFE_INTEGER`. */
export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  readonly alignment: number;
}

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
  readonly info: number;
}

export const headerBytes = 64;
export const programEntryBytesOf = (bits: 32 | 64): number => (bits === 64 ? 56 : 32);
export const sectionEntryBytesOf = (bits: 32 | 64): number => (bits === 64 ? 64 : 40);

/** elfy reads through Node's Buffer, which pure rooms do not have: these are the readers it calls. */
class ReadableBytes extends Uint8Array {
  private readonly view = new DataView(this.buffer, this.byteOffset, this.byteLength);

  readUInt16LE(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  readUInt32LE(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  readUInt16BE(offset: number): number {
    return this.view.getUint16(offset, false);
  }

  readUInt32BE(offset: number): number {
    return this.view.getUint32(offset, false);
  }
}

function parserFor(endian: "lsb" | "msb") {
  const parser = new elfy.Parser();
  parser.setEndian(endian);
  return parser;
}

const littleEndianParser = parserFor("lsb");
const bigEndianParser = parserFor("msb");
const parserOf = (littleEndian: boolean) => (littleEndian ? littleEndianParser : bigEndianParser);
const noFile = new Uint8Array(0);

/** @returns the reason when the bytes are not the header of an ELF file. */
export function parseHeader(bytes: Uint8Array): ElfHeader | { readonly reason: string } {
  if (bytes.length < 20 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46) {
    return { reason: "it does not begin with the ELF magic" };
  }
  if ((bytes[4] !== 1 && bytes[4] !== 2) || (bytes[5] !== 1 && bytes[5] !== 2)) {
    return { reason: `its ELF class ${bytes[4]} or byte order ${bytes[5]} is not a known one` };
  }
  const bits = bytes[4] === 2 ? 64 : 32;
  if (bytes.length < (bits === 64 ? 64 : 52)) return { reason: "it ends inside the ELF header" };
  const littleEndian = bytes[5] === 1;
  const header = parserOf(littleEndian).parseHeader(readable(bytes));
  const view = viewOf(bytes);
  return {
    bits,
    littleEndian,
    type: view.getUint16(16, littleEndian),
    machine: view.getUint16(18, littleEndian),
    entry: bits === 64 ? view.getBigUint64(24, littleEndian) : BigInt(header.entry),
    programTableOffset: header.phoff,
    programEntryBytes: header.phentsize,
    programCount: header.phnum,
    sectionTableOffset: header.shoff,
    sectionEntryBytes: header.shentsize,
    sectionCount: header.shnum,
    sectionNamesIndex: header.shstrndx,
    flags: header.flags,
  };
}

/** @param entry exactly one entry of the program table */
export function parseSegment(entry: Uint8Array, { bits, littleEndian }: ElfEncoding): ElfSegment {
  const program = parserOf(littleEndian).parseProgram(readable(entry), elfyHeaderOf(bits), noFile);
  const view = viewOf(entry);
  return {
    type: view.getUint32(0, littleEndian),
    flags: view.getUint32(bits === 64 ? 4 : 24, littleEndian),
    offset: safe(program.offset),
    address: bits === 64 ? view.getBigUint64(16, littleEndian) : BigInt(view.getUint32(8, littleEndian)),
    fileBytes: safe(program.filesz),
    memoryBytes: safe(program.memsz),
    alignment: safe(program.align),
  };
}

/** @param nameOf turns an offset into the section name table into the name */
export function parseSection(
  entry: Uint8Array,
  { bits, littleEndian }: ElfEncoding,
  index: number,
  nameOf: (offset: number) => string,
): ElfSection {
  const section = parserOf(littleEndian).parseSection(readable(entry), elfyHeaderOf(bits), noFile);
  const view = viewOf(entry);
  return {
    index,
    name: nameOf(section.name),
    type: view.getUint32(4, littleEndian),
    flags: view.getUint32(8, littleEndian),
    address: bits === 64 ? view.getBigUint64(16, littleEndian) : BigInt(view.getUint32(12, littleEndian)),
    offset: safe(section.off),
    bytes: safe(section.size),
    link: section.link,
    info: section.info,
  };
}

/** The only field the entry parsers look at. */
function elfyHeaderOf(bits: 32 | 64): Parameters<typeof littleEndianParser.parseProgram>[1] {
  return (bits === 64 ? { class: "64" } : { class: "32" }) as Parameters<
    typeof littleEndianParser.parseProgram
  >[1];
}

function readable(bytes: Uint8Array): ReadableBytes {
  return new ReadableBytes(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

function safe(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
