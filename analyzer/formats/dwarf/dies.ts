import type { ProblemList } from "../../base/problems";
import { type Abbrev, type AbbrevTable, fixedSizeOf } from "./abbrev";
import { Attr, Form } from "./constants";
import { DataReader, type SectionBytes, stringAt } from "./dataReader";
import { type RawValue, readForm, skipForm } from "./forms";
import type { LineTable } from "./lines";
import type { Sections } from "./sections";
import type { UnitHeader } from "./unitHeaders";
import type { UnitIndex } from "./unitIndex";

/** What entries, and those who look at them, ask of the file they are in. */
export interface DebugFile {
  readonly sections: Sections;
  readonly problems: ProblemList;
  /** The file `.gnu_debugaltlink` names, which several files share. */
  readonly supplementary: DebugFile | undefined;
  readonly longFloats: LongFloats;
  /** All units of `.debug_info`, in order of offset. */
  readonly units: readonly Unit[];
  readonly hasTypeUnits: boolean;
  readonly typeUnits: Iterable<Unit>;
  /** The units whose code may include an address; nearly always one. */
  unitsAt(address: number): readonly Unit[];
  /** The unit that holds the entries of `unit`: itself, or its split-off part when that is found. */
  fullUnitOf(unit: Unit): Unit;
  /** The entry at an offset of `.debug_info`, in whatever unit it is. */
  dieAt(offset: number): Die | undefined;
  /** The type with a signature, from a type unit of this file or of its package. */
  typeBySignature(signature: bigint): Die | undefined;
  /** @throws DwarfDamage */
  abbrevTable(header: UnitHeader): AbbrevTable;
  /** The line table of a unit; undefined when there is none. */
  lineTableOf(unit: Unit): LineTable | undefined;
  /** What one pass over the unit's entries found; an empty index when they are damaged. */
  indexOf(unit: Unit): UnitIndex;
}

/** What a floating-point number of 16 bytes is: x87's with padding, IEEE's binary128, or the sum of two of 8 bytes. */
export type LongFloats = "x87" | "quad" | "pair";

/** Where a unit's indexed forms begin in their sections; DWARF 5, section 3.1.1. */
export interface UnitBases {
  readonly strOffsets: number;
  readonly addresses: number;
  readonly rangeLists: number;
  readonly locationLists: number;
}

/** A unit of an open file: its header and what its first DIE says. */
export interface Unit {
  readonly file: DebugFile;
  readonly header: UnitHeader;
  /** The unit in the main file that stands for this one, when this one is split off. */
  readonly skeleton?: Unit | undefined;
  /** @throws DwarfDamage when the table cannot be read. */
  readonly abbrevs: AbbrevTable;
  /** @throws DwarfDamage when the unit has no readable first DIE. */
  readonly root: Die;
  readonly bytes: SectionBytes;
  readonly isSplit: boolean;
  /** Address ranges and location lists count from here unless they say otherwise. */
  readonly baseAddress: number;
  /** The language of the source, DW_LANG_*. */
  readonly language: number;
  readonly bases: UnitBases;
  /** The address at an index of `.debug_addr`, which is in the main file even for split units. */
  indexedAddress(index: number): number;
  indexedAddressExact(index: number): bigint;
  /** Offset in `.debug_str` of the string at an index of `.debug_str_offsets`. */
  indexedStringOffset(index: number): number;
}

/**
 * One debugging information entry. Attributes are decoded when asked for; asking for one that is not there, or
 * is of another class, gives undefined. Damage in what an attribute points to throws `DwarfDamage`.
 */
export class Die {
  constructor(
    readonly unit: Unit,
    /** From the start of the unit's section. */
    readonly offset: number,
    private readonly abbrev: Abbrev,
    private readonly forms: readonly number[],
    private readonly values: readonly RawValue[],
    /** Where the next entry begins: the first child, when there are any. */
    readonly next: number,
  ) {}

  get tag(): number {
    return this.abbrev.tag;
  }

  get hasChildren(): boolean {
    return this.abbrev.hasChildren;
  }

  has(attribute: number): boolean {
    return this.abbrev.attributes.includes(attribute);
  }

  /** The form an attribute is written in, for the few whose meaning depends on it. */
  formOf(attribute: number): number | undefined {
    const at = this.abbrev.attributes.indexOf(attribute);
    return at < 0 ? undefined : this.forms[at];
  }

  private rawOf(attribute: number): RawValue | undefined {
    const at = this.abbrev.attributes.indexOf(attribute);
    return at < 0 ? undefined : this.values[at];
  }

  flag(attribute: number): boolean {
    const raw = this.rawOf(attribute);
    return raw !== undefined && raw !== 0 && raw !== 0n;
  }

  /** A constant: signed forms give signed values, fixed-size ones are unsigned. */
  constant(attribute: number): bigint | undefined {
    switch (this.formOf(attribute)) {
      case Form.data1:
      case Form.data2:
      case Form.data4:
      case Form.data8:
      case Form.sdata:
      case Form.udata:
      case Form.implicitConst:
      case Form.flag:
        return BigInt(this.rawOf(attribute) as number | bigint);
      default:
        return undefined;
    }
  }

  number(attribute: number): number | undefined {
    const value = this.constant(attribute);
    return value === undefined ? undefined : Number(value);
  }

  /** A section offset; versions before 4 wrote them as constants. */
  offsetOf(attribute: number): number | undefined {
    switch (this.formOf(attribute)) {
      case Form.secOffset:
      case Form.data4:
      case Form.data8:
        return Number(this.rawOf(attribute));
      default:
        return undefined;
    }
  }

  /** An index into a list of range or location lists. */
  listIndex(attribute: number): number | undefined {
    const form = this.formOf(attribute);
    return form === Form.loclistx || form === Form.rnglistx ? (this.rawOf(attribute) as number) : undefined;
  }

  /** An address within the file. */
  address(attribute: number): number | undefined {
    const raw = this.rawOf(attribute);
    switch (this.formOf(attribute)) {
      case Form.addr:
        return Number(raw);
      case Form.addrx:
      case Form.addrx1:
      case Form.addrx2:
      case Form.addrx3:
      case Form.addrx4:
      case Form.gnuAddrIndex:
        return this.unit.indexedAddress(raw as number);
      default:
        return undefined;
    }
  }

  /** A block or an expression. */
  block(attribute: number): Uint8Array | undefined {
    const raw = this.rawOf(attribute);
    return raw instanceof Uint8Array ? raw : undefined;
  }

  string(attribute: number): string | undefined {
    const raw = this.rawOf(attribute) as number | undefined;
    if (raw === undefined) return undefined;
    const { sections, supplementary } = this.unit.file;
    switch (this.formOf(attribute)) {
      case Form.string:
        return stringAt(this.unit.bytes, this.unit.header.section, raw);
      case Form.strp:
        return stringAt(sections.find(".debug_str"), ".debug_str", raw);
      case Form.lineStrp:
        return stringAt(sections.find(".debug_line_str"), ".debug_line_str", raw);
      case Form.strx:
      case Form.strx1:
      case Form.strx2:
      case Form.strx3:
      case Form.strx4:
      case Form.gnuStrIndex:
        return stringAt(sections.find(".debug_str"), ".debug_str", this.unit.indexedStringOffset(raw));
      case Form.strpSup:
      case Form.gnuStrpAlt:
        return supplementary && stringAt(supplementary.sections.find(".debug_str"), ".debug_str", raw);
      default:
        return undefined;
    }
  }

  /** The entry an attribute refers to, in whatever unit or file it is; undefined when that cannot be found. */
  reference(attribute: number): Die | undefined {
    const raw = this.rawOf(attribute);
    if (raw === undefined) return undefined;
    const { file, header } = this.unit;
    switch (this.formOf(attribute)) {
      case Form.ref1:
      case Form.ref2:
      case Form.ref4:
      case Form.ref8:
      case Form.refUdata:
        return this.unitDie(header.offset + Number(raw));
      case Form.refAddr:
        return file.dieAt(Number(raw));
      case Form.refSig8:
        return file.typeBySignature(raw as bigint);
      case Form.refSup4:
      case Form.refSup8:
      case Form.gnuRefAlt:
        return file.supplementary?.dieAt(Number(raw));
      default:
        return undefined;
    }
  }

  /** Offset of an entry of the same unit, unread and unchecked. */
  localReference(attribute: number): number | undefined {
    switch (this.formOf(attribute)) {
      case Form.ref1:
      case Form.ref2:
      case Form.ref4:
      case Form.ref8:
      case Form.refUdata:
        return this.unit.header.offset + Number(this.rawOf(attribute));
      default:
        return undefined;
    }
  }

  private unitDie(offset: number): Die | undefined {
    const { firstDie, end } = this.unit.header;
    return offset >= firstDie && offset < end ? readDie(this.unit, offset) : undefined;
  }
}

/** Over the entries of a unit, from an offset of its section on. */
export function readerOf({ bytes, file, header: { section, end } }: Unit, offset: number): DataReader {
  return new DataReader(bytes, section, file.sections.littleEndian, offset, end);
}

/**
 * Reads the entry at an offset of the unit's section.
 * @returns undefined for the null entry that ends a list of children
 * @throws DwarfDamage
 */
export function readDie(unit: Unit, offset: number): Die | undefined {
  const reader = readerOf(unit, offset);
  const code = reader.uleb();
  if (code === 0) return undefined;
  const abbrev = abbrevOf(unit, code, reader);
  const count = abbrev.forms.length;
  const values: RawValue[] = new Array(count);
  let forms: readonly number[] = abbrev.forms;
  for (let index = 0; index < count; index++) {
    let form = forms[index]!;
    if (form === Form.indirect) {
      form = reader.uleb();
      forms = forms.with(index, form);
    }
    values[index] =
      form === Form.implicitConst ? (abbrev.implicit[index] ?? 0n) : readForm(reader, form, unit.header);
  }
  return new Die(unit, offset, abbrev, forms, values, reader.position);
}

/** The direct children of an entry, in order. Ends early, without an error, where the unit ends. */
export function* childrenOf(die: Die): Generator<Die> {
  if (!die.hasChildren) return;
  const { end } = die.unit.header;
  let position = die.next;
  while (position < end) {
    const child = readDie(die.unit, position);
    if (child === undefined) return;
    yield child;
    position = endOfSubtree(child);
  }
}

/** Where the entry after all descendants of `die` begins: by its sibling attribute, else by passing them. */
function endOfSubtree(die: Die): number {
  if (!die.hasChildren) return die.next;
  const { unit } = die;
  const { end } = unit.header;
  const sibling = die.localReference(Attr.sibling);
  // A sibling that does not lie ahead would make a cycle.
  if (sibling !== undefined && sibling > die.next && sibling <= end) return sibling;
  const reader = readerOf(unit, die.next);
  let depth = 1;
  while (depth > 0 && !reader.isAtEnd) {
    const abbrev = skipDie(unit, reader);
    if (abbrev === undefined) depth--;
    else if (abbrev.hasChildren) depth++;
  }
  return reader.position;
}

/** Passes one entry; says its abbreviation, or undefined for a null entry. */
function skipDie(unit: Unit, reader: DataReader): Abbrev | undefined {
  const code = reader.uleb();
  if (code === 0) return undefined;
  const abbrev = abbrevOf(unit, code, reader);
  skipAttributes(unit, reader, abbrev);
  return abbrev;
}

/** @throws DwarfDamage when the unit's table does not declare the code. */
export function abbrevOf(unit: Unit, code: number, reader: DataReader): Abbrev {
  return unit.abbrevs.get(code) ?? reader.fail(`uses the abbreviation ${code}, which is not declared`);
}

export function skipAttributes(unit: Unit, reader: DataReader, abbrev: Abbrev): void {
  if (abbrev.fixedSize >= 0) {
    reader.take(abbrev.fixedSize);
    return;
  }
  const { forms, sizes } = abbrev;
  for (let index = 0; index < forms.length; index++) {
    let form = forms[index]!;
    let size = sizes[index]!;
    if (form === Form.indirect) {
      form = reader.uleb();
      size = fixedSizeOf(form, unit.header);
    }
    skipForm(reader, form, size);
  }
}
