import type { AbbrevTable } from "./abbrev";
import { Attr } from "./constants";
import type { DataReader, SectionBytes } from "./dataReader";
import { type DebugFile, type Die, readDie, readerOf, type Unit, type UnitBases } from "./dies";
import type { UnitHeader } from "./unitHeaders";

/** A unit of an open file: its header and what its first DIE says, read when asked for. */
export class OpenUnit implements Unit {
  private knownAbbrevs: AbbrevTable | undefined;
  private knownRoot: Die | undefined;
  private knownBases: UnitBases | undefined;

  /** @param skeleton the unit in the main file that stands for this one, when this one is split off */
  constructor(
    readonly file: DebugFile,
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
      const { firstDie } = this.header;
      const root = readDie(this, firstDie);
      if (root === undefined) return readerOf(this, firstDie).fail("has no first DIE");
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

  get bases(): UnitBases {
    this.knownBases ??= this.readBases();
    return this.knownBases;
  }

  private readBases(): UnitBases {
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
    return file.sections.reader(".debug_addr", offset);
  }

  /** Offset in `.debug_str` of the string at an index of `.debug_str_offsets`. */
  indexedStringOffset(index: number): number {
    const { is64 } = this.header;
    const section = ".debug_str_offsets";
    const offset = this.bases.strOffsets + index * (is64 ? 8 : 4);
    return this.file.sections.reader(section, offset).offset(is64);
  }
}
