import type { Missing } from "../../formats/dwarf/expressions/missing";
import type { ProcessView } from "./processView";
import type { ValueStorage } from "./typedValue";

/** No value is read in one piece beyond this: strings and arrays are read in parts. */
const longestRead = 1 << 24;

export function isMissing(read: unknown): read is Missing {
  return typeof read === "object" && read !== null && "missing" in read;
}

export function memoryStorage(process: ProcessView, address: bigint): ValueStorage {
  return {
    ...byteOrderOf(process),
    address,
    read: (offset, length) => {
      if (length > longestRead) return { missing: "absent", why: `it is ${length} bytes long` };
      const at = BigInt.asUintN(64, address + BigInt(offset));
      const bytes = process.readMemory(at, length);
      return bytes ?? { missing: "absent", why: `memory at 0x${at.toString(16)} is not in the dump` };
    },
  };
}

interface ByteOrder {
  readonly littleEndian: boolean;
}

/** Bytes of the process itself, not of its memory. */
export function processBytes(bytes: Uint8Array, process: ByteOrder): ValueStorage {
  return { ...bytesStorage(bytes), ...byteOrderOf(process) };
}

export function byteOrderOf({ littleEndian }: ByteOrder): Pick<ValueStorage, "bigEndian"> {
  return littleEndian ? {} : { bigEndian: true };
}

/** Bytes of a computation: little-endian on every machine. */
export function bytesStorage(bytes: Uint8Array): ValueStorage {
  return {
    read: (offset, length) =>
      offset >= 0 && offset + length <= bytes.byteLength
        ? bytes.subarray(offset, offset + length)
        : { missing: "optimizedOut", why: "only part of it is known" },
  };
}

export function missingStorage(missing: Missing): ValueStorage {
  return { read: () => missing };
}

/** A part of a value as a place of its own. */
export function partOf(storage: ValueStorage, start: number): ValueStorage {
  if (start === 0) return storage;
  return {
    ...(storage.bigEndian && { bigEndian: true }),
    ...(storage.address !== undefined && { address: BigInt.asUintN(64, storage.address + BigInt(start)) }),
    read: (offset, length) => storage.read(start + offset, length),
  };
}

/** Little-endian bytes of an integer. */
export function bytesOf(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let index = 0; index < size; index++) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** The whole number of bytes in the order of the storage they were read from. */
export function integerOf(bytes: Uint8Array, { bigEndian }: Pick<ValueStorage, "bigEndian"> = {}): bigint {
  let value = 0n;
  const last = bytes.length - 1;
  for (let index = last; index >= 0; index--)
    value = (value << 8n) | BigInt(bytes[bigEndian ? last - index : index]!);
  return value;
}
