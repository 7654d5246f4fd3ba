import { ExhumeError } from "../../../base/errors";
import { type Checksum, Crc32, Crc64, crc32, Sha256 } from "../checksums";

/** Fields of .xz files (The .xz File Format 1.2.0). */
export const xzMagic = "\xfd7zXZ\x00";
export const streamHeaderBytes = 12;
export const streamFooterBytes = 12;
const footerMagic = [0x59, 0x5a];

const lzma2Filter = 0x21;
const otherFilters: Readonly<Record<number, string>> = {
  3: "delta",
  4: "x86",
  5: "PowerPC",
  6: "IA-64",
  7: "ARM",
  8: "ARM-Thumb",
  9: "SPARC",
  10: "ARM64",
  11: "RISC-V",
};

/** Of the contents of blocks, by the id in the stream's flags. */
export interface CheckKind {
  readonly id: number;
  readonly bytes: number;
  /** undefined where there is no check. */
  readonly begin: (() => Checksum) | undefined;
}

const checkKinds: readonly CheckKind[] = [
  { id: 0, bytes: 0, begin: undefined },
  { id: 1, bytes: 4, begin: () => new Crc32() },
  { id: 4, bytes: 8, begin: () => new Crc64() },
  { id: 10, bytes: 32, begin: () => new Sha256() },
];

/** @throws Error when no stream begins there */
export function streamHeader(bytes: Uint8Array): CheckKind {
  if ([...xzMagic].some((sign, at) => bytes[at] !== sign.charCodeAt(0)))
    throw new Error("no xz stream begins where one should");
  if (crc32(bytes.subarray(6, 8)) !== word(bytes, 8))
    throw new Error("the checksum of a stream header differs");
  return checkKindOf(bytes[6]!, bytes[7]!);
}

/** What the end of a stream says. */
export interface StreamFooter {
  readonly indexBytes: number;
  readonly checkId: number;
}

/** @throws Error when no stream ends there */
export function streamFooter(bytes: Uint8Array): StreamFooter {
  if (footerMagic.some((byte, at) => bytes[10 + at] !== byte))
    throw new Error("no xz stream ends where one should");
  if (crc32(bytes.subarray(4, 10)) !== word(bytes, 0))
    throw new Error("the checksum of a stream footer differs");
  return { indexBytes: (word(bytes, 4) + 1) * 4, checkId: checkKindOf(bytes[8]!, bytes[9]!).id };
}

function checkKindOf(reserved: number, id: number): CheckKind {
  const kind = reserved === 0 ? checkKinds.find((each) => each.id === id) : undefined;
  if (kind === undefined) throw new Error(`checks of kind ${id} do not exist`);
  return kind;
}

export interface BlockHeader {
  readonly headerBytes: number;
  readonly packedBytes: number | undefined;
  readonly bytes: number | undefined;
  readonly dictionaryBytes: number;
}

/**
 * @returns undefined when more bytes are needed
 * @throws Error when it is damaged; ExhumeError `unsupported` when the data went through further filters
 */
export function blockHeader(bytes: Uint8Array, file: string): BlockHeader | undefined {
  const headerBytes = (bytes[0]! + 1) * 4;
  if (bytes.length < headerBytes) return undefined;
  const end = headerBytes - 4;
  if (crc32(bytes.subarray(0, end)) !== word(bytes, end))
    throw new Error("the checksum of a block header differs");
  const flags = bytes[1]!;
  if ((flags & 0x3c) !== 0) throw new Error("a reserved bit of a block header is set");
  const fields = new Fields(bytes.subarray(0, end), 2);
  const packedBytes = (flags & 0x40) === 0 ? undefined : fields.number();
  const contents = (flags & 0x80) === 0 ? undefined : fields.number();
  let dictionaryBytes = 0;
  for (let left = flags & 3; left >= 0; left--) {
    const filter = fields.number();
    const properties = fields.part(fields.number());
    if (left > 0 || filter !== lzma2Filter) throw filterNotRead(filter, file);
    dictionaryBytes = dictionarySize(properties);
  }
  if (fields.rest().some((byte) => byte !== 0)) throw new Error("a block header is padded with something");
  return { headerBytes, packedBytes, bytes: contents, dictionaryBytes };
}

function filterNotRead(filter: number, file: string): ExhumeError {
  const name = otherFilters[filter] ?? `0x${filter.toString(16)}`;
  const what = `its xz data went through the filter ${name}, which is not read; unpack it with xz -d first`;
  return new ExhumeError({ code: "unsupported", file, what });
}

/** Section 5.3.1: an exponent and one bit of mantissa. */
function dictionarySize(properties: Uint8Array): number {
  const bits = properties[0];
  if (bits === undefined || properties.length !== 1 || bits > 40)
    throw new Error("the size of the LZMA2 dictionary is damaged");
  return bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}

/** Reads fields one after the other. */
export class Fields {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  /** Section 1.2: seven bits a byte. @throws Error when it is cut or has more than 53 bits */
  number(): number {
    const number = xzNumberAt(this.bytes, this.at);
    if (number === undefined) throw new Error("a field of xz data is cut");
    this.at += number.length;
    return number.value;
  }

  part(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new Error("a field of xz data is cut");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }
}

/** @returns undefined when more bytes are needed @throws Error when it has more than 53 bits */
export function xzNumberAt(bytes: Uint8Array, at: number): { value: number; length: number } | undefined {
  let value = 0;
  for (let length = 0; length < 8; length++) {
    const byte = bytes[at + length];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * length);
    if (byte >= 0x80) continue;
    if (byte === 0 && length > 0) break;
    if (value > Number.MAX_SAFE_INTEGER) break;
    return { value, length: length + 1 };
  }
  throw new Error("a number in xz data is damaged");
}

export function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
