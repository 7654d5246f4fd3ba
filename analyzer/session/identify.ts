import { type ByteSource, readUpTo } from "../base/byteSource";
import { identifyText } from "../formats/texts/identifyText";
import type { DumpKind } from "../protocol/dumpRequests";
import { type Compression, compressionOf } from "./files/compression";
import { unpackHead } from "./files/packedHead";

/** What a file is, told by its content. */
export interface Identity {
  readonly kind: DumpKind;
  /** In words: `Java heap dump (HPROF 1.0.2)`; for unknown files what was found instead. */
  readonly format: string;
  readonly compression: Compression;
}

/** Enough for every magic and for a saved text to show its form. */
const headBytes = 64 * 1024;

/** Each kind of dump has one recogniser; the first that answers wins. */
type Recogniser = (head: Uint8Array) => { readonly kind: DumpKind; readonly format: string } | undefined;

const recognisers: readonly Recogniser[] = [recogniseHprof, recogniseCore, recogniseText];

/** Reads the head of a file, looks through compression, and asks the recognisers. */
export async function identify(source: ByteSource): Promise<Identity> {
  const packed = readUpTo(source, 0, headBytes);
  const compression = compressionOf(packed);
  const head = compression === "none" ? packed : await unpackHead(source, compression, headBytes);
  for (const recognise of recognisers) {
    const found = recognise(head);
    if (found === undefined) continue;
    const format = compression === "none" ? found.format : `${found.format}, ${compression}`;
    return { kind: found.kind, format, compression };
  }
  return { kind: "unknown", format: describeUnknown(head, compression), compression };
}

function recogniseHprof(head: Uint8Array): ReturnType<Recogniser> {
  const text = latin1(head.subarray(0, 19));
  const match = /^JAVA PROFILE (\d\.\d(?:\.\d)?)\0/.exec(text);
  return match === null ? undefined : { kind: "heap", format: `Java heap dump (HPROF ${match[1]})` };
}

/** ELF header: e_ident, then e_type at offset 16 (System V ABI, chapter 4); ET_CORE is 4. */
function recogniseCore(head: Uint8Array): ReturnType<Recogniser> {
  if (latin1(head.subarray(0, 4)) !== "\x7fELF") return undefined;
  const type = head[5] === 2 ? (head[16]! << 8) | head[17]! : head[16]! | (head[17]! << 8);
  if (type !== 4) return undefined;
  return { kind: "core", format: `ELF core dump (${head[4] === 2 ? 64 : 32}-bit)` };
}

function recogniseText(head: Uint8Array): ReturnType<Recogniser> {
  const format = identifyText(head);
  return format === undefined ? undefined : { kind: "text", format };
}

function describeUnknown(head: Uint8Array, compression: Compression): string {
  const inside = compression === "none" ? "" : `inside ${compression}: `;
  if (head.byteLength === 0) return compression === "none" ? "it is empty" : `a damaged ${compression} file`;
  if (latin1(head.subarray(0, 4)) === "\x7fELF") return `${inside}an ELF program or library, not a core dump`;
  if (latin1(head.subarray(0, 12)) === "JAVA PROFILE")
    return `${inside}an HPROF file whose header is damaged`;
  const first = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const printable = head.subarray(0, 512).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));
  return `${inside}${printable ? "a text file of a form Exhume does not know" : `it begins with the bytes ${first}`}`;
}

function latin1(bytes: Uint8Array): string {
  // biome-ignore lint/plugin: at most 19 bytes
  return String.fromCharCode(...bytes);
}
