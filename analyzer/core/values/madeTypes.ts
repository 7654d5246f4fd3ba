import { Encoding } from "../../formats/dwarf/constants";
import type { DebugType, EnumType, RecordType } from "../../formats/dwarf/types";

/** Types of what no debug information describes: registers, what the kernel says of a signal. */

export function integerType(name: string, byteSize: number, isSigned = true): DebugType {
  return { kind: "base", name, byteSize, encoding: isSigned ? Encoding.signed : Encoding.unsigned };
}

export function floatType(name: string, byteSize: number): DebugType {
  return { kind: "base", name, byteSize, encoding: Encoding.float };
}

export function arrayType(element: DebugType, count: number): DebugType {
  return { kind: "array", element: () => element, counts: [count] };
}

export function pointerType(byteSize: number, target: DebugType = { kind: "void" }): DebugType {
  return { kind: "pointer", symbol: "*", byteSize, target: () => target };
}

/** Each bit under its name; those without one say nothing and are not written. */
export function flagsType(name: string, byteSize: number, names: Readonly<Record<string, number>>): EnumType {
  const enumerators = Object.entries(names).map(([flag, bit]) => ({ name: flag, value: 1n << BigInt(bit) }));
  return { kind: "enum", name, byteSize, isSigned: false, isFlags: true, enumerators: () => enumerators };
}

export interface MadeField {
  readonly name: string;
  readonly type: DebugType;
  readonly offset: number;
}

export function recordType(
  keyword: "struct" | "union",
  name: string,
  byteSize: number,
  fields: readonly MadeField[],
): RecordType {
  const members = fields.map((field) => ({
    name: field.name,
    type: () => field.type,
    offset: field.offset,
    isBase: false,
    isArtificial: false,
  }));
  return {
    kind: "record",
    keyword,
    name,
    byteSize,
    isDeclaration: false,
    members: () => members,
    variants: () => undefined,
  };
}

/** The same bytes under several types. */
export function unionType(
  name: string,
  byteSize: number,
  views: Readonly<Record<string, DebugType>>,
): RecordType {
  const fields = Object.entries(views).map(([field, type]) => ({ name: field, type, offset: 0 }));
  return recordType("union", name, byteSize, fields);
}
