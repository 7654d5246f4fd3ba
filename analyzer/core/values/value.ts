import { Attr, Encoding } from "../../formats/dwarf/constants";
import type { Die } from "../../formats/dwarf/dies";
import {
  type EvaluationContext,
  evaluateLocation,
  type Location,
  type LocationPiece,
  type Missing,
} from "../../formats/dwarf/expressions";
import { locationAt } from "../../formats/dwarf/locations";
import { inherited } from "../../formats/dwarf/names";
import { orReport } from "../../formats/dwarf/sections";
import { byteSizeOf, type DebugType, type Member, strippedType, typeOf } from "../../formats/dwarf/types";
import { fileAddressOf } from "./frameContext";
import {
  bytesOf,
  bytesStorage,
  integerOf,
  isMissing,
  memoryStorage,
  missingStorage,
  type ValueStorage,
  partOf,
} from "./storage";
import type { MachineFrame, ProcessView } from "./processView";

/** A typed value of the dead process. Nothing is read before it is asked for. */
export interface TypedValue {
  readonly type: DebugType;
  readonly storage: ValueStorage;
  /** A bit field: its width and its lowest bit from the start of the place. */
  readonly bits?: { readonly size: number; readonly offset: number };
}

const addressBits = 64;

/** The value of a variable or argument as its entry describes it at the frame's code. @throws DwarfDamage */
export function valueOfVariable(
  die: Die,
  context: EvaluationContext,
  frame: MachineFrame | undefined,
  process: ProcessView,
): TypedValue {
  const type = typeOf(die);
  const constant = constantOf(die, type);
  if (constant !== undefined) return { type, storage: bytesStorage(constant) };
  // Locations count in the concrete entry; the abstract one it comes from has none.
  const address = frame === undefined ? 0 : fileAddressOf(frame);
  const described = inherited(die, (origin) => (origin.has(Attr.location) ? origin : undefined));
  if (described === undefined)
    return { type, storage: missingStorage({ missing: "optimizedOut", why: "the compiler kept no value" }) };
  const description = locationAt(described, Attr.location, address);
  if (description.kind !== "expression") {
    const why = "the compiler kept no value at this place of the code";
    return { type, storage: missingStorage({ missing: "optimizedOut", why }) };
  }
  const location = evaluateLocation(description.expression, context);
  return { type, storage: storageOf(location, { context, frame, process, type }) };
}

interface LocatedIn {
  readonly context: EvaluationContext;
  readonly frame: MachineFrame | undefined;
  readonly process: ProcessView;
  readonly type: DebugType;
}

/** The bytes of what a location describes. */
export function storageOf(location: Location, inputs: LocatedIn): ValueStorage {
  const { context, frame, process, type } = inputs;
  switch (location.kind) {
    case "memory":
      return memoryStorage(process, location.address);
    case "register":
      return registerStorage(location.register, context, frame);
    case "value": {
      // A computed value has 8 bytes; only numbers are extended to more.
      const { kind } = strippedType(type);
      const size = kind === "record" || kind === "array" ? 8 : Math.max(byteSizeOf(type) ?? 8, 8);
      return bytesStorage(bytesOf(location.value.bits, size));
    }
    case "bytes":
      return bytesStorage(location.bytes);
    case "implicitPointer":
      return {
        implicitTarget: location,
        read: () => ({ missing: "optimizedOut", why: "the pointer was removed, what it points to is known" }),
      };
    case "pieces":
      return piecesStorage(location.pieces, inputs);
    case "missing":
      return missingStorage(location.missing);
  }
}

function registerStorage(register: number, context: EvaluationContext, frame: MachineFrame | undefined): ValueStorage {
  const value = context.register(register);
  if (value !== undefined) return bytesStorage(bytesOf(value, 8));
  const wide = frame?.wideRegister?.(register);
  if (wide !== undefined) return bytesStorage(wide);
  return missingStorage({ missing: "optimizedOut", why: `register ${register} was not saved` });
}

/** Pieces in the order of the value's bytes; those of odd bit widths are joined bit by bit. */
function piecesStorage(pieces: readonly LocationPiece[], inputs: LocatedIn): ValueStorage {
  const parts: { start: number; end: number; storage: ValueStorage; bitOffset: number }[] = [];
  let at = 0;
  for (const { location, bits, bitOffset } of pieces) {
    parts.push({ start: at, end: at + bits, storage: storageOf(location, inputs), bitOffset });
    at += bits;
  }
  return {
    read: (offset, length) => {
      const result = new Uint8Array(length);
      for (let index = 0; index < length; index++) {
        const byte = byteFrom(parts, (offset + index) * 8);
        if (isMissing(byte)) return byte;
        result[index] = byte;
      }
      return result;
    },
  };
}

/** Why a byte is unknown that the compiler gave no place. */
export const noPiece = "no piece of its location has it";

function byteFrom(
  parts: readonly { start: number; end: number; storage: ValueStorage; bitOffset: number }[],
  firstBit: number,
): number | Missing {
  let byte = 0;
  let isKnown = false;
  for (const { start, end, storage, bitOffset } of parts) {
    if (end <= firstBit || start >= firstBit + 8) continue;
    isKnown = true;
    const from = Math.max(start, firstBit);
    const to = Math.min(end, firstBit + 8);
    const inPlace = bitOffset + from - start;
    const first = Math.floor(inPlace / 8);
    const read = storage.read(first, Math.ceil((inPlace + to - from) / 8) - first);
    if (isMissing(read)) return read;
    const bits = (Number(integerOf(read)) >> (inPlace % 8)) & ((1 << (to - from)) - 1);
    byte |= bits << (from - firstBit);
  }
  // The last piece may end before the value does.
  return isKnown ? byte : { missing: "optimizedOut", why: noPiece };
}

function constantOf(die: Die, type: DebugType): Uint8Array | undefined {
  const owner = inherited(die, (origin) => (origin.has(Attr.constValue) ? origin : undefined));
  if (owner === undefined) return undefined;
  const block = owner.block(Attr.constValue);
  if (block !== undefined) return block;
  const text = owner.string(Attr.constValue);
  if (text !== undefined) return new TextEncoder().encode(`${text}\0`);
  const value = owner.constant(Attr.constValue);
  return value === undefined ? undefined : bytesOf(value, byteSizeOf(type) ?? 8);
}

/** All bytes of a value. */
export function readBytes(value: TypedValue): Uint8Array | Missing {
  if (value.bits !== undefined) {
    const bits = readBits(value.storage, value.bits);
    return isMissing(bits) ? bits : bytesOf(bits, byteSizeOf(value.type) ?? 8);
  }
  const size = byteSizeOf(value.type);
  return size === undefined
    ? { missing: "absent", why: "the size of its type is not known" }
    : value.storage.read(0, size);
}

function readBits(storage: ValueStorage, { size, offset }: { size: number; offset: number }): bigint | Missing {
  const first = Math.floor(offset / 8);
  const bytes = storage.read(first, Math.ceil((offset + size) / 8) - first);
  if (isMissing(bytes)) return bytes;
  return BigInt.asUintN(size, integerOf(bytes) >> BigInt(offset - first * 8));
}

/** The value as a whole number, with the sign its type has. Undefined for types that are no numbers. */
export function readInteger(value: TypedValue): bigint | Missing | undefined {
  const type = strippedType(value.type);
  const size = byteSizeOf(type);
  if (size === undefined || size === 0 || size > 16) return undefined;
  const isSigned = isSignedType(type);
  if (isSigned === undefined) return undefined;
  const raw = value.bits === undefined ? readBytes(value) : readBits(value.storage, value.bits);
  if (isMissing(raw)) return raw;
  const bits = value.bits?.size ?? size * 8;
  const number = typeof raw === "bigint" ? raw : integerOf(raw);
  return isSigned ? BigInt.asIntN(bits, number) : number;
}

/** Undefined for types without integer meaning. */
function isSignedType(type: DebugType): boolean | undefined {
  switch (type.kind) {
    case "base":
      if (type.encoding === Encoding.float || type.encoding === Encoding.complexFloat) return undefined;
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

/** x87's number, without the padding of its type. */
const extendedBytes = 10;

/** A floating-point value; undefined for other types and for sizes JavaScript has no exact form of. */
export function readFloat(value: TypedValue): number | Missing | undefined {
  const type = strippedType(value.type);
  if (type.kind !== "base" || type.encoding !== Encoding.float) return undefined;
  const isExtended = type.byteSize === 12 || (type.byteSize === 16 && type.isQuad !== true);
  // The rest of x87's number is padding, which locations leave out.
  const bytes =
    isExtended && value.bits === undefined ? value.storage.read(0, extendedBytes) : readBytes(value);
  if (isMissing(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type.byteSize) {
    case 4:
      return view.getFloat32(0, true);
    case 8:
      return view.getFloat64(0, true);
    // i386 keeps x87's number in 12 bytes.
    case 12:
      return extendedFloat(view);
    case 16:
      return isExtended ? extendedFloat(view) : quadFloat(view);
    default:
      return undefined;
  }
}

/** IEEE 754 binary128: 112 bits of fraction without the leading one, 15 of exponent. */
function quadFloat(view: DataView): number {
  const low = view.getBigUint64(0, true);
  const high = view.getBigUint64(8, true);
  const exponent = Number((high >> 48n) & 0x7fffn);
  const sign = high >> 63n === 0n ? 1 : -1;
  const fraction = (BigInt.asUintN(48, high) << 64n) | low;
  if (exponent === 0x7fff) return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * 0;
  return sign * (1 + Number(fraction) * 2 ** -112) * 2 ** (exponent - 16383);
}

/** x87's 80-bit number in 16 bytes: 64 bits of fraction with the leading one, then sign and exponent. */
function extendedFloat(view: DataView): number {
  const fraction = view.getBigUint64(0, true);
  const high = view.getUint16(8, true);
  const exponent = high & 0x7fff;
  const sign = (high & 0x8000) === 0 ? 1 : -1;
  if (exponent === 0x7fff)
    return BigInt.asUintN(63, fraction) === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * Number(fraction) * 2 ** (exponent - 16383 - 63);
}

/** A member of a record; bases are members without a name. */
export function memberValue(record: TypedValue, member: Member, context: EvaluationContext | undefined): TypedValue {
  const type = member.type();
  if (typeof member.offset !== "number")
    return { type, storage: virtualBaseStorage(record, member.offset, context) };
  if (member.bits !== undefined) return { type, storage: record.storage, bits: member.bits };
  return { type, storage: partOf(record.storage, member.offset) };
}

/** The compiler says by an expression over the object's address where a virtual base is. */
function virtualBaseStorage(
  record: TypedValue,
  expression: Uint8Array,
  context: EvaluationContext | undefined,
): ValueStorage {
  const { address } = record.storage;
  if (address === undefined || context === undefined)
    return missingStorage({ missing: "absent", why: "the object is not in memory" });
  const { problems } = context.unit.file;
  const location = orReport(problems, undefined, () => evaluateLocation(expression, context, [address]));
  if (location?.kind !== "memory")
    return missingStorage({ missing: "absent", why: "its base cannot be located" });
  const distance = BigInt.asIntN(addressBits, location.address - address);
  return partOf(record.storage, Number(distance));
}

/** One element of an array; the dimensions after the first stay an array. */
export function elementValue(array: TypedValue, index: number): TypedValue {
  const type = strippedType(array.type);
  if (type.kind !== "array") return array;
  const element = elementType(type);
  const size = byteSizeOf(element) ?? 0;
  return { type: element, storage: partOf(array.storage, index * size) };
}

export function elementType(type: DebugType & { kind: "array" }): DebugType {
  if (type.counts.length <= 1) return type.element();
  return { kind: "array", element: type.element, counts: type.counts.slice(1) };
}

/** What a pointer or reference points to. */
export function dereferenced(pointer: TypedValue, process: ProcessView): TypedValue | Missing {
  const type = strippedType(pointer.type);
  if (type.kind !== "pointer") return { missing: "absent", why: "it is no pointer" };
  const address = readInteger(pointer);
  if (address === undefined) return { missing: "absent", why: "it is no pointer" };
  if (isMissing(address)) return address;
  return valueAt(process.completeType(type.target()), address, process);
}

export function valueAt(type: DebugType, address: bigint, process: ProcessView): TypedValue {
  return { type, storage: memoryStorage(process, BigInt.asUintN(addressBits, address)) };
}

/** A value that is nowhere in the process: the result of a computation. */
export function computedValue(type: DebugType, number: bigint): TypedValue {
  return { type, storage: bytesStorage(bytesOf(number, byteSizeOf(type) ?? 8)) };
}
