import type { ByteSource } from "./byteSource";
import type { BlockCache } from "./pagedBytes";

/** How the sections of object files are read; pure rooms have neither files nor zlib of their own. */
export interface SectionReading {
  /** Keeps the blocks that are in use of sections too large to hold. */
  readonly blocks: BlockCache;
  /**
   * Unpacks part of a file to exactly `bytes` bytes.
   * @throws Error that says in its message why it does not unpack
   */
  unpack(packed: PackedPart, bytes: number): Uint8Array | ByteSource;
}

/** Packed bytes of a file: zlib (RFC 1950) or zstd (RFC 8878). */
export interface PackedPart {
  readonly kind: "zlib" | "zstd";
  readonly source: ByteSource;
  readonly offset: number;
  readonly length: number;
}
