import type {
  EvaluationContext,
  Location,
  LocationPiece,
} from "../../formats/dwarf/expressions/locationExpression";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import { byteSizeOf, type DebugType, strippedType } from "../../formats/dwarf/types";
import type { FloatRegisters } from "../architectures/shape";
import type { MachineFrame } from "./machineFrame";
import type { ProcessView } from "./processView";
import { extendedBytes, extendedFloat } from "./readValue";
import {
  bytesOf,
  bytesStorage,
  integerOf,
  isMissing,
  memoryStorage,
  missingStorage,
  processBytes,
} from "./storage";
import type { ValueStorage } from "./typedValue";

interface LocatedIn {
  readonly context: EvaluationContext;
  readonly frame: MachineFrame | undefined;
  readonly process: ProcessView;
  readonly type: DebugType;
  /** Only a piece of it is there, of so many bytes. */
  readonly pieceBytes?: number;
}

/** The bytes of what a location describes. */
export function locatedStorage(location: Location, inputs: LocatedIn): ValueStorage {
  const { process, type } = inputs;
  switch (location.kind) {
    case "memory":
      return memoryStorage(process, location.address);
    case "register":
      return registerStorage(location.register, inputs);
    case "value": {
      // A computed value has 8 bytes; only numbers are extended to more.
      const { kind } = strippedType(type);
      const size = kind === "record" || kind === "array" ? 8 : Math.max(byteSizeOf(type) ?? 8, 8);
      return wordStorage(location.value.bits, size, inputs);
    }
    case "bytes":
      return processBytes(location.bytes, process);
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

function registerStorage(
  register: number,
  { context, frame, process, type, ...rest }: LocatedIn,
): ValueStorage {
  const value = context.register(register);
  const floats = process.floats;
  const isFloat = floats !== undefined && register >= floats.first && register < floats.end;
  const word = value === undefined || !isFloat ? value : floatIn(value, type, floats);
  if (word !== undefined) return wordStorage(word, 8, { process, type, ...rest });
  const wide = frame?.wideRegister?.(register);
  if (wide !== undefined)
    return bytesStorage(wide.length === extendedBytes ? fromExtended(wide, type) : wide);
  return missingStorage({ missing: "optimizedOut", why: `register ${register} was not saved` });
}

/**
 * A word that was in no memory. What has parts has them in the order of the process, a number is read as it is.
 * @param size of the bytes there are on little-endian machines
 */
function wordStorage(
  word: bigint,
  size: number,
  { process, type, pieceBytes }: Pick<LocatedIn, "process" | "type" | "pieceBytes">,
): ValueStorage {
  const { kind } = strippedType(type);
  const isWhole = pieceBytes === undefined && kind !== "record" && kind !== "array";
  if (process.littleEndian || isWhole) return bytesStorage(bytesOf(word, size));
  return processBytes(bytesOf(word, pieceBytes ?? byteSizeOf(type) ?? size).reverse(), process);
}

/** The bits of a variable in a floating-point register of 8 bytes. */
function floatIn(value: bigint, type: DebugType, { narrow }: FloatRegisters): bigint {
  const isNarrow = strippedType(type).kind === "base" && byteSizeOf(type) === 4;
  if (!isNarrow) return value;
  if (narrow === "upperHalf") return value >> 32n;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value);
  view.setFloat32(0, view.getFloat64(0));
  return BigInt(view.getUint32(0));
}

/** The x87 keeps every number in its own form, whatever the type of the variable. */
function fromExtended(bytes: Uint8Array, type: DebugType): Uint8Array {
  const size = byteSizeOf(type);
  const { kind } = strippedType(type);
  if (kind !== "base" || (size !== 4 && size !== 8)) return bytes;
  const view = new DataView(new ArrayBuffer(size));
  const number = extendedFloat(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (size === 4) view.setFloat32(0, number, true);
  else view.setFloat64(0, number, true);
  return new Uint8Array(view.buffer);
}

/** Pieces in the order of the value's bytes; those of odd bit widths are joined bit by bit. */
function piecesStorage(pieces: readonly LocationPiece[], inputs: LocatedIn): ValueStorage {
  const parts: { start: number; end: number; storage: ValueStorage; bitOffset: number }[] = [];
  let at = 0;
  for (const { location, bits, bitOffset } of pieces) {
    const storage = locatedStorage(location, { ...inputs, pieceBytes: Math.ceil(bits / 8) });
    parts.push({ start: at, end: at + bits, storage, bitOffset });
    at += bits;
  }
  return {
    ...(!inputs.process.littleEndian && { bigEndian: true }),
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
