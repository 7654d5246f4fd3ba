import { crc32 } from "../../analyzer/session/files/checksums";

const encode = (text: string) => new TextEncoder().encode(text);
const blockBytes = 512;

export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `0` for a file, `5` a folder, `2` a link, `x` records about the next, `L` its name, `S` a file with holes. */
  readonly type?: string;
  /** Where a link leads. */
  readonly target?: string;
  /** Of a file with holes: where its parts are, and how long it really is. */
  readonly parts?: readonly (readonly [offset: number, bytes: number])[];
  readonly realBytes?: number;
}

/** A tar archive, header by header. */
export function tar(...entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap((entry) => [headerOf(entry), padded(entry.bytes)]);
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(2 * blockBytes)]));
}

function headerOf({ name, bytes, type = "0", target = "", parts, realBytes = 0 }: TarEntry): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const put = (at: number, text: string) => block.set(encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, name.slice(0, 100));
  put(100, "0000644\u00000000000\u00000000000\u0000");
  put(124, octal(bytes.length, 11));
  put(136, "14524770400");
  put(156, type);
  put(157, target.slice(0, 100));
  put(257, parts === undefined ? "ustar\u000000" : "ustar  \u0000");
  for (const [index, [offset, length]] of (parts ?? []).entries()) {
    put(386 + 24 * index, octal(offset, 11));
    put(398 + 24 * index, octal(length, 11));
  }
  if (parts !== undefined) put(483, octal(realBytes, 11));
  put(148, "        ");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\u0000 `);
  return block;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / blockBytes) * blockBytes);
  whole.set(bytes);
  return whole;
}

export interface ZipEntry {
  readonly name: string;
  /** As they were before packing. */
  readonly bytes: Uint8Array;
  /** Stored as they are without one. */
  readonly packed?: { readonly method: number; readonly bytes: Uint8Array };
  /** What the headers say instead of the truth. */
  readonly stated?: { readonly bytes?: number; readonly packedBytes?: number };
}

/** A zip archive with its directory at the end. */
export function zip(...entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes, packed, stated } of entries) {
    const contents = packed?.bytes ?? bytes;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt16LE(packed?.method ?? 0, 4);
    fields.writeUInt32LE(crc32(bytes, 0) >>> 0, 10);
    fields.writeUInt32LE(stated?.packedBytes ?? contents.length, 14);
    fields.writeUInt32LE(stated?.bytes ?? bytes.length, 18);
    fields.writeUInt16LE(encode(name).length, 22);
    const behind = Buffer.alloc(14);
    behind.writeUInt32LE(at, 10);
    const made = Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1");
    directory.push(Buffer.concat([made, fields, behind, encode(name)]));
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), fields, encode(name), contents]);
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
}
