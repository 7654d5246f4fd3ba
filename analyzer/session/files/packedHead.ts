import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ApportUnpacker } from "./apport";
import { Bzip2Unpacker } from "./bzip2/bzip2";
import type { Compression } from "./compression";
import { loadContentHashes } from "./contentHashes";
import { GzipUnpacker } from "./gzip";
import { HeadBuffer } from "./headBuffer";
import { Lz4Unpacker } from "./lz4";
import { LzmaFileUnpacker } from "./lzma/lzmaFile";
import { XzUnpacker } from "./lzma/xz";
import { ZstdUnpacker } from "./zstd";

/** A Zstandard block is at most 128 KiB; what stands before the first may be skipped frames, small ones. */
const mostPackedBytes = 256 << 10;
/**
 * A bzip2 block gives nothing before its end, which may be 900,000 bytes away where nothing repeats; a report of apport
 * has texts before its core.
 */
const mostBytesBefore = 1 << 20;
const stepBytes = 16 << 10;

/** Thrown by ourselves to stop unpacking. */
class Enough extends Error {}

/**
 * The first bytes inside a packed file: at most `wanted`, from at most 256 KiB of the file (1 MiB of bzip2 and reports), whatever it
 * claims.
 * @returns what came out before the packed data was damaged, perhaps nothing
 */
export async function unpackHead(
  source: ByteSource,
  compression: Exclude<Compression, "none">,
  wanted: number,
): Promise<Uint8Array> {
  const head = new HeadBuffer(wanted);
  const emit = (bytes: Uint8Array): void => {
    if (!head.take(bytes)) throw new Enough();
  };
  const { push, unfinished } = await headUnpacker(compression, source.name, wanted, emit);
  try {
    const most = compression === "bzip2" || compression === "apport" ? mostBytesBefore : mostPackedBytes;
    for (let at = 0, step = stepBytes; at < most; at += step, step = nextStep(compression, step)) {
      const packed = readUpTo(source, at, step);
      if (packed.length === 0) break;
      await push(packed);
      if (head.bytes.length === 0 && at >= wanted) emit(unfinished());
    }
    if (head.bytes.length === 0) emit(unfinished());
  } catch {
    // Enough, or damaged: what came out before is the answer.
  }
  return head.bytes;
}

/** A bzip2 block is read from its beginning whenever more of it has come. */
function nextStep(compression: Compression, step: number): number {
  return compression === "bzip2" ? Math.min(step * 2, mostPackedBytes) : step;
}

interface HeadUnpacker {
  push(packed: Uint8Array): void | Promise<void>;
  /** What is known of a block that is not complete. */
  unfinished(): Uint8Array;
}

async function headUnpacker(
  compression: Exclude<Compression, "none">,
  name: string,
  wantedBytes: number,
  emit: (bytes: Uint8Array) => void,
): Promise<HeadUnpacker> {
  const nothing = () => new Uint8Array(0);
  switch (compression) {
    case "gzip": {
      const gzip = new GzipUnpacker(emit);
      return { push: (packed) => gzip.push(packed), unfinished: nothing };
    }
    case "zstd": {
      const zstd = new ZstdUnpacker({ name, wantedBytes }, emit);
      return { push: (packed) => zstd.push(packed), unfinished: nothing };
    }
    case "lz4": {
      const lz4 = new Lz4Unpacker(await loadContentHashes(), emit);
      return { push: (packed) => lz4.push(packed), unfinished: () => lz4.unfinished() };
    }
    case "xz": {
      const xz = new XzUnpacker({ name, wantedBytes }, emit);
      return { push: (packed) => xz.push(packed), unfinished: nothing };
    }
    case "lzma": {
      const lzma = new LzmaFileUnpacker({ name, wantedBytes }, emit);
      return { push: (packed) => lzma.push(packed), unfinished: nothing };
    }
    case "bzip2": {
      const bzip2 = new Bzip2Unpacker(emit);
      return { push: (packed) => bzip2.push(packed), unfinished: nothing };
    }
    case "apport": {
      const apport = new ApportUnpacker(emit);
      return { push: (packed) => apport.push(packed), unfinished: nothing };
    }
  }
}
