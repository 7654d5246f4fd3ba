import { tmpdir } from "node:os";
import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { formatQuantity } from "../../base/figures";
import type { Problem, ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { decryptedSource } from "../encryption/encryptedFile";
import type { DecryptedSource, PayloadDamage } from "../encryption/payload";
import type { OtherDumps } from "./archives/memberHeads";
import { unpackTarMember } from "./archives/unpackTarMember";
import { unpackZipMember } from "./archives/zipContents";
import { listZipMembers } from "./archives/zipMembers";
import { type Compression, unpackerFor } from "./compression";
import { FileSource, type SharedFile } from "./fileSource";
import type { Wrapping } from "./packing";
import { UnpackedFile } from "./unpackedFile";
import { type UnpackedSize, unpackedSizeOf } from "./unpackedSize";

const chunkBytes = 4 << 20;

/**
 * Opens the bytes of a dump for reading by position. A packed or encrypted file is unpacked into a temporary file first.
 * @throws ExhumeError `cancelled`, `unreadable`, `noSpace`, `unsupported`; `refused` when it would unpack to absurd sizes.
 */
export async function openDumpBytes(
  file: FileSource,
  wrapping: Wrapping,
  problems: ProblemList,
  work: Work,
  others?: OtherDumps,
): Promise<SharedFile> {
  const { compression, archive, fileKey } = wrapping;
  const isPacked = compression !== "none" || archive !== undefined;
  if (fileKey === undefined) return isPacked ? unpack(file, wrapping, problems, work, others) : file.share();
  const decrypted = decryptedSource(file, fileKey);
  const source = isPacked ? onlyWhole(decrypted) : decrypted;
  const unpacked = await unpack(source, wrapping, problems, work, others);
  if (decrypted.damage !== undefined) problems.add(problemOf(decrypted.damage));
  return unpacked;
}

/** Pieces that cannot be decrypted read as zeros, of which nothing can be unpacked. */
function onlyWhole(decrypted: DecryptedSource): ByteSource {
  return {
    name: decrypted.name,
    byteLength: decrypted.byteLength,
    read: (position, into) => {
      const got = decrypted.read(position, into);
      if ((decrypted.damage?.pieces ?? 0) > 0) throw new Error("it cannot be decrypted further");
      return got;
    },
  };
}

function problemOf({ pieces, offset, isCut }: PayloadDamage): Problem {
  const changed =
    pieces === 0
      ? ""
      : ` ${formatQuantity(pieces, "piece")} of 64 KiB, the first at ${offset}, were changed and read as zeros.`;
  const cut = isCut ? " Its end is missing or was changed." : "";
  return {
    code: "encrypted-data-damaged",
    message: `The encrypted file is damaged.${changed}${cut}`,
    losesData: true,
  };
}

async function unpack(
  packed: ByteSource,
  { compression, archive, fileKey }: Wrapping,
  problems: ProblemList,
  work: Work,
  others?: OtherDumps,
): Promise<SharedFile> {
  const way = fileKey === undefined ? "Unpacking" : "Decrypting and unpacking";
  if (archive === undefined) return unpackWhole(packed, { compression, way }, problems, work);
  const { member, form } = archive;
  const file =
    form === "zip"
      ? await unpackFromZip({ packed, way, member, problems, work })
      : await unpackFromTar({ packed, compression, way, member, problems, work, others });
  if (archive.compression === "none") return file.share();
  try {
    const inner = { compression: archive.compression, way };
    return await unpackWhole(FileSource.attach(file.share()), inner, problems, work);
  } finally {
    file.remove();
  }
}

async function unpackWhole(
  packed: ByteSource,
  { compression, way }: { readonly compression: Compression; readonly way: string },
  problems: ProblemList,
  work: Work,
): Promise<SharedFile> {
  const expected = unpackedSizeOf(packed, compression);
  const step =
    compression === "none" ? stepOf("Decrypting", expected) : stepOf(`${way} ${compression}`, expected);
  // A core's zero pages become holes, so it may take less.
  const file = new UnpackedFile(packed, expected?.isExact === true ? expected.bytes : undefined, work);
  const unpacker = await unpackerFor(compression, packed.name, (bytes) => file.write(bytes));
  await unpackInto(file, `${compression} data`, problems, async () => {
    const chunk = new Uint8Array(chunkBytes);
    for (let position = 0; position < packed.byteLength; ) {
      work.throwIfCancelled();
      work.report(step, position / packed.byteLength);
      const got = packed.read(position, chunk);
      if (got === 0) break;
      await unpacker.push(chunk.slice(0, got));
      position += got;
    }
    await unpacker.end();
  });
  if (unpacker.isUnchecked) reportUnchecked(compression, problems);
  return file.share();
}

interface MemberUnpacking {
  readonly packed: ByteSource;
  readonly way: string;
  readonly member: string;
  readonly problems: ProblemList;
  readonly work: Work;
}

async function unpackFromZip({
  packed,
  way,
  member: name,
  problems,
  work,
}: MemberUnpacking): Promise<UnpackedFile> {
  const wanted = { most: 1, isWanted: (each: string) => each === name };
  const { members, withoutDirectory } = await listZipMembers(packed, wanted);
  const [member] = members;
  if (member === undefined) throw new ExhumeError({ code: "notFound", what: `${name} in ${packed.name}` });
  if (withoutDirectory !== undefined) {
    const message = `The directory at the end of the zip archive is missing or damaged (${withoutDirectory}); its files were told by what stands before each.`;
    problems.add({ code: "archive-damaged", message, losesData: true });
  }
  const file = new UnpackedFile(packed, member.bytes, work);
  const step = stepOf(
    `${way} zip`,
    member.bytes === undefined ? undefined : { bytes: member.bytes, isExact: true },
  );
  await unpackInto(file, "zip archive", problems, () =>
    unpackZipMember(
      packed,
      member,
      (bytes) => file.write(bytes),
      (fraction) => {
        work.throwIfCancelled();
        work.report(step, fraction);
      },
    ),
  );
  return file;
}

interface TarUnpacking extends MemberUnpacking {
  readonly compression: Compression;
  readonly others: OtherDumps | undefined;
}

async function unpackFromTar(inputs: TarUnpacking): Promise<UnpackedFile> {
  const { packed, compression, way, problems, work } = inputs;
  const file = new UnpackedFile(packed, undefined, work);
  const what = compression === "none" ? "tar archive" : `tar archive or its ${compression} data`;
  const step = stepOf(compression === "none" ? `${way} tar` : `${way} tar, ${compression}`, undefined);
  await unpackInto(file, what, problems, async () => {
    const { isDamaged, isUnchecked } = await unpackTarMember({
      ...inputs,
      write: (bytes) => file.write(bytes),
      report: (fraction) => work.report(step, fraction),
    });
    if (isUnchecked) reportUnchecked(compression, problems);
    if (isDamaged) {
      const message =
        "A header in the tar archive is damaged; what stands before the next one was passed over.";
      problems.add({ code: "archive-damaged", message, losesData: true });
    }
  });
  return file;
}

/** What came out before damage stays, and is said; the file is gone when there is nothing to show. */
async function unpackInto(
  file: UnpackedFile,
  what: string,
  problems: ProblemList,
  unpack: () => Promise<void>,
): Promise<void> {
  try {
    await unpack();
  } catch (error) {
    if (error instanceof ExhumeError) {
      file.remove();
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The ${what} is damaged or ends early (${reason}); ${file.byteLength} bytes were unpacked.`;
    problems.add({ code: "compressed-data-damaged", message, losesData: true });
  }
}

function reportUnchecked(compression: Compression, problems: ProblemList): void {
  const message = `The ${compression} data has no checksum: damage inside it may go unnoticed.`;
  problems.add({ code: "no-checksum", message, losesData: false });
}

function stepOf(how: string, expected: UnpackedSize | undefined): string {
  if (expected === undefined) return `${how} into ${tmpdir()}`;
  const size = (expected.bytes / 2 ** 20).toFixed(0);
  return `${how}: ${expected.isExact ? "" : "at least "}${size} MiB into ${tmpdir()}`;
}
