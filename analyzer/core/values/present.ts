import { Encoding } from "../../formats/dwarf/constants";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import {
  type ArrayType,
  byteSizeOf,
  type DebugType,
  type EnumType,
  isRust,
  type RecordType,
  strippedType,
} from "../../formats/dwarf/types";
import { goDuration } from "./goDuration";
import { computedValue, dereferenced, elementType } from "./partValues";
import type { Children, ProcessView, ValuePart } from "./processView";
import { complexParts, readBytes, readFloat, readInteger } from "./readValue";
import { activeVariant, recordFields } from "./records";
import { byteOrderOf, integerOf, isMissing } from "./storage";
import { floatText, quoted, quotedCharacter, shownLetters } from "./text";
import type { TypedValue } from "./typedValue";
import { partsOf } from "./valueParts";

export interface Presentation {
  /** One line. */
  readonly text: string;
  /** Undefined for values without parts. */
  readonly children?: Children | undefined;
}

/** Parts of a record or array in the line of the whole. */
const shownParts = 20;
const deepestText = 3;

/** What a value looks like in a list of variables. */
export function present(value: TypedValue, process: ProcessView, depth = 0): Presentation {
  const { complete, type, printed, children } = partsOf(value, process);
  if (printed === undefined) return { text: textOf(complete, type, children, process, depth), children };
  const { text, prefix = "" } = printed;
  if (typeof text === "string") return { text, children };
  if (text === undefined) return { text: sequenceText(children, process, depth, prefix), children };
  return { text: depth >= deepestText ? "{...}" : text(depth + 1), children };
}

/** What a part is called: its key where it has one. */
export function partName({ name, key }: ValuePart, process: ProcessView): string {
  return key === undefined ? name : `[${present(key, process, deepestText - 1).text}]`;
}

/** `<optimized out>` and `<absent>` are different facts: the compiler dropped it, or the dump lacks it. */
export function missingText(missing: Missing): string {
  return missing.missing === "optimizedOut" ? "<optimized out>" : "<absent>";
}

function textOf(
  value: TypedValue,
  type: DebugType,
  children: Children | undefined,
  process: ProcessView,
  depth: number,
): string {
  switch (type.kind) {
    case "pointer":
      return type.symbol === "*" ? pointerText(value, type, process) : referenceText(value, process, depth);
    case "record":
      return recordText(value, type, children, process, depth);
    case "array":
      return arrayText(value, type, children, process, depth);
    case "function": {
      if (type.closure !== undefined) return closureText(value, process);
      const { address } = value.storage;
      return address === undefined ? "{...}" : withName(address, process);
    }
    case "void":
      return "void";
    case "memberPointer":
      return memberPointerText(value);
    case "base":
      return complexText(value) ?? scalarText(value, type);
    default:
      return scalarText(value, type);
  }
}

/** `1.5 - 2i` */
function complexText(value: TypedValue): string | undefined {
  const parts = complexParts(value);
  if (parts === undefined) return undefined;
  const [real, imaginary] = parts.map((part) => scalarText(part, part.type));
  if (real!.startsWith("<")) return real;
  return imaginary!.startsWith("-") ? `${real} - ${imaginary!.slice(1)}i` : `${real} + ${imaginary}i`;
}

function scalarText(value: TypedValue, type: DebugType): string {
  const float = readFloat(value);
  if (float !== undefined)
    return isMissing(float) ? missingText(float) : floatText(float, byteSizeOf(type) ?? 8);
  const integer = readInteger(value);
  if (integer !== undefined && isMissing(integer)) return missingText(integer);
  // Types without bytes have one value, named like them: `()`.
  if (type.kind === "base" && type.byteSize === 0) return type.name;
  if (integer === undefined) return rawText(value);
  if (type.kind === "enum") return enumText(type, integer);
  if (type.kind !== "base") return String(integer);
  if (type.name === "time.Duration") return goDuration(integer);
  switch (type.encoding) {
    case Encoding.boolean:
      return integer === 0n ? "false" : integer === 1n ? "true" : String(integer);
    case Encoding.signedChar:
    case Encoding.unsignedChar:
    case Encoding.utf:
      return `${integer} ${quotedCharacter(Number(BigInt.asUintN(type.byteSize * 8, integer)), type.byteSize)}`;
    default:
      return String(integer);
  }
}

function rawText(value: TypedValue): string {
  const bytes = readBytes(value);
  if (isMissing(bytes)) return missingText(bytes);
  const hex = Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `{${hex}${bytes.length > 32 ? " …" : ""}}`;
}

/** A name, or names joined when every bit of the number has one. */
function enumText(type: EnumType, value: bigint): string {
  const enumerators = type.enumerators();
  if (type.isFlags) {
    const set = enumerators.filter(({ value: bit }) => (value & bit) !== 0n);
    return `[ ${set.map(({ name }) => `${name} `).join("")}]`;
  }
  const exact = enumerators.find((enumerator) => enumerator.value === value);
  if (exact !== undefined) return exact.name;
  const isFlags = enumerators.every(({ value: bit }) => bit >= 0n && (bit & (bit - 1n)) === 0n);
  if (!isFlags || value <= 0n) return String(value);
  const set = enumerators.filter(({ value: bit }) => bit !== 0n && (value & bit) !== 0n);
  const rest = set.reduce((left, { value: bit }) => left & ~bit, value);
  if (set.length === 0) return String(value);
  const names = set.map(({ name }) => name);
  return `(${[...names, ...(rest === 0n ? [] : [`unknown: 0x${rest.toString(16)}`])].join(" | ")})`;
}

function withName(address: bigint, process: ProcessView): string {
  const name = process.describeAddress(address);
  return `0x${address.toString(16)}${name === undefined ? "" : ` <${name}>`}`;
}

/** Of Go: the function that a closure runs. */
function closureText(value: TypedValue, process: ProcessView): string {
  const bytes = readBytes(value);
  if (isMissing(bytes)) return missingText(bytes);
  const address = integerOf(bytes, value.storage);
  if (address === 0n) return "nil";
  const code = process.readMemory(address, process.pointerBytes);
  const name = code && process.describeAddress(integerOf(code, byteOrderOf(process)));
  return name ?? `0x${address.toString(16)}`;
}

function pointerText(value: TypedValue, type: DebugType & { kind: "pointer" }, process: ProcessView): string {
  if (value.storage.implicitTarget !== undefined) return "(synthetic pointer)";
  const address = readInteger(value);
  if (address === undefined) return "?";
  if (isMissing(address)) return missingText(address);
  const target = strippedType(type.target());
  if (isCharacter(target))
    return `0x${address.toString(16)}${address === 0n ? "" : stringSuffix(address, process)}`;
  return withName(address, process);
}

function isCharacter(type: DebugType): boolean {
  return (
    type.kind === "base" &&
    type.byteSize === 1 &&
    (type.encoding === Encoding.signedChar || type.encoding === Encoding.unsignedChar)
  );
}

function stringSuffix(address: bigint, process: ProcessView): string {
  const text = quotedStringAt(address, process);
  return text === undefined ? " <absent>" : ` ${text}`;
}

/** The zero-terminated string at an address, quoted; undefined when its first byte is not in the dump. */
export function quotedStringAt(address: bigint, process: ProcessView): string | undefined {
  const whole = process.readMemory(address, shownLetters);
  if (whole !== undefined) {
    const end = whole.indexOf(0);
    return end < 0 ? quoted(whole, true) : quoted(whole.subarray(0, end));
  }
  const bytes: number[] = [];
  for (let index = 0; index < shownLetters; index++) {
    const byte = process.readMemory(address + BigInt(index), 1);
    if (byte === undefined) return index === 0 ? undefined : `${quoted(Uint8Array.from(bytes))}<absent>`;
    if (byte[0] === 0) break;
    bytes.push(byte[0]!);
  }
  return quoted(Uint8Array.from(bytes));
}

function referenceText(value: TypedValue, process: ProcessView, depth: number): string {
  const target = dereferenced(value, process);
  if (isMissing(target)) return missingText(target);
  return depth >= deepestText ? "{...}" : present(target, process, depth + 1).text;
}

function memberPointerText(value: TypedValue): string {
  const bytes = readBytes(value);
  if (isMissing(bytes)) return missingText(bytes);
  const number = readInteger(value);
  return typeof number === "bigint" ? `0x${number.toString(16)}` : rawText(value);
}

function recordText(
  value: TypedValue,
  type: RecordType,
  children: Children | undefined,
  process: ProcessView,
  depth: number,
): string {
  if (type.isDeclaration) return "<incomplete type>";
  const variant = activeVariant(value, type);
  if (variant !== undefined) {
    if (isMissing(variant)) return missingText(variant);
    return depth >= deepestText ? `${variant.name}{...}` : variantText(variant, process, depth);
  }
  if (children === undefined) return "{}";
  const whole = wholeMissing(value, type, process);
  if (whole !== undefined) return whole;
  if (depth >= deepestText) return "{...}";
  const parts = children.page(0, shownParts);
  const isTuple = isRust(type.die) && parts.every(({ name }, index) => name === `__${index}`);
  const texts = parts.map((part) => {
    const { text } = present(part.value, process, depth + 1);
    return isTuple || part.name === "" ? text : `${part.name} = ${text}`;
  });
  if (children.count > parts.length) texts.push("...");
  return isTuple ? `(${texts.join(", ")}${texts.length === 1 ? "," : ""})` : `{${texts.join(", ")}}`;
}

/** When nothing of a record is there, that is said once. */
function wholeMissing(value: TypedValue, type: RecordType, process: ProcessView): string | undefined {
  const fields = recordFields(value, type, process);
  let text: string | undefined;
  for (const { value: field } of fields) {
    const size = byteSizeOf(field.type);
    if (size === undefined || size > 4096) return undefined;
    const read = field.bits === undefined ? field.storage.read(0, size) : readBytes(field);
    if (!isMissing(read)) return undefined;
    const own = missingText(read);
    if (text !== undefined && text !== own) return undefined;
    text = own;
  }
  return text;
}

function variantText(
  { name, value: payload }: { name: string; value: TypedValue },
  process: ProcessView,
  depth: number,
): string {
  const { text, children } = present(payload, process, depth + 1);
  if (children === undefined || text === "{}") return name;
  if (text.startsWith("(")) return `${name}${text.replace(/,\)$/, ")")}`;
  return text.startsWith("{") ? `${name} ${text}` : `${name}(${text})`;
}

function arrayText(
  value: TypedValue,
  type: DebugType & { kind: "array" },
  children: Children | undefined,
  process: ProcessView,
  depth: number,
): string {
  const count = type.counts[0];
  const { address } = value.storage;
  if (isOpenArray(type) && address !== undefined)
    return pointerText(
      computedValue(pointerToElements(type, process), address),
      pointerToElements(type, process),
      process,
    );
  if (type.counts.length === 1 && count !== undefined && isCharacter(strippedType(type.element()))) {
    const bytes = value.storage.read(0, Math.min(count, shownLetters));
    if (isMissing(bytes)) return missingText(bytes);
    const end = bytes.indexOf(0);
    return end < 0 ? quoted(bytes, count > shownLetters) : quoted(bytes.subarray(0, end));
  }
  if (children !== undefined) return sequenceText(children, process, depth, "");
  // Nothing can be read of an array without elements; it may not be there at all.
  const nothing = value.storage.read(0, 0);
  return isMissing(nothing) ? missingText(nothing) : "{}";
}

/** `T v[]` and gcc's older `T v[0]` at the end of a struct: as long as whoever allocated it made it. */
function isOpenArray({ counts, die }: ArrayType): boolean {
  return counts[0] === undefined || (counts[0] === 0 && die !== undefined && !isRust(die));
}

function pointerToElements(type: ArrayType, { pointerBytes }: ProcessView) {
  return { kind: "pointer", symbol: "*", byteSize: pointerBytes, target: () => elementType(type) } as const;
}

/** `{1, 2, 3, ...}` of the first elements. */
function sequenceText(
  children: Children | undefined,
  process: ProcessView,
  depth: number,
  prefix: string,
): string {
  if (children === undefined) return `${prefix}{}`;
  if (depth >= deepestText) return `${prefix}{...}`;
  const texts = children.page(0, shownParts).map((part) => {
    const { text } = present(part.value, process, depth + 1);
    return children.isIndexed ? text : `${partName(part, process)} = ${text}`;
  });
  if (
    texts.length > 0 &&
    texts.every((text) => text === texts[0]) &&
    /^<(absent|optimized out)>$/.test(texts[0]!)
  )
    return `${prefix}${texts[0]}`;
  if (children.count > texts.length) texts.push("...");
  return `${prefix}{${texts.join(", ")}}`;
}
