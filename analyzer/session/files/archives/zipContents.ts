import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import { crc32 } from "../checksums";
import { type Unpacker, unpackerFor } from "../compression";
import { DeflateUnpacker } from "../gzip";
import { type ZipMember, zipContentsOffset, zipMethods } from "./zipFields";

const chunkBytes = 1 << 20;

/** Why a file of a zip archive cannot be read, with what to do; undefined when it can. */
export function whyNotRead({ name, isEncrypted, method }: ZipMember): string | undefined {
  if (isEncrypted) return `${name} in it is encrypted; unpack it with its password first`;
  switch (method) {
    case zipMethods.stored:
    case zipMethods.deflate:
    case zipMethods.bzip2:
    case zipMethods.zstd:
    case zipMethods.xz:
      return undefined;
    case zipMethods.deflate64:
      return `${name} in it is packed by deflate64, which is not read; unpack it first`;
    case zipMethods.lzma:
      return `${name} in it is packed by lzma, which is not read in zip archives; unpack it first`;
    default:
      return `${name} in it is packed by method ${method}, which is not read; unpack it first`;
  }
}

/**
 * Unpacks one file of a zip archive and compares its size and checksum.
 * @param emit gets its bytes in order, only valid during the call; what it throws ends the unpacking
 * @param onProgress gets the share that was read, before each piece
 * @throws Error when it is damaged; ExhumeError `unsupported`
 */
export async function unpackZipMember(
  source: ByteSource,
  member: ZipMember,
  emit: (bytes: Uint8Array) => void,
  onProgress: (fraction: number) => void = () => undefined,
): Promise<void> {
  const refusal = whyNotRead(member);
  if (refusal !== undefined) throw new ExhumeError({ code: "unsupported", file: source.name, what: refusal });
  let crc = 0;
  let bytes = 0;
  const unpacker = await unpackerOf(member, (part) => {
    crc = crc32(part, crc);
    bytes += part.length;
    if (bytes > (member.bytes ?? Infinity))
      throw new Error("a file of the archive gives more than it states");
    emit(part);
  });
  const start = zipContentsOffset(source, member);
  const chunk = new Uint8Array(chunkBytes);
  for (let done = 0; done < member.packedBytes; ) {
    onProgress(done / member.packedBytes);
    const got = source.read(start + done, chunk.subarray(0, Math.min(chunkBytes, member.packedBytes - done)));
    if (got === 0) break;
    await unpacker.push(chunk.slice(0, got));
    done += got;
  }
  await unpacker.end();
  if (bytes !== (member.bytes ?? bytes))
    throw new Error(`a file of the archive gives ${bytes} bytes and states ${member.bytes}`);
  if (crc !== (member.crc32 ?? crc)) throw new Error("the checksum of a file of the archive differs");
}

async function unpackerOf(member: ZipMember, emit: (bytes: Uint8Array) => void): Promise<Unpacker> {
  switch (member.method) {
    case zipMethods.deflate:
      return new DeflateUnpacker(emit);
    case zipMethods.bzip2:
      return unpackerFor("bzip2", member.name, emit);
    case zipMethods.zstd:
      return unpackerFor("zstd", member.name, emit);
    case zipMethods.xz:
      return unpackerFor("xz", member.name, emit);
    default:
      return { push: emit, end: () => undefined, isUnchecked: true };
  }
}
