import { piecesOf } from "../../base/pagedBytes";
import { Attr, Form, UnitType } from "./constants";
import type { SectionBytes } from "./dataReader";
import type { DebugFile, Unit } from "./dies";

const namesKept = 200;

/**
 * Tells without decoding entries whether a unit can hold a name: looks for the name, or for the offset of the name in
 * the string section, among its bytes. Says yes too often, never no by mistake; passing a gigabyte takes a second or
 * two, decoding it minutes.
 */
export class NameMentions {
  /** Offsets of a name in a string section, by section and name. */
  private readonly offsets = new Map<SectionBytes, Map<string, readonly number[]>>();
  /** Whether a file's type units mention a name. */
  private readonly inTypeUnits = new Map<DebugFile, Map<string, boolean>>();
  /** Whether anything in a file mentions a name: most files do not, and are passed once instead of unit by unit. */
  private readonly inFiles = new Map<DebugFile, Map<string, boolean>>();

  mayMention(unit: Unit, name: string): boolean {
    const { file } = unit;
    // An entry can take its name from the file that several files share, or from a declaration in a type unit.
    if (file.supplementary !== undefined && this.isInFile(file.supplementary, name)) return true;
    if (!this.isInFile(file, name)) return false;
    if (file.hasTypeUnits && this.isInTypeUnits(file, name)) return true;
    return this.isIn(unit, name);
  }

  private isInTypeUnits(file: DebugFile, name: string): boolean {
    return remembered(this.inTypeUnits, file, name, () =>
      file.units.some((unit) => isTypeUnit(unit) && this.isIn(unit, name)),
    );
  }

  private isInFile(file: DebugFile, name: string): boolean {
    return remembered(this.inFiles, file, name, () => {
      const { sections } = file;
      const isIndexed = sections.find(".debug_str_offsets") !== undefined;
      if (isIndexed && this.offsetsOf(sections.find(".debug_str"), name).length > 0) return true;
      const looksIn = this.searchIn(file, name);
      return [sections.find(".debug_info"), sections.find(".debug_types")].some(
        (bytes) => bytes !== undefined && looksIn(bytes, 0, bytes.byteLength),
      );
    });
  }

  private isIn(unit: Unit, name: string): boolean {
    const own = this.offsetsOf(unit.file.sections.find(".debug_str"), name);
    const form = unit.root.formOf(Attr.name);
    const isIndexed = form !== undefined && indexedForms.has(form);
    if (isIndexed && indexHolds(unit, new Set(own))) return true;
    return this.searchIn(unit.file, name)(unit.bytes, unit.header.offset, unit.header.end);
  }

  /** Looks for the name itself and for where the file's strings have it. */
  private searchIn(
    { sections, supplementary }: DebugFile,
    name: string,
  ): (bytes: SectionBytes, start: number, end: number) => boolean {
    const own = this.offsetsOf(sections.find(".debug_str"), name);
    const shared = this.offsetsOf(supplementary?.sections.find(".debug_str"), name);
    const text = textBytes(name);
    const words = wordSearch([...own, ...shared], sections.littleEndian);
    return (bytes, start, end) => {
      for (const piece of piecesOf(bytes, start, end, Math.max(text.length, 4) - 1))
        if (positionOf(piece, text, 0) >= 0 || words(piece)) return true;
      return false;
    };
  }

  private offsetsOf(strings: SectionBytes | undefined, name: string): readonly number[] {
    if (strings === undefined) return [];
    return remembered(this.offsets, strings, name, () => positionsOf(strings, textBytes(name)));
  }
}

function remembered<K, T>(kept: Map<K, Map<string, T>>, key: K, name: string, find: () => T): T {
  let byName = kept.get(key);
  if (byName === undefined) {
    byName = new Map();
    kept.set(key, byName);
  }
  let found = byName.get(name);
  if (found === undefined) {
    found = find();
    byName.set(name, found);
    if (byName.size > namesKept) byName.delete(byName.keys().next().value!);
  }
  return found;
}

function isTypeUnit({ header: { type } }: Unit): boolean {
  return type === UnitType.type || type === UnitType.splitType;
}

const indexedForms: ReadonlySet<number> = new Set([
  Form.strx,
  Form.strx1,
  Form.strx2,
  Form.strx3,
  Form.strx4,
  Form.gnuStrIndex,
]);

function textBytes(name: string): Uint8Array {
  return new TextEncoder().encode(`${name}\0`);
}

/** Short names end so many strings that looking for each offset by itself takes longer than for all at once. */
const mostSingleWords = 4;

/** Looks for any of some offsets, as 32-bit DWARF writes them. */
function wordSearch(offsets: readonly number[], littleEndian: boolean): (bytes: Uint8Array) => boolean {
  if (offsets.length <= mostSingleWords) {
    const words = offsets.map((offset) => wordBytes(offset, littleEndian));
    return (bytes) => words.some((word) => positionOf(bytes, word, 0) >= 0);
  }
  const wanted = new Set(offsets);
  // Nearly every word fails by its low half.
  const lowHalves = new Uint8Array(1 << 16);
  for (const offset of offsets) lowHalves[offset & 0xffff] = 1;
  const [first, second, third, fourth] = littleEndian ? [0, 1, 2, 3] : [3, 2, 1, 0];
  return (bytes) => {
    for (let at = 0; at + 4 <= bytes.length; at++) {
      const low = bytes[at + first]! | (bytes[at + second]! << 8);
      if (lowHalves[low] === 0) continue;
      const high = bytes[at + third]! + bytes[at + fourth]! * 256;
      if (wanted.has(high * 0x1_0000 + low)) return true;
    }
    return false;
  };
}

function wordBytes(offset: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, offset, littleEndian);
  return bytes;
}

/** Also inside longer names: the linker lets a name share the end of another. */
function positionsOf(bytes: SectionBytes, wanted: Uint8Array): number[] {
  const found = new Set<number>();
  let start = 0;
  for (const piece of piecesOf(bytes, 0, bytes.byteLength, wanted.length - 1)) {
    for (let at = positionOf(piece, wanted, 0); at >= 0; at = positionOf(piece, wanted, at + 1))
      found.add(start + at);
    start += piece.length - (wanted.length - 1);
  }
  return [...found];
}

/** Letters by how often they begin or are in names; what is not listed is rarer. */
const frequent = "\0etaionrs_lcdmpugfhybv";

/** Where `wanted` is in `bytes` from a position on, or -1: hops from one of its rarest bytes to the next. */
function positionOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  let pivot = 0;
  let rarity = -1;
  for (let at = 0; at < wanted.length; at++) {
    const rank = frequent.indexOf(String.fromCharCode(wanted[at]!));
    const own = rank < 0 ? frequent.length : rank;
    if (own > rarity) {
      rarity = own;
      pivot = at;
    }
  }
  const last = bytes.length - wanted.length;
  const byte = wanted[pivot]!;
  for (let at = bytes.indexOf(byte, from + pivot); at >= 0; at = bytes.indexOf(byte, at + 1)) {
    const start = at - pivot;
    if (start > last) return -1;
    if (wanted.every((each, index) => bytes[start + index] === each)) return start;
  }
  return -1;
}

/** The unit's own part of `.debug_str_offsets`, whose length stands before it from version 5 on. */
function indexHolds(unit: Unit, offsets: ReadonlySet<number>): boolean {
  if (offsets.size === 0) return false;
  const section = ".debug_str_offsets";
  const { sections } = unit.file;
  const bytes = sections.get(section);
  const { is64, version } = unit.header;
  const base = unit.bases.strOffsets;
  let end = bytes.byteLength;
  if (version >= 5 && !is64 && base >= 8)
    end = Math.min(end, base - 4 + sections.reader(section, base - 8).u32());
  const reader = sections.reader(section, Math.min(base, end)).slice(Math.min(base, end), end);
  const width = is64 ? 8 : 4;
  while (reader.position + width <= end) if (offsets.has(reader.offset(is64))) return true;
  return false;
}
