import { Attr, Form, Tag } from "./constants";
import { DataReader, type SectionBytes } from "./dataReader";

/** One declaration of `.debug_abbrev`: the shape of the DIEs that carry its code. DWARF 5, section 7.5.3. */
export interface Abbrev {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly number[];
  readonly forms: readonly number[];
  /** Values of DW_FORM_implicit_const, at the attribute's position. */
  readonly implicit: readonly (bigint | undefined)[];
  /** Bytes each form takes, -1 where that depends on the data. */
  readonly sizes: readonly number[];
  /** Sum of the sizes of all forms when each has a fixed size, else -1. */
  readonly fixedSize: number;
}

export function isFunctionWithCode({ tag, attributes }: Abbrev): boolean {
  return tag === Tag.subprogram && (attributes.includes(Attr.lowPc) || attributes.includes(Attr.ranges));
}

/** What decides the size of a form besides the form itself. */
export interface FormSizes {
  readonly addressSize: number;
  readonly is64: boolean;
  readonly version: number;
}

/**
 * The declarations of one unit, read as far as they are asked for: the first entry of a unit, which is all that most
 * units are ever asked for, nearly always has the first code.
 */
export class AbbrevTable {
  private readonly known = new Map<number, Abbrev>();
  private isComplete = false;

  constructor(
    private readonly reader: DataReader,
    private readonly sizes: FormSizes,
  ) {}

  /** @returns undefined when the table does not declare the code @throws DwarfDamage */
  get(code: number): Abbrev | undefined {
    const known = this.known.get(code);
    if (known !== undefined || this.isComplete) return known;
    return this.readUntil((_, next) => next === code);
  }

  /** Whether a declaration is such. @throws DwarfDamage */
  some(isSuch: (abbrev: Abbrev) => boolean): boolean {
    for (const abbrev of this.known.values()) if (isSuch(abbrev)) return true;
    return !this.isComplete && this.readUntil(isSuch) !== undefined;
  }

  private readUntil(isSuch: (abbrev: Abbrev, code: number) => boolean): Abbrev | undefined {
    const { reader } = this;
    // Also when damage is found: what comes after it is not read.
    this.isComplete = true;
    while (!reader.isAtEnd) {
      const code = reader.uleb();
      if (code === 0) break;
      const abbrev = readAbbrev(reader, this.sizes);
      this.known.set(code, abbrev);
      if (!isSuch(abbrev, code)) continue;
      this.isComplete = false;
      return abbrev;
    }
    return undefined;
  }
}

/** The table at `offset`, which has no numbers of a fixed width; it ends at code 0 or with the section. @throws DwarfDamage */
export function abbrevTableAt(section: SectionBytes, offset: number, sizes: FormSizes): AbbrevTable {
  return new AbbrevTable(new DataReader(section, ".debug_abbrev", true, offset), sizes);
}

function readAbbrev(reader: DataReader, formSizes: FormSizes): Abbrev {
  const tag = reader.uleb();
  const hasChildren = reader.u8() !== 0;
  const attributes: number[] = [];
  const forms: number[] = [];
  const implicit: (bigint | undefined)[] = [];
  const sizes: number[] = [];
  let fixedSize = 0;
  for (;;) {
    const attribute = reader.uleb();
    const form = reader.uleb();
    if (attribute === 0 && form === 0) break;
    attributes.push(attribute);
    forms.push(form);
    implicit.push(form === Form.implicitConst ? reader.slebExact() : undefined);
    const size = fixedSizeOf(form, formSizes);
    sizes.push(size);
    fixedSize = fixedSize < 0 || size < 0 ? -1 : fixedSize + size;
  }
  return { tag, hasChildren, attributes, forms, implicit, sizes, fixedSize };
}

/** Bytes a form takes in `.debug_info`; -1 when that depends on the data. */
export function fixedSizeOf(form: number, { addressSize, is64, version }: FormSizes): number {
  switch (form) {
    case Form.flagPresent:
    case Form.implicitConst:
      return 0;
    case Form.data1:
    case Form.flag:
    case Form.ref1:
    case Form.strx1:
    case Form.addrx1:
      return 1;
    case Form.data2:
    case Form.ref2:
    case Form.strx2:
    case Form.addrx2:
      return 2;
    case Form.strx3:
    case Form.addrx3:
      return 3;
    case Form.data4:
    case Form.ref4:
    case Form.refSup4:
    case Form.strx4:
    case Form.addrx4:
      return 4;
    case Form.data8:
    case Form.ref8:
    case Form.refSig8:
    case Form.refSup8:
      return 8;
    case Form.data16:
      return 16;
    case Form.addr:
      return addressSize;
    case Form.refAddr:
      return version <= 2 ? addressSize : is64 ? 8 : 4;
    case Form.strp:
    case Form.secOffset:
    case Form.lineStrp:
    case Form.strpSup:
    case Form.gnuRefAlt:
    case Form.gnuStrpAlt:
      return is64 ? 8 : 4;
    default:
      return -1;
  }
}
