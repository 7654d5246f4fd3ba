import { LocationEntry } from "./constants";
import type { Die, Unit } from "./dies";

/** How an attribute says where something is at one place of the code. */
export type LocationDescription =
  | { readonly kind: "expression"; readonly expression: Uint8Array }
  /** The attribute has a list, and nothing in it is about this place: the value is in no register and no memory there. */
  | { readonly kind: "notHere" }
  /** The entry has no such attribute. */
  | { readonly kind: "none" };

/** A longer list is damage. */
const longestList = 1 << 20;

/** What a location attribute says at an address of the file. DWARF 5, section 2.6. @throws DwarfDamage */
export function locationAt(die: Die, attribute: number, address: number): LocationDescription {
  const block = die.block(attribute);
  if (block !== undefined) return { kind: "expression", expression: block };
  const { unit } = die;
  const index = die.listIndex(attribute);
  if (index !== undefined) return found(findInList(unit, indexedOffset(unit, index), address));
  const offset = die.offsetOf(attribute);
  if (offset === undefined) return { kind: "none" };
  if (unit.header.version >= 5) return found(findInList(unit, offset, address));
  return found(unit.isSplit ? findInSplitList(unit, offset, address) : findInOldList(unit, offset, address));
}

function found(expression: Uint8Array | undefined): LocationDescription {
  return expression === undefined ? { kind: "notHere" } : { kind: "expression", expression };
}

function indexedOffset(unit: Unit, index: number): number {
  const { is64 } = unit.header;
  const base = unit.bases.locationLists;
  return base + unit.file.sections.reader(".debug_loclists", base + index * (is64 ? 8 : 4)).offset(is64);
}

/** A list of `.debug_loclists`; DWARF 5, section 7.7.3. */
function findInList(unit: Unit, offset: number, address: number): Uint8Array | undefined {
  const reader = unit.file.sections.reader(".debug_loclists", offset);
  const size = unit.header.addressSize;
  let base = unit.baseAddress;
  let fallback: Uint8Array | undefined;
  for (let count = 0; count < longestList; count++) {
    const kind = reader.u8();
    let start: number;
    let end: number;
    switch (kind) {
      case LocationEntry.endOfList:
        return fallback;
      case LocationEntry.baseAddressx:
        base = unit.indexedAddress(reader.uleb());
        continue;
      case LocationEntry.baseAddress:
        base = reader.addressAsNumber(size);
        continue;
      case LocationEntry.gnuViewPair:
        reader.skipLeb();
        reader.skipLeb();
        continue;
      case LocationEntry.defaultLocation:
        fallback = reader.block(reader.uleb());
        continue;
      case LocationEntry.startxEndx:
        start = unit.indexedAddress(reader.uleb());
        end = unit.indexedAddress(reader.uleb());
        break;
      case LocationEntry.startxLength:
        start = unit.indexedAddress(reader.uleb());
        end = start + reader.uleb();
        break;
      case LocationEntry.offsetPair:
        start = base + reader.uleb();
        end = base + reader.uleb();
        break;
      case LocationEntry.startEnd:
        start = reader.addressAsNumber(size);
        end = reader.addressAsNumber(size);
        break;
      case LocationEntry.startLength:
        start = reader.addressAsNumber(size);
        end = start + reader.uleb();
        break;
      default:
        return reader.fail(`has the unknown location entry ${kind}`);
    }
    const expression = reader.block(reader.uleb());
    if (address >= start && address < end) return expression;
  }
  return reader.fail("has a location list that does not end");
}

/** A list of `.debug_loc`; DWARF 4, section 2.6.2. */
function findInOldList(unit: Unit, offset: number, address: number): Uint8Array | undefined {
  const reader = unit.file.sections.reader(".debug_loc", offset);
  const size = unit.header.addressSize;
  const baseMarker = size === 8 ? 2 ** 64 : 2 ** 32 - 1;
  let base = unit.baseAddress;
  for (let count = 0; count < longestList; count++) {
    const start = reader.addressAsNumber(size);
    const end = reader.addressAsNumber(size);
    if (start === 0 && end === 0) return undefined;
    if (start >= baseMarker) {
      base = end;
      continue;
    }
    const expression = reader.block(reader.u16());
    if (address >= base + start && address < base + end) return expression;
  }
  return reader.fail("has a location list that does not end");
}

/** A list of `.debug_loc.dwo` as the GNU extension to version 4 wrote it, before version 5 settled the form. */
function findInSplitList(unit: Unit, offset: number, address: number): Uint8Array | undefined {
  const reader = unit.file.sections.reader(".debug_loc", offset);
  let base = unit.baseAddress;
  for (let count = 0; count < longestList; count++) {
    const kind = reader.u8();
    if (kind === 0) return undefined;
    let start: number;
    let end: number;
    if (kind === 1) {
      base = unit.indexedAddress(reader.uleb());
      continue;
    }
    if (kind === 2) {
      start = unit.indexedAddress(reader.uleb());
      end = unit.indexedAddress(reader.uleb());
    } else if (kind === 3) {
      start = unit.indexedAddress(reader.uleb());
      end = start + reader.u32();
    } else if (kind === 4) {
      start = base + reader.u32();
      end = base + reader.u32();
    } else return reader.fail(`has the unknown location entry ${kind}`);
    const expression = reader.block(reader.u16());
    if (address >= start && address < end) return expression;
  }
  return reader.fail("has a location list that does not end");
}
