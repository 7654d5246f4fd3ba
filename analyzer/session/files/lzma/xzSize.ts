import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { crc32 } from "../checksums";
import { Fields, streamFooter, streamFooterBytes, streamHeaderBytes, word } from "./xzFields";

/** What an index of a hundred thousand blocks has. */
const mostIndexBytes = 1 << 20;
const mostStreams = 1000;

/**
 * What all blocks of an .xz file give, by the indexes at the ends of its streams.
 * @returns undefined when one is damaged, cut or larger than those of dumps
 */
export function xzContentBytes(source: ByteSource): number | undefined {
  let end = source.byteLength;
  let bytes = 0;
  try {
    for (let streams = 0; streams < mostStreams && end > 0; streams++) {
      end -= paddingBefore(source, end);
      const { indexBytes } = streamFooter(readUpTo(source, end - streamFooterBytes, streamFooterBytes));
      if (indexBytes > mostIndexBytes) return undefined;
      const index = readIndex(readUpTo(source, end - streamFooterBytes - indexBytes, indexBytes));
      bytes += index.bytes;
      end -= streamFooterBytes + indexBytes + index.packedBytes + streamHeaderBytes;
    }
  } catch {
    // Unpacking says what is wrong with it.
    return undefined;
  }
  return end === 0 ? bytes : undefined;
}

/** @throws Error when it is damaged */
function readIndex(index: Uint8Array): { bytes: number; packedBytes: number } {
  const end = index.length - 4;
  if (index[0] !== 0 || crc32(index.subarray(0, end)) !== word(index, end))
    throw new Error("the index is damaged");
  const fields = new Fields(index.subarray(0, end), 1);
  let bytes = 0;
  let packedBytes = 0;
  for (let left = fields.number(); left > 0; left--) {
    packedBytes += Math.ceil(fields.number() / 4) * 4;
    bytes += fields.number();
  }
  return { bytes, packedBytes };
}

/** Zeros, four at a time; few stand at the end of a file. */
function paddingBefore(source: ByteSource, end: number): number {
  const tail = readUpTo(source, Math.max(0, end - (64 << 10)), Math.min(end, 64 << 10));
  let zeros = 0;
  while (zeros < tail.length && tail[tail.length - 1 - zeros] === 0) zeros++;
  return zeros;
}
