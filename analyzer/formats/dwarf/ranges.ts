import { Attr, RangeEntry } from "./constants";
import type { Die, Unit } from "./dies";
import type { Sections } from "./sections";

/** Addresses within the file, `end` exclusive. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** A list longer than this is damage: the largest units of real programs have some ten thousand. */
const longestList = 1 << 20;

/**
 * The code an entry covers, from its low and high pc or its range list. Ranges the linker dropped (at address 0
 * or beyond any file) and empty ones are left out.
 * @throws DwarfDamage
 */
export function rangesOf(die: Die): AddressRange[] {
  return rawRangesOf(die).filter(({ start, end }) => start > 0 && end > start && end < 2 ** 53);
}

/** True when `address` lies in the code of an entry. */
export function covers(die: Die, address: number): boolean {
  return rangesOf(die).some(({ start, end }) => address >= start && address < end);
}

function rawRangesOf(die: Die): AddressRange[] {
  if (die.has(Attr.ranges)) return listedRangesOf(die);
  const start = die.address(Attr.lowPc);
  if (start === undefined) return [];
  const end = die.address(Attr.highPc);
  if (end !== undefined) return [{ start, end }];
  const length = die.number(Attr.highPc);
  return length === undefined ? [] : [{ start, end: start + length }];
}

function listedRangesOf(die: Die): AddressRange[] {
  const { unit } = die;
  const index = die.listIndex(Attr.ranges);
  if (index !== undefined) return readRangeList(unit, indexedListOffset(unit, index));
  const offset = die.offsetOf(Attr.ranges);
  if (offset === undefined) return [];
  if (unit.header.version >= 5) return readRangeList(unit, offset);
  // Split units of version 4 count from the base their skeleton names; the skeleton itself does not.
  const base = unit.skeleton?.root.offsetOf(Attr.gnuRangesBase) ?? 0;
  return readOldRangeList(unit, base + offset);
}

function indexedListOffset(unit: Unit, index: number): number {
  const { is64 } = unit.header;
  const base = unit.bases.rangeLists;
  const reader = unit.file.sections.reader(".debug_rnglists", base + index * (is64 ? 8 : 4));
  return base + reader.offset(is64);
}

/** A list of `.debug_rnglists`; DWARF 5, section 2.17.3. */
function readRangeList(unit: Unit, offset: number): AddressRange[] {
  const reader = unit.file.sections.reader(".debug_rnglists", offset);
  const size = unit.header.addressSize;
  const ranges: AddressRange[] = [];
  let base = unit.baseAddress;
  while (ranges.length < longestList) {
    const kind = reader.u8();
    switch (kind) {
      case RangeEntry.endOfList:
        return ranges;
      case RangeEntry.baseAddressx:
        base = unit.indexedAddress(reader.uleb());
        break;
      case RangeEntry.baseAddress:
        base = reader.addressAsNumber(size);
        break;
      case RangeEntry.startxEndx: {
        const start = unit.indexedAddress(reader.uleb());
        ranges.push({ start, end: unit.indexedAddress(reader.uleb()) });
        break;
      }
      case RangeEntry.startxLength: {
        const start = unit.indexedAddress(reader.uleb());
        ranges.push({ start, end: start + reader.uleb() });
        break;
      }
      case RangeEntry.offsetPair: {
        const start = base + reader.uleb();
        ranges.push({ start, end: base + reader.uleb() });
        break;
      }
      case RangeEntry.startEnd: {
        const start = reader.addressAsNumber(size);
        ranges.push({ start, end: reader.addressAsNumber(size) });
        break;
      }
      case RangeEntry.startLength: {
        const start = reader.addressAsNumber(size);
        ranges.push({ start, end: start + reader.uleb() });
        break;
      }
      default:
        reader.fail(`has the unknown range entry ${kind}`);
    }
  }
  return reader.fail("has a range list that does not end");
}

/** A list of `.debug_ranges`; DWARF 4, section 2.17.3. */
function readOldRangeList(unit: Unit, offset: number): AddressRange[] {
  const file = unit.skeleton?.file ?? unit.file;
  const reader = file.sections.reader(".debug_ranges", offset);
  const size = unit.header.addressSize;
  const baseMarker = size === 8 ? 2 ** 64 : 2 ** 32 - 1;
  const ranges: AddressRange[] = [];
  let base = unit.baseAddress;
  while (ranges.length < longestList) {
    const start = reader.addressAsNumber(size);
    const end = reader.addressAsNumber(size);
    if (start === 0 && end === 0) return ranges;
    if (start >= baseMarker) base = end;
    else ranges.push({ start: base + start, end: base + end });
  }
  return reader.fail("has a range list that does not end");
}

/**
 * Reads `.debug_aranges`: for each unit listed, by its offset in `.debug_info`, the code it covers. DWARF 5, section 6.1.2.
 * Ranges are handed out one by one, because there may be millions; `unitDone` follows those of each table.
 * @throws DwarfDamage
 */
export function readAddressRanges(
  sections: Sections,
  range: (unitOffset: number, start: number, end: number) => void,
  unitDone: (unitOffset: number) => void,
): void {
  const { byteLength } = sections.get(".debug_aranges");
  let offset = 0;
  while (offset + 12 <= byteLength) {
    const reader = sections.reader(".debug_aranges", offset);
    let length = reader.u32();
    const is64 = length === 0xffff_ffff;
    if (is64) length = reader.u64AsNumber();
    const end = reader.position + length;
    if (length < 8 || end > byteLength) reader.fail(`has a table of ${length} bytes`);
    const version = reader.u16();
    const unitOffset = reader.offset(is64);
    const size = reader.u8();
    const segmentSize = reader.u8();
    if (version === 2 && segmentSize === 0 && (size === 8 || size === 4)) {
      const past = (reader.position - offset) % (2 * size);
      if (past !== 0) reader.take(2 * size - past);
      let isListed = false;
      while (reader.position + 2 * size <= end) {
        const start = reader.addressAsNumber(size);
        const rangeLength = reader.addressAsNumber(size);
        if (start === 0 && rangeLength === 0) break;
        if (start === 0 || rangeLength === 0) continue;
        range(unitOffset, start, start + rangeLength);
        isListed = true;
      }
      if (isListed) unitDone(unitOffset);
    }
    offset = end;
  }
}
