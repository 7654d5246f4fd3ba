import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import type { ByteSource } from "../../../base/byteSource";
import { type WantedMembers, type ZipMember, zipName } from "./zipFields";
import { localZipMembers } from "./zipLocalHeaders";

export interface ZipListing {
  readonly members: readonly ZipMember[];
  /** Why the directory at the end was not used, and the headers before each file were; undefined when it was. */
  readonly withoutDirectory: string | undefined;
}

/** yauzl's view of a byte source. */
class SourceReader extends RandomAccessReader {
  constructor(private readonly source: ByteSource) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    let failure: Error | null = null;
    try {
      const got = this.source.read(position, buffer.subarray(offset, offset + length));
      if (got < length) failure = new Error("it ends early");
    } catch (error) {
      failure = error as Error;
    }
    process.nextTick(callback, failure);
  }
}

/** The files of a zip archive that are wanted; of one that is cut, those whose headers are still there. */
export async function listZipMembers(source: ByteSource, wanted: WantedMembers): Promise<ZipListing> {
  try {
    return { members: await listDirectory(source, wanted), withoutDirectory: undefined };
  } catch (error) {
    const withoutDirectory = error instanceof Error ? error.message : String(error);
    return { members: localZipMembers(source, wanted), withoutDirectory };
  }
}

function listDirectory(source: ByteSource, { most, isWanted }: WantedMembers): Promise<ZipMember[]> {
  const members: ZipMember[] = [];
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false };
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(
      new SourceReader(source),
      source.byteLength,
      options,
      (failure: Error | null, zip: ZipFile) => {
        if (failure !== null) return reject(failure);
        zip.on("error", reject);
        zip.on("end", () => resolve(members));
        zip.on("entry", (entry: Entry) => {
          const member = memberOf(entry);
          if (!member.name.endsWith("/") && isWanted(member.name)) members.push(member);
          if (members.length >= most) resolve(members);
          else zip.readEntry();
        });
        zip.readEntry();
      },
    );
  });
}

function memberOf(entry: Entry): ZipMember {
  return {
    name: zipName(entry.fileName as unknown as Uint8Array, entry.generalPurposeBitFlag),
    bytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
    headerOffset: entry.relativeOffsetOfLocalHeader,
  };
}
