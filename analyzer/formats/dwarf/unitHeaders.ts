import { UnitType } from "./constants";
import type { DataReader } from "./dataReader";
import type { Sections } from "./sections";

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

/**
 * Reads the headers of all units of a section by their lengths, without the DIEs between them.
 * A header that cannot be understood is passed by its length; a length that leads outside ends the list.
 */
export function readUnitHeaders(
  sections: Sections,
  section: UnitSection,
  onDamage: (offset: number, what: string) => void,
): UnitHeader[] {
  const { byteLength } = sections.get(section);
  const headers: UnitHeader[] = [];
  let offset = 0;
  while (offset + 4 <= byteLength) {
    const reader = sections.reader(section, offset);
    let length = reader.u32();
    const is64 = length === 0xffff_ffff;
    if (is64) {
      if (byteLength - offset < 12) break;
      length = reader.u64AsNumber();
    }
    const end = reader.position + length;
    if (length < 7 || end > byteLength) {
      onDamage(offset, `holds a unit of ${length} bytes, ${byteLength - reader.position} are left`);
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
