import { Encoding } from "../../formats/dwarf/constants";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import { byteSizeOf, type DebugType, strippedType } from "../../formats/dwarf/types";
import { bytesOf, integerOf, isMissing, partOf } from "./storage";
import type { TypedValue, ValueStorage } from "./typedValue";

/** All bytes of a value. */
export function readBytes(value: TypedValue): Uint8Array | Missing {
  if (value.bits !== undefined) {
    const bits = readBits(value.storage, value.bits);
    if (isMissing(bits)) return bits;
    const bytes = bytesOf(bits, byteSizeOf(value.type) ?? 8);
    return value.storage.bigEndian ? bytes.reverse() : bytes;
  }
  const size = byteSizeOf(value.type);
  return size === undefined
    ? { missing: "absent", why: "the size of its type is not known" }
    : value.storage.read(0, size);
}

function readBits(
  storage: ValueStorage,
  { size, offset }: { size: number; offset: number },
): bigint | Missing {
  const first = Math.floor(offset / 8);
  const bytes = storage.read(first, Math.ceil((offset + size) / 8) - first);
  if (isMissing(bytes)) return bytes;
  const before = offset - first * 8;
  // Bits count from the end of their place where numbers begin.
  const shift = storage.bigEndian ? bytes.length * 8 - before - size : before;
  return BigInt.asUintN(size, integerOf(bytes, storage) >> BigInt(shift));
}

/** The value as a whole number, with the sign its type has. Undefined for types that are not numbers. */
export function readInteger(value: TypedValue): bigint | Missing | undefined {
  const type = strippedType(value.type);
  const size = byteSizeOf(type);
  if (size === undefined || size === 0 || size > 16) return undefined;
  const isSigned = isSignedType(type);
  if (isSigned === undefined) return undefined;
  const raw = value.bits === undefined ? readBytes(value) : readBits(value.storage, value.bits);
  if (isMissing(raw)) return raw;
  const bits = value.bits?.size ?? size * 8;
  const number = typeof raw === "bigint" ? raw : integerOf(raw, value.storage);
  return isSigned ? BigInt.asIntN(bits, number) : number;
}

/** Undefined for types without integer meaning. */
function isSignedType(type: DebugType): boolean | undefined {
  switch (type.kind) {
    case "base":
      if (type.encoding === Encoding.float || isComplexType(type)) return undefined;
      return type.encoding === Encoding.signed || type.encoding === Encoding.signedChar;
    case "enum":
      return type.isSigned;
    case "pointer":
    case "memberPointer":
      return false;
    default:
      return undefined;
  }
}

export function isComplexType(type: DebugType): type is DebugType & { kind: "base" } {
  if (type.kind !== "base") return false;
  return type.encoding === Encoding.complexFloat || type.encoding === Encoding.gnuComplexInteger;
}

/** The real and the imaginary part of a complex number, one after the other; undefined for other types. */
export function complexParts(value: TypedValue): readonly [TypedValue, TypedValue] | undefined {
  const type = strippedType(value.type);
  if (!isComplexType(type)) return undefined;
  const byteSize = type.byteSize / 2;
  const isFloat = type.encoding === Encoding.complexFloat;
  const half: DebugType = {
    kind: "base",
    name: type.name.replace(/^_?complex |\b_?complex\b ?/i, ""),
    byteSize,
    encoding: isFloat ? Encoding.float : Encoding.signed,
    ...(type.isQuad && { isQuad: true }),
    ...(type.isPair && { isPair: true }),
  };
  const part = (start: number): TypedValue => ({ type: half, storage: partOf(value.storage, start) });
  return [part(0), part(byteSize)];
}

/** x87's number, without the padding of its type. */
export const extendedBytes = 10;

/** A floating-point value; undefined for other types and for sizes JavaScript has no exact form of. */
export function readFloat(value: TypedValue): number | Missing | undefined {
  const type = strippedType(value.type);
  if (type.kind !== "base" || type.encoding !== Encoding.float) return undefined;
  const isExtended = type.byteSize === 12 || (type.byteSize === 16 && !type.isQuad && !type.isPair);
  // The rest of x87's number is padding, which locations leave out.
  const bytes =
    isExtended && value.bits === undefined ? value.storage.read(0, extendedBytes) : readBytes(value);
  if (isMissing(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = !value.storage.bigEndian;
  switch (type.byteSize) {
    case 4:
      return view.getFloat32(0, littleEndian);
    case 8:
      return view.getFloat64(0, littleEndian);
    // i386 keeps x87's number in 12 bytes.
    case 12:
      return extendedFloat(view);
    case 16:
      if (type.isPair) return view.getFloat64(0, littleEndian) + view.getFloat64(8, littleEndian);
      return isExtended ? extendedFloat(view) : quadFloat(view, littleEndian);
    default:
      return undefined;
  }
}

/** IEEE 754 binary128: 112 bits of fraction without the leading one, 15 of exponent. */
function quadFloat(view: DataView, littleEndian: boolean): number {
  const low = view.getBigUint64(littleEndian ? 0 : 8, littleEndian);
  const high = view.getBigUint64(littleEndian ? 8 : 0, littleEndian);
  const exponent = Number((high >> 48n) & 0x7fffn);
  const sign = high >> 63n === 0n ? 1 : -1;
  const fraction = (BigInt.asUintN(48, high) << 64n) | low;
  if (exponent === 0x7fff) return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * 0;
  return sign * (1 + Number(fraction) * 2 ** -112) * 2 ** (exponent - 16383);
}

/** x87's 80-bit number in 16 bytes: 64 bits of fraction with the leading one, then sign and exponent. */
export function extendedFloat(view: DataView): number {
  const fraction = view.getBigUint64(0, true);
  const high = view.getUint16(8, true);
  const exponent = high & 0x7fff;
  const sign = (high & 0x8000) === 0 ? 1 : -1;
  if (exponent === 0x7fff)
    return BigInt.asUintN(63, fraction) === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * Number(fraction) * 2 ** (exponent - 16383 - 63);
}
