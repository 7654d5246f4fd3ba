import { ApportUnpacker, beginsApportReport } from "./apport";
import { Bzip2Unpacker, beginsBzip2 } from "./bzip2/bzip2";
import { LzmaFileUnpacker, lzmaHeaderOf } from "./lzma/lzmaFile";
import { xzMagic } from "./lzma/xzFields";

/** A way a file may be packed as a whole; dumps are opened through it as if it were not there. */
export type Compression = "none" | "gzip" | "zstd" | "lz4" | "xz" | "lzma" | "bzip2" | "apport";

/** RFC 1952, RFC 8878, LZ4 frame format 1.6, xz file format 1.2. */
const magics: readonly (readonly [magic: string, compression: Compression])[] = [
  ["\x1f\x8b", "gzip"],
  ["\x28\xb5\x2f\xfd", "zstd"],
  ["\x04\x22\x4d\x18", "lz4"],
  [xzMagic, "xz"],
];

/** Told by content, never by the file's name. */
export function compressionOf(head: Uint8Array): Compression {
  const begins = (magic: string) => [...magic].every((sign, at) => head[at] === sign.charCodeAt(0));
  const byMagic = magics.find(([magic]) => begins(magic))?.[1];
  if (byMagic !== undefined) return byMagic;
  if (beginsBzip2(head)) return "bzip2";
  if (beginsApportReport(head)) return "apport";
  return lzmaHeaderOf(head) === undefined ? "none" : "lzma";
}

/** Takes packed bytes, hands out unpacked ones through the callback it was made with. */
export interface Unpacker {
  /** When it is done, the bytes were taken and everything they gave was handed out. */
  push(packed: Uint8Array): void | Promise<void>;
  /** Call once after the last bytes. Fails when the packed data ends early. */
  end(): void | Promise<void>;
  /** Whether some of what came out has no checksum, so that damage to it goes unnoticed. */
  readonly isUnchecked: boolean;
}

/**
 * @param name of the file, for sentences about it
 * @param emit gets unpacked bytes in order; they are only valid during the call. What it throws reaches who pushed.
 * @throws in its calls when the data is not what the magic promised or differs from its checksums
 */
export async function unpackerFor(
  compression: Compression,
  name: string,
  emit: (bytes: Uint8Array) => void,
): Promise<Unpacker> {
  switch (compression) {
    case "none":
      return { push: emit, end: () => undefined, isUnchecked: false };
    case "gzip":
      return new (await import("./gzip")).GzipUnpacker(emit);
    case "zstd": {
      const { start64 } = await contentHashes();
      return new (await import("./zstd")).ZstdUnpacker({ name, startHash: start64 }, emit);
    }
    case "lz4":
      return new (await import("./lz4")).Lz4Unpacker(await contentHashes(), emit);
    case "xz":
      return new (await import("./lzma/xz")).XzUnpacker({ name }, emit);
    case "lzma":
      return new LzmaFileUnpacker({ name }, emit);
    case "bzip2":
      return new Bzip2Unpacker(emit);
    case "apport":
      return new ApportUnpacker(emit);
  }
}

async function contentHashes() {
  return (await import("./contentHashes")).loadContentHashes();
}
