import { type Abbrev, fixedSizeOf } from "./abbrev";
import { Attr, Form } from "./constants";
import { DataReader, stringAt } from "./dataReader";
import type { Unit } from "./units";

/** A form's undecoded value: indexes and offsets stay as they are until somebody asks. */
type RawValue = number | bigint | Uint8Array;

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

/**
 * Reads the entry at an offset of the unit's section.
 * @returns undefined for the null entry that ends a list of children
 * @throws DwarfDamage
 */
export function readDie(unit: Unit, offset: number): Die | undefined {
  const { section, end } = unit.header;
  const reader = new DataReader(unit.bytes, section, offset, end);
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
      form === Form.implicitConst ? (abbrev.implicit[index] ?? 0n) : readRaw(reader, form, unit);
  }
  return new Die(unit, offset, abbrev, forms, values, reader.position);
}

function readRaw(reader: DataReader, form: number, { header }: Unit): RawValue {
  const { is64, addressSize, version } = header;
  switch (form) {
    case Form.addr:
      return reader.addressAsNumber(addressSize);
    case Form.data1:
    case Form.flag:
    case Form.ref1:
    case Form.strx1:
    case Form.addrx1:
      return reader.u8();
    case Form.data2:
    case Form.ref2:
    case Form.strx2:
    case Form.addrx2:
      return reader.u16();
    case Form.strx3:
    case Form.addrx3:
      return reader.u24();
    case Form.data4:
    case Form.ref4:
    case Form.refSup4:
    case Form.strx4:
    case Form.addrx4:
      return reader.u32();
    case Form.data8:
    case Form.ref8:
    case Form.refSig8:
    case Form.refSup8:
      return reader.u64();
    case Form.data16:
      return reader.block(16);
    case Form.sdata:
      return reader.slebExact();
    case Form.udata:
      return reader.ulebExact();
    case Form.refUdata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
    case Form.gnuAddrIndex:
    case Form.gnuStrIndex:
      return reader.uleb();
    case Form.strp:
    case Form.secOffset:
    case Form.lineStrp:
    case Form.strpSup:
    case Form.gnuRefAlt:
    case Form.gnuStrpAlt:
      return reader.offset(is64);
    case Form.refAddr:
      return version <= 2 ? reader.addressAsNumber(addressSize) : reader.offset(is64);
    case Form.flagPresent:
      return 1;
    case Form.string: {
      const start = reader.position;
      reader.skipString();
      return start;
    }
    case Form.block1:
      return reader.block(reader.u8());
    case Form.block2:
      return reader.block(reader.u16());
    case Form.block4:
      return reader.block(reader.u32());
    case Form.block:
    case Form.exprloc:
      return reader.block(reader.uleb());
    default:
      return reader.fail(`uses the unknown form 0x${form.toString(16)}`);
  }
}

/** Passes one attribute without decoding it. */
function skipForm(reader: DataReader, form: number, size: number): void {
  if (size >= 0) {
    reader.take(size);
    return;
  }
  switch (form) {
    case Form.sdata:
    case Form.udata:
    case Form.refUdata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
    case Form.gnuAddrIndex:
    case Form.gnuStrIndex:
      reader.skipLeb();
      return;
    case Form.string:
      reader.skipString();
      return;
    case Form.block1:
      reader.take(reader.u8());
      return;
    case Form.block2:
      reader.take(reader.u16());
      return;
    case Form.block4:
      reader.take(reader.u32());
      return;
    case Form.block:
    case Form.exprloc:
      reader.take(reader.uleb());
      return;
    default:
      reader.fail(`uses the unknown form 0x${form.toString(16)}`);
  }
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
  const { end, section } = unit.header;
  const sibling = die.localReference(Attr.sibling);
  // A sibling that does not lie ahead would make a cycle.
  if (sibling !== undefined && sibling > die.next && sibling <= end) return sibling;
  const reader = new DataReader(unit.bytes, section, die.next, end);
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
