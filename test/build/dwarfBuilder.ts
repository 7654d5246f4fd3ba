import { DwarfFile, type DwarfFileOptions } from "../../analyzer/formats/dwarf/dwarfFile";
import { Sections } from "../../analyzer/formats/dwarf/sections";

/** Debug information written entry by entry, for units of a few entries and for damaged ones. */

export interface Entry {
  /** Lets other entries refer to this one. */
  readonly label?: string;
  readonly tag: number;
  /** Attribute, form and value; a text as the value of a reference is a label. */
  readonly attributes: readonly (readonly [attribute: number, form: number, value: FormValue])[];
  readonly children?: readonly Entry[];
}

export type FormValue = number | bigint | string | readonly number[];

/** The forms the builder writes. */
export const forms = {
  addr: 0x01,
  data1: 0x0b,
  data4: 0x06,
  string: 0x08,
  block1: 0x0a,
  exprloc: 0x18,
  ref4: 0x13,
  secOffset: 0x17,
  flagPresent: 0x19,
} as const;

export type SectionTable = Record<string, Uint8Array>;

/** One compile unit of version 5 around the entries. */
export function buildUnit(root: Entry): SectionTable {
  const abbrev: number[] = [];
  const info: number[] = [];
  const labels = new Map<string, number>();
  const references: { at: number; label: string }[] = [];
  let codes = 0;
  const headerBytes = 12;
  const write = (entry: Entry): void => {
    const code = ++codes;
    abbrev.push(...uleb(code), ...uleb(entry.tag), entry.children === undefined ? 0 : 1);
    if (entry.label !== undefined) labels.set(entry.label, headerBytes + info.length);
    info.push(...uleb(code));
    for (const [attribute, form, value] of entry.attributes) {
      abbrev.push(...uleb(attribute), ...uleb(form));
      if (form === forms.ref4 && typeof value === "string")
        references.push({ at: info.length, label: value });
      info.push(...formBytes(form, value));
    }
    abbrev.push(0, 0);
    if (entry.children === undefined) return;
    for (const child of entry.children) write(child);
    info.push(0);
  };
  write(root);
  abbrev.push(0);
  for (const { at, label } of references) info.splice(at, 4, ...u32(labels.get(label) ?? 0));
  const header = [...u32(info.length + 8), 5, 0, 1, 8, 0, 0, 0, 0];
  return {
    ".debug_info": Uint8Array.from([...header, ...info]),
    ".debug_abbrev": Uint8Array.from(abbrev),
  };
}

export function openSections(sections: SectionTable, options: DwarfFileOptions = {}): DwarfFile {
  return new DwarfFile(new Sections((name) => sections[name]), options);
}

/** `.debug_aranges` with one table for a unit at an offset. */
export function addressTable(unitOffset: number, ranges: readonly (readonly [number, number])[]): number[] {
  const tuples = [...ranges, [0, 0] as const].flatMap(([start, length]) => [
    ...u64(BigInt(start)),
    ...u64(BigInt(length)),
  ]);
  const head = [2, 0, ...u32(unitOffset), 8, 0, 0, 0, 0, 0];
  return [...u32(head.length + tuples.length), ...head, ...tuples];
}

/** Units of {@link buildUnit} one after the other, each with its own abbreviations, and where each begins. */
export function joinUnits(...tables: readonly SectionTable[]): { sections: SectionTable; offsets: number[] } {
  const info: number[] = [];
  const abbrev: number[] = [];
  const offsets: number[] = [];
  for (const table of tables) {
    offsets.push(info.length);
    const unit = [...table[".debug_info"]!];
    unit.splice(8, 4, ...u32(abbrev.length));
    info.push(...unit);
    abbrev.push(...table[".debug_abbrev"]!);
  }
  return {
    sections: { ".debug_info": Uint8Array.from(info), ".debug_abbrev": Uint8Array.from(abbrev) },
    offsets,
  };
}

export function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte + 128 : byte);
  } while (rest > 0);
  return bytes;
}

export function u32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => Math.floor(value / 2 ** shift) % 256);
}

function u64(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

function formBytes(form: number, value: FormValue): number[] {
  switch (form) {
    case forms.addr:
      return u64(BigInt(value as number | bigint));
    case forms.data1:
      return [value as number];
    case forms.data4:
    case forms.secOffset:
      return u32(value as number);
    case forms.ref4:
      return typeof value === "string" ? [0, 0, 0, 0] : u32(value as number);
    case forms.string:
      return [...new TextEncoder().encode(value as string), 0];
    case forms.block1:
    case forms.exprloc:
      return [(value as readonly number[]).length, ...(value as readonly number[])];
    case forms.flagPresent:
      return [];
    default:
      throw new Error(`The builder does not write form ${form}`);
  }
}
