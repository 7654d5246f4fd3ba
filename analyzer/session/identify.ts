import { type ByteSource, readUpTo } from "../base/byteSource";
import type { DumpKind } from "../protocol/dump/open";
import type { DumpFormat } from "./dumpFormat";
import { dumpFormats } from "./dumpFormats";
import { ageMagics } from "./encryption/ageForm";
import { ageFormOfSource, decryptedSource } from "./encryption/encryptedFile";
import { type Compression, compressionOf } from "./files/compression";
import { unpackHead } from "./files/packedHead";

/** What a file is, told by its content. */
export interface Identity {
  /** undefined for what is not a dump of any format. */
  readonly dumpFormat: DumpFormat | undefined;
  readonly kind: DumpKind;
  /** In words: `Java heap dump (HPROF 1.0.2)`; for unknown files what was found instead. */
  readonly format: string;
  readonly compression: Compression;
  /** Encrypted, and no key is known: what it is shows when it is opened. */
  readonly isLocked: boolean;
}

/** Enough for every magic and for a saved text to show its form. */
const headBytes = 64 * 1024;

/**
 * Reads the head of a file, looks through encryption and compression, and asks each format.
 * @param fileKey of an encrypted file, where it is known
 * @throws ExhumeError `damaged`, `refused` when it is encrypted and its header is not as it should be
 */
export async function identify(file: ByteSource, fileKey?: Uint8Array): Promise<Identity> {
  const isEncrypted = ageFormOfSource(file) !== undefined;
  if (!isEncrypted) return identifyInside(file);
  if (fileKey !== undefined) {
    const inside = await identifyInside(decryptedSource(file, fileKey));
    return { ...inside, format: `${inside.format}, encrypted with age` };
  }
  return {
    dumpFormat: undefined,
    kind: "unknown",
    format: lockedFormat,
    compression: "none",
    isLocked: true,
  };
}

/** What is said of an encrypted file nobody gave a key for. */
export const lockedFormat = "a file encrypted with age";

async function identifyInside(source: ByteSource): Promise<Identity> {
  const packed = readUpTo(source, 0, headBytes);
  const compression = compressionOf(packed);
  const head = compression === "none" ? packed : await unpackHead(source, compression, headBytes);
  for (const dumpFormat of dumpFormats) {
    const found = dumpFormat.recognise(head);
    if (found === undefined) continue;
    const format = compression === "none" ? found : `${found}, ${compression}`;
    return { dumpFormat, kind: dumpFormat.kind, format, compression, isLocked: false };
  }
  const format = describeUnknown(head, compression);
  return { dumpFormat: undefined, kind: "unknown", format, compression, isLocked: false };
}

/** What people try to open that is not read, by its first bytes. */
const otherFiles: readonly (readonly [magic: string, what: string])[] = [
  ["PK\x03\x04", "a zip archive; unpack it first"],
  ...ageMagics.map(
    (magic) => [magic, "encrypted with age, and not as the outermost; unpack it first"] as const,
  ),
];

function describeUnknown(head: Uint8Array, compression: Compression): string {
  const inside = compression === "none" ? "" : `inside ${compression}: `;
  if (head.byteLength === 0) return compression === "none" ? "it is empty" : `a damaged ${compression} file`;
  if (latin1(head.subarray(0, 4)) === "\x7fELF") return `${inside}an ELF program or library, not a core dump`;
  if (latin1(head.subarray(0, 12)) === "JAVA PROFILE")
    return `${inside}an HPROF file whose header is damaged`;
  const named = otherFiles.find(([magic]) => latin1(head.subarray(0, magic.length)) === magic);
  if (named !== undefined) return `${inside}${named[1]}`;
  const first = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const printable = head.subarray(0, 512).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));
  return `${inside}${printable ? "a text file of a form Exhume does not know" : `it begins with the bytes ${first}`}`;
}

function latin1(bytes: Uint8Array): string {
  // biome-ignore lint/plugin: at most 20 bytes
  return String.fromCharCode(...bytes);
}
