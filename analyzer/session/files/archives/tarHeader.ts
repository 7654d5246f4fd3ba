export const tarBlockBytes = 512;

/** Fields of a header (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). */
const fields = {
  name: { start: 0, length: 100 },
  size: { start: 124, length: 12 },
  checksum: { start: 148, length: 8 },
  type: { start: 156, length: 1 },
  magic: { start: 257, length: 5 },
  prefix: { start: 345, length: 155 },
} as const;

export interface TarHeader {
  readonly name: string;
  readonly bytes: number;
  /** One letter, `0` for files. */
  readonly type: string;
}

/** @returns undefined when no header stands there */
export function tarHeaderOf(block: Uint8Array): TarHeader | undefined {
  if (
    block.length < tarBlockBytes ||
    tarNumber(block, fields.checksum.start, fields.checksum.length) !== checksumOf(block)
  )
    return undefined;
  const bytes = tarNumber(block, fields.size.start, fields.size.length);
  const name = tarText(block, fields.name.start, fields.name.length);
  if (bytes === undefined || name === "") return undefined;
  const prefix =
    tarText(block, fields.magic.start, fields.magic.length) === "ustar" && block[263] === 0x30
      ? tarText(block, fields.prefix.start, fields.prefix.length)
      : "";
  const type = String.fromCharCode(block[fields.type.start]!);
  return { name: prefix === "" ? name : `${prefix}/${name}`, bytes, type: type === "\0" ? "0" : type };
}

/** The sum of all bytes, with spaces where it stands itself. */
function checksumOf(block: Uint8Array): number {
  const { start, length } = fields.checksum;
  let sum = 0;
  for (let at = 0; at < tarBlockBytes; at++) sum += at >= start && at < start + length ? 0x20 : block[at]!;
  return sum;
}

/** Octal digits, or base 256 behind a set bit, as GNU writes large ones. */
export function tarNumber(block: Uint8Array, start: number, length: number): number | undefined {
  if (block[start] === 0x80) {
    let value = 0;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + block[at]!;
    return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  }
  const digits = tarText(block, start, length).trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Up to the first zero. */
export function tarText(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/** Records of an extended header, `length key=value`, that say more about the next file. */
export function paxRecords(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const digits = /^(\d{1,7}) /.exec(new TextDecoder("latin1").decode(bytes.subarray(at, at + 8)))?.[1];
    const length = digits === undefined ? 0 : Number(digits);
    if (digits === undefined || length <= digits.length + 1 || at + length > bytes.length) break;
    const record = new TextDecoder().decode(bytes.subarray(at + digits.length + 1, at + length - 1));
    const equals = record.indexOf("=");
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}
