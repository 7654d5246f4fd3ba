import { loadContentHashes } from "./contentHashes";
import { GzipUnpacker } from "./gzip";
import { Lz4Unpacker } from "./lz4";
import { ZstdUnpacker } from "./zstd";

/** A way a dump may be packed; dumps are opened through it as if it were not there. */
export type Compression = "none" | "gzip" | "zstd" | "lz4";

/** RFC 1952, RFC 8878, LZ4 frame format 1.6. */
const magics: readonly (readonly [magic: string, compression: Compression])[] = [
  ["\x1f\x8b", "gzip"],
  ["\x28\xb5\x2f\xfd", "zstd"],
  ["\x04\x22\x4d\x18", "lz4"],
];

/** The first bytes of every packed file, one of them. */
export const compressionMagics: readonly string[] = magics.map(([magic]) => magic);

/** As many bytes tell whether and how a file is packed. */
export const longestMagic = compressionMagics.reduce((longest, { length }) => Math.max(longest, length), 0);

/** Told by magic, never by the file's name. */
export function compressionOf(head: Uint8Array): Compression {
  const begins = (magic: string) => [...magic].every((sign, at) => head[at] === sign.charCodeAt(0));
  return magics.find(([magic]) => begins(magic))?.[1] ?? "none";
}

/** Takes packed bytes, hands out unpacked ones through the callback it was made with. */
export interface Unpacker {
  /** When it is done, the bytes were taken and everything they gave was handed out. */
  push(packed: Uint8Array): void | Promise<void>;
  /** Call once after the last bytes. Fails when the packed data ends early. */
  end(): void | Promise<void>;
}

/**
 * @param name of the file, for sentences about it
 * @param emit gets unpacked bytes in order; they are only valid during the call. What it throws reaches who pushed.
 * @throws in its calls when the data is not what the magic promised or differs from its checksums
 */
export async function unpackerFor(
  compression: Exclude<Compression, "none">,
  name: string,
  emit: (bytes: Uint8Array) => void,
): Promise<Unpacker> {
  switch (compression) {
    case "gzip":
      return new GzipUnpacker(emit);
    case "zstd":
      return new ZstdUnpacker({ name, startHash: (await loadContentHashes()).start64 }, emit);
    case "lz4":
      return new Lz4Unpacker(await loadContentHashes(), emit);
  }
}
