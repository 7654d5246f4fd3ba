import { Attr, Form } from "./constants";
import { DataReader } from "./dataReader";
import type { Unit } from "./units";

const namesKept = 200;

/**
 * Tells without decoding entries whether a unit can hold a name: looks for the name, or for the offset of the name in
 * the string section, among its bytes. Says yes too often, never no by mistake; passing a hundred megabytes takes a
 * second, decoding them a minute.
 */
export class NameMentions {
  /** Offsets of a name in a string section, by section and name. */
  private readonly offsets = new Map<Uint8Array, Map<string, ReadonlySet<number>>>();

  mayMention(unit: Unit, name: string): boolean {
    const { file } = unit;
    // An entry can take its name from a declaration in a type unit, or from a string of the shared file.
    if (file.supplementary !== undefined || file.hasTypeUnits) return true;
    const strings = file.sections.find(".debug_str");
    const known = strings === undefined ? new Set<number>() : this.offsetsOf(strings, name);
    const form = unit.root.formOf(Attr.name);
    const isIndexed = form !== undefined && indexedForms.has(form);
    if (isIndexed && indexHolds(unit, known)) return true;
    const { offset, end } = unit.header;
    return holds(unit.bytes, offset, end, new TextEncoder().encode(`${name}\0`), known);
  }

  private offsetsOf(strings: Uint8Array, name: string): ReadonlySet<number> {
    let byName = this.offsets.get(strings);
    if (byName === undefined) {
      byName = new Map();
      this.offsets.set(strings, byName);
    }
    let found = byName.get(name);
    if (found === undefined) {
      found = positionsOf(strings, new TextEncoder().encode(`${name}\0`));
      byName.set(name, found);
      if (byName.size > namesKept) byName.delete(byName.keys().next().value!);
    }
    return found;
  }
}

const indexedForms: ReadonlySet<number> = new Set([
  Form.strx,
  Form.strx1,
  Form.strx2,
  Form.strx3,
  Form.strx4,
  Form.gnuStrIndex,
]);

/** Also inside longer names: the linker lets a name share the end of another. */
function positionsOf(bytes: Uint8Array, wanted: Uint8Array): Set<number> {
  const found = new Set<number>();
  const first = wanted[0]!;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (startsWith(bytes, at, wanted)) found.add(at);
  return found;
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (at + wanted.length > bytes.length) return false;
  for (let index = 1; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** True when the text itself, or one of the offsets in four bytes, is between two places. */
function holds(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: Uint8Array,
  offsets: ReadonlySet<number>,
): boolean {
  const first = text[0]!;
  let word = 0;
  for (let at = start; at < end; at++) {
    // The four bytes that end here, as a little-endian number: `>>> 0` keeps it unsigned.
    word = ((word >>> 8) | (bytes[at]! << 24)) >>> 0;
    if (offsets.has(word)) return true;
    if (bytes[at] === first && startsWith(bytes, at, text)) return true;
  }
  return false;
}

/** The unit's own part of `.debug_str_offsets`, whose length stands before it from version 5 on. */
function indexHolds(unit: Unit, offsets: ReadonlySet<number>): boolean {
  const section = ".debug_str_offsets";
  const bytes = unit.file.sections.get(section);
  const { is64, version } = unit.header;
  const base = unit.bases.strOffsets;
  let end = bytes.byteLength;
  if (version >= 5 && !is64 && base >= 8)
    end = Math.min(end, base - 4 + new DataReader(bytes, section, base - 8).u32());
  const reader = new DataReader(bytes, section, Math.min(base, end), end);
  const width = is64 ? 8 : 4;
  while (reader.position + width <= end) if (offsets.has(reader.offset(is64))) return true;
  return false;
}
