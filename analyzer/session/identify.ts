import { type ByteSource, BytesSource, readUpTo } from "../base/byteSource";
import { ExhumeError } from "../base/errors";
import { unwatched, type Work } from "../base/work";
import type { DumpKind } from "../protocol/dump/open";
import type { DumpFormat } from "./dumpFormat";
import { dumpFormats, plainText } from "./dumpFormats";
import { ageFormOfSource, ageMagics } from "./encryption/ageForm";
import { type ArchiveForm, archiveFormOf } from "./files/archives/archiveForm";
import type { ArchiveFindings } from "./files/archives/findInArchive";
import type { OtherDumps, ToldMember } from "./files/archives/memberHeads";
import { type Compression, compressionOf } from "./files/compression";
import { type Packing, packingInWords } from "./files/packing";

/** What a file is, told by its content. */
export interface Identity {
  /** undefined for what is not a dump of any format. */
  readonly dumpFormat: DumpFormat | undefined;
  readonly kind: DumpKind;
  /** In words: `Java heap dump (HPROF 1.0.2)`; for unknown files what was found instead. */
  readonly format: string;
  readonly packing: Packing;
  /** Further dumps of the same archive, as far as they are known without unpacking all of it. */
  readonly others: readonly string[];
  /** Encrypted, and no key is known: what it is shows when it is opened. */
  readonly isLocked: boolean;
  /** Not a dump, but a text. */
  readonly isOtherText: boolean;
}

export interface IdentifyOptions {
  /** Of an encrypted file, where it is known. */
  readonly fileKey?: Uint8Array | undefined;
  /** Which file of an archive. */
  readonly member?: string | undefined;
  /** How much of an archive is looked through for a dump. */
  readonly archives?: "beginning" | "whole";
  readonly work?: Work;
}

/** Enough for every magic and for a saved text to show its form. */
const headBytes = 64 * 1024;

/** What is said of an encrypted file nobody gave a key for. */
export const lockedFormat = "a file encrypted with age";

/**
 * Reads the head of a file, looks through encryption, compression and into archives, and asks each format.
 * @throws ExhumeError `damaged`, `refused` when it is encrypted and its header is not as it should be; `notFound` when
 *   there is no archive to have such a member; `cancelled`
 */
export async function identify(file: ByteSource, options: IdentifyOptions = {}): Promise<Identity> {
  const isEncrypted = ageFormOfSource(file) !== undefined;
  if (!isEncrypted) return identifyPlain(file, options);
  if (options.fileKey === undefined) return { ...unknownAs(lockedFormat, "none"), isLocked: true };
  const { decryptedSource } = await import("./encryption/encryptedFile");
  const source = decryptedSource(file, options.fileKey);
  const inside = await identifyPlain(source, options);
  const isChanged = inside.dumpFormat === undefined && source.damage !== undefined;
  const format = isChanged
    ? "encrypted with age, and its beginning was changed or cut"
    : `${inside.format}, encrypted with age`;
  return { ...inside, format };
}

function unknownAs(format: string, compression: Compression): Identity {
  return {
    dumpFormat: undefined,
    kind: "unknown",
    format,
    packing: { compression },
    others: [],
    isLocked: false,
    isOtherText: false,
  };
}

async function identifyPlain(source: ByteSource, options: IdentifyOptions): Promise<Identity> {
  const packed = readUpTo(source, 0, headBytes);
  const compression = compressionOf(packed);
  const head = compression === "none" ? packed : await unpackedHead(source, compression);
  const form = archiveFormOf(head, compression);
  if (form !== undefined) return identifyInside(source, form, compression, options);
  if (options.member !== undefined)
    throw new ExhumeError({
      code: "notFound",
      what: `${options.member}: ${source.name} is not a zip or tar archive`,
    });
  const told = tellFormat(head);
  return told === undefined
    ? {
        ...unknownAs(describeUnknown(head, compression), compression),
        isOtherText: plainText.recognise(head) !== undefined,
      }
    : identityOf(told, { compression }, []);
}

async function unpackedHead(
  source: ByteSource,
  compression: Exclude<Compression, "none">,
): Promise<Uint8Array> {
  const { unpackHead } = await import("./files/packedHead");
  return unpackHead(source, compression, headBytes);
}

interface Told {
  readonly dumpFormat: DumpFormat;
  readonly words: string;
}

interface ToldInside extends Told {
  /** Of the file inside. */
  readonly compression: Compression;
}

function tellFormat(head: Uint8Array): Told | undefined {
  for (const dumpFormat of dumpFormats) {
    const words = dumpFormat.recognise(head);
    if (words !== undefined) return { dumpFormat, words };
  }
  return undefined;
}

async function tellMember(name: string, packed: Uint8Array): Promise<ToldInside | undefined> {
  const compression = compressionOf(packed);
  const head =
    compression === "none" ? packed : await unpackedHead(new BytesSource(name, packed), compression);
  const told = tellFormat(head);
  return told === undefined ? undefined : { ...told, compression };
}

function identityOf({ dumpFormat, words }: Told, packing: Packing, others: readonly string[]): Identity {
  const how = packingInWords(packing);
  const format = how === "" ? words : `${words}, ${how}`;
  return { dumpFormat, kind: dumpFormat.kind, format, packing, others, isLocked: false, isOtherText: false };
}

/** Beside a heap dump or a core, saved texts are its companions. */
function isMain({ dumpFormat }: Told): boolean {
  return dumpFormat.kind !== "text";
}

async function identifyInside(
  source: ByteSource,
  form: ArchiveForm,
  compression: Compression,
  { member, archives = "whole", work = unwatched }: IdentifyOptions,
): Promise<Identity> {
  const { findInArchive } = await import("./files/archives/findInArchive");
  const findings = await findInArchive({
    source,
    form,
    compression,
    member,
    isWhole: archives === "whole",
    tell: tellMember,
    isEnough: isMain,
    work,
  });
  const chosen = findings.told.find(({ told }) => isMain(told)) ?? findings.told[0];
  if (chosen === undefined) {
    return unknownAs(describeArchive(form, compression, findings, member), compression);
  }
  const { name, told } = chosen;
  const packing: Packing = {
    compression,
    archive: { form, member: name, compression: told.compression, isChosen: member !== undefined },
  };
  const others = findings.told.filter((each) => isMain(each.told) === isMain(told) && each !== chosen);
  return identityOf(told, packing, others.map(nameOf));
}

const nameOf = ({ name }: ToldMember<unknown>) => name;

/** Which further files of an archive are dumps to choose from, beside one of this format. */
export function otherDumpsLike(format: DumpFormat, found: (names: readonly string[]) => void): OtherDumps {
  const isText = format.kind === "text";
  return {
    found,
    tell: async (name, head) => {
      const told = await tellMember(name, head);
      return told !== undefined && isMain(told) !== isText ? true : undefined;
    },
  };
}

function describeArchive(
  form: ArchiveForm,
  compression: Compression,
  { notRead, files, isAll }: ArchiveFindings<unknown>,
  member: string | undefined,
): string {
  const inside = compression === "none" ? "" : `inside ${compression}: `;
  const archive = `${inside}a ${form} archive`;
  if (notRead.length > 0) return `${archive}: ${notRead[0]}`;
  if (member !== undefined) return `${archive} without a dump called ${member}`;
  if (!isAll)
    return `${archive} whose first ${files === 1 ? "file is" : `${files} files are`} not dumps Exhume knows`;
  return `${archive} without a dump Exhume knows in it (${files === 1 ? "1 file" : `${files} files`})`;
}

/** What people try to open that is not read, by its first bytes. */
const otherFiles: readonly (readonly [magic: string, what: string])[] = [
  ["PK\x03\x04", "a zip archive; unpack it first"],
  ...ageMagics.map((magic) => [magic, "encrypted with age inside something else; undo that first"] as const),
  ["7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"],
];

function describeUnknown(head: Uint8Array, compression: Compression): string {
  const inside = compression === "none" ? "" : `inside ${compression}: `;
  if (head.byteLength === 0 && compression === "apport") return "a report of apport without a core in it";
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
