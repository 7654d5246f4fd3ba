import { Attr, Language } from "../../../formats/dwarf/constants";
import { byteSizeOf, type DebugType, type RecordType, strippedType } from "../../../formats/dwarf/types";
import type { ProcessView } from "../processView";
import { pointerAt } from "./nodes";

/** `internal/abi.Kind`: what DW_AT_go_kind and the runtime's own types say. */
export const goKind = {
  func: 19,
  channel: 18,
  map: 21,
  pointer: 22,
  slice: 23,
  string: 24,
  unsafe: 26,
} as const;
/** Kinds whose value is the word an interface holds. */
const directKinds: ReadonlySet<number> = new Set([
  goKind.func,
  goKind.channel,
  goKind.map,
  goKind.pointer,
  goKind.unsafe,
]);

export function isGo({ die }: { readonly die?: RecordType["die"] }): boolean {
  return die?.unit.language === Language.go;
}

/** `DW_AT_go_kind` of a record. */
export function goKindOf({ die }: RecordType): number | undefined {
  return die?.number(Attr.goKind);
}

/** What `abi.Type` says of a type whatever debug information there is. */
export interface RuntimeType {
  readonly kind: number;
  /** True when an interface holds the value itself instead of its address. */
  readonly isDirect: boolean;
}

/** `abi.Type`: flags at 20, kind at 23. What is held directly was told by the kind before Go 1.26, by the flags since. */
const flagsAt = 20n;
const kindAt = 23n;
const directMark = 32;

export function runtimeTypeAt(address: bigint, process: ProcessView): RuntimeType | undefined {
  const flags = process.readMemory(address + flagsAt, 1)?.[0];
  const whole = process.readMemory(address + kindAt, 1)?.[0];
  if (flags === undefined || whole === undefined) return undefined;
  const kind = whole % directMark;
  const isMarked = Math.floor(flags / directMark) % 2 === 1 || Math.floor(whole / directMark) % 2 === 1;
  return { kind, isDirect: directKinds.has(kind) || isMarked };
}

const longestName = 1000;

/**
 * What the runtime calls a type, e.g. `*main.order`: flags, length and letters at an offset from the first type.
 * @param types address of that
 */
export function runtimeTypeName(address: bigint, types: bigint, process: ProcessView): string | undefined {
  const place = process.readMemory(address + 40n, 4);
  const flags = process.readMemory(address + flagsAt, 1)?.[0];
  if (place === undefined || flags === undefined) return undefined;
  const name = types + BigInt(new DataView(place.buffer, place.byteOffset).getInt32(0, true));
  const head = process.readMemory(name, 3);
  if (head === undefined) return undefined;
  const isLong = head[1]! >= 128;
  const length = isLong ? (head[1]! % 128) + 128 * head[2]! : head[1]!;
  const letters = length > longestName ? undefined : process.readMemory(name + (isLong ? 3n : 2n), length);
  if (letters === undefined) return undefined;
  const text = new TextDecoder().decode(letters);
  // Many types share the name of the pointer to them.
  return Math.floor(flags / 2) % 2 === 1 ? text.replace(/^\*/, "") : text;
}

/** `itab`: the interface's type, then the value's. */
export function typeOfTable(table: bigint, process: ProcessView): bigint | undefined {
  return pointerAt(process, table + 8n);
}

/** What a pointer type leads to; undefined for other types. */
export function targetOf(type: DebugType | undefined): DebugType | undefined {
  const plain = type && strippedType(type);
  return plain?.kind === "pointer" ? plain.target() : undefined;
}

/** The type of a member and where it is in the record. */
export function fieldOf(
  type: DebugType | undefined,
  name: string,
): { readonly type: DebugType; readonly offset: bigint } | undefined {
  const record = type && strippedType(type);
  const member = record?.kind === "record" ? record.members().find((each) => each.name === name) : undefined;
  if (member === undefined || typeof member.offset !== "number") return undefined;
  return { type: member.type(), offset: BigInt(member.offset) };
}

export function goSizeOf(type: DebugType, process: ProcessView): bigint | undefined {
  const size = byteSizeOf(process.completeType(type));
  return size === undefined ? undefined : BigInt(size);
}
