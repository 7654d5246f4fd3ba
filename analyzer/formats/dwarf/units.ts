import type { AbbrevTable } from "./abbrev";
import { Attr, UnitType } from "./constants";
import { DataReader, type SectionBytes } from "./dataReader";
import { type Die, readDie } from "./dies";
import type { DwarfFile } from "./dwarfFile";

export type UnitSection = ".debug_info" | ".debug_types";

/** The header of a unit. DWARF 5, section 7.5.1; offsets are from the start of its section. */
export interface UnitHeader {
  readonly section: UnitSection;
  readonly offset: number;
  /** Where the first DIE begins. */
  readonly firstDie: number;
  readonly end: number;
  readonly version: number;
  readonly is64: boolean;
  readonly addressSize: number;
  /** One of {@link UnitType}; units before version 5 are `compile` or `type`. */
  readonly type: number;
  readonly abbrevOffset: number;
  /** Signature of a type unit or id of a split unit. */
  readonly signature?: bigint;
  /** Offset in the section of the type a type unit defines. */
  readonly typeOffset?: number;
}

/** Where a unit's indexed forms begin in their sections; DWARF 5, section 3.1.1. */
interface Bases {
  readonly strOffsets: number;
  readonly addresses: number;
  readonly rangeLists: number;
  readonly locationLists: number;
}

/** A unit of an open file: its header and what its first DIE says, read when asked for. */
export class Unit {
  private knownAbbrevs: AbbrevTable | undefined;
  private knownRoot: Die | undefined;
  private knownBases: Bases | undefined;

  /** @param skeleton the unit in the main file that stands for this one, when this one is split off */
  constructor(
    readonly file: DwarfFile,
    readonly header: UnitHeader,
    readonly skeleton?: Unit,
  ) {}

  /** @throws DwarfDamage when the table cannot be read. */
  get abbrevs(): AbbrevTable {
    this.knownAbbrevs ??= this.file.abbrevTable(this.header);
    return this.knownAbbrevs;
  }

  /** @throws DwarfDamage when the unit has no readable first DIE. */
  get root(): Die {
    if (this.knownRoot === undefined) {
      const { section, firstDie } = this.header;
      const root = readDie(this, firstDie);
      if (root === undefined) throw new DataReader(this.bytes, section, firstDie).fail("has no first DIE");
      this.knownRoot = root;
    }
    return this.knownRoot;
  }

  /** Lets go of what its first DIE said; it is read again when asked for. */
  forget(): void {
    this.knownAbbrevs = undefined;
    this.knownRoot = undefined;
    this.knownBases = undefined;
  }

  get bytes(): SectionBytes {
    return this.file.sections.get(this.header.section);
  }

  get isSplit(): boolean {
    return this.file.sections.suffix === ".dwo";
  }

  /** Address ranges and location lists count from here unless they say otherwise. */
  get baseAddress(): number {
    const owner = this.skeleton ?? this;
    return owner.root.address(Attr.lowPc) ?? 0;
  }

  /** The language of the source, DW_LANG_*. */
  get language(): number {
    return Number(this.root.constant(Attr.language) ?? 0n);
  }

  get bases(): Bases {
    this.knownBases ??= this.readBases();
    return this.knownBases;
  }

  private readBases(): Bases {
    const { is64, version } = this.header;
    // Split units have one contribution per section and no attribute: it begins after the section's own header.
    const listHeader = this.isSplit && version >= 5 ? (is64 ? 20 : 12) : 0;
    const stringHeader = version >= 5 ? (is64 ? 16 : 8) : 0;
    const root = this.root;
    const addressOwner = this.skeleton?.root ?? root;
    return {
      strOffsets: root.offsetOf(Attr.strOffsetsBase) ?? stringHeader,
      addresses:
        addressOwner.offsetOf(Attr.addrBase) ??
        addressOwner.offsetOf(Attr.gnuAddrBase) ??
        (version >= 5 ? (is64 ? 16 : 8) : 0),
      rangeLists: root.offsetOf(Attr.rnglistsBase) ?? listHeader,
      locationLists: root.offsetOf(Attr.loclistsBase) ?? listHeader,
    };
  }

  /** The address at an index of `.debug_addr`, which is in the main file even for split units. */
  indexedAddress(index: number): number {
    return this.addressReader(index).addressAsNumber(this.header.addressSize);
  }

  indexedAddressExact(index: number): bigint {
    return this.addressReader(index).address(this.header.addressSize);
  }

  private addressReader(index: number): DataReader {
    const file = this.skeleton?.file ?? this.file;
    const offset = this.bases.addresses + index * this.header.addressSize;
    return new DataReader(file.sections.get(".debug_addr"), ".debug_addr", offset);
  }

  /** Offset in `.debug_str` of the string at an index of `.debug_str_offsets`. */
  indexedStringOffset(index: number): number {
    const { is64 } = this.header;
    const section = ".debug_str_offsets";
    const offset = this.bases.strOffsets + index * (is64 ? 8 : 4);
    return new DataReader(this.file.sections.get(section), section, offset).offset(is64);
  }
}

/**
 * Reads the headers of all units of a section by their lengths, without the DIEs between them.
 * A header that cannot be understood is passed by its length; a length that leads outside ends the list.
 */
export function readUnitHeaders(
  bytes: SectionBytes,
  section: UnitSection,
  onDamage: (offset: number, what: string) => void,
): UnitHeader[] {
  const headers: UnitHeader[] = [];
  let offset = 0;
  while (offset + 4 <= bytes.byteLength) {
    const reader = new DataReader(bytes, section, offset);
    let length = reader.u32();
    const is64 = length === 0xffff_ffff;
    if (is64) {
      if (bytes.byteLength - offset < 12) break;
      length = reader.u64AsNumber();
    }
    const end = reader.position + length;
    if (length < 7 || end > bytes.byteLength) {
      onDamage(offset, `holds a unit of ${length} bytes, ${bytes.byteLength - reader.position} are left`);
      break;
    }
    const header = readHeader(reader.slice(reader.position, end), section, offset, is64);
    if (typeof header === "string") onDamage(offset, header);
    else headers.push(header);
    offset = end;
  }
  return headers;
}

function readHeader(
  reader: DataReader,
  section: UnitSection,
  offset: number,
  is64: boolean,
): UnitHeader | string {
  const version = reader.u16();
  if (version < 2 || version > 5) return `holds a unit of the unknown version ${version}`;
  let type: number = section === ".debug_types" ? UnitType.type : UnitType.compile;
  let addressSize: number;
  let abbrevOffset: number;
  if (version >= 5) {
    type = reader.u8();
    addressSize = reader.u8();
    abbrevOffset = reader.offset(is64);
  } else {
    abbrevOffset = reader.offset(is64);
    addressSize = reader.u8();
  }
  if (addressSize !== 8 && addressSize !== 4) return `holds a unit with addresses of ${addressSize} bytes`;
  const isType = type === UnitType.type || type === UnitType.splitType;
  const hasId = type === UnitType.skeleton || type === UnitType.splitCompile;
  const signature = isType || hasId ? reader.u64() : undefined;
  const typeOffset = isType ? offset + reader.offset(is64) : undefined;
  return {
    section,
    offset,
    firstDie: reader.position,
    end: reader.end,
    version,
    is64,
    addressSize,
    type,
    abbrevOffset,
    ...(signature !== undefined && { signature }),
    ...(typeOffset !== undefined && { typeOffset }),
  };
}
