import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import type { Work } from "../../../base/work";
import type { Pass } from "../parallel";
import { checksumOf } from "./checksum";

/**
 * Checksums of a dump's contents by blocks of {@link sumBlockBytes}, in shared memory; 0 where none is known yet. They
 * tell that what is read later is what was indexed.
 */
export type ContentSums = Uint32Array;

export const sumBlockBytes = 32 << 10;
const blocksKept = 64;

export function newContentSums(byteLength: number): ContentSums {
  return new Uint32Array(new SharedArrayBuffer(4 * Math.ceil(byteLength / sumBlockBytes)));
}

function blockLength(source: ByteSource, block: number): number {
  return Math.min(sumBlockBytes, source.byteLength - block * sumBlockBytes);
}

/** Reads through and notes the sum of every whole block that comes by for the first time. */
export function summingSource(source: ByteSource, sums: ContentSums): ByteSource {
  const scratch = new Uint8Array(sumBlockBytes);
  return {
    name: source.name,
    byteLength: source.byteLength,
    read(position, into) {
      const got = source.read(position, into);
      const end = position + got;
      for (let block = Math.ceil(position / sumBlockBytes); block < sums.length; block++) {
        const start = block * sumBlockBytes;
        const length = blockLength(source, block);
        if (start + length > end) break;
        if (sums[block] === 0)
          sums[block] = sumOf(into.subarray(start - position, start - position + length), scratch);
      }
      return got;
    },
  };
}

/** Sums what nobody has read whole: the ends of reads, and what the passes leave out. */
export function completeSums(source: ByteSource, sums: ContentSums, work: Work): void {
  const scratch = new Uint8Array(sumBlockBytes);
  for (let block = 0; block < sums.length; block++) {
    if (sums[block] !== 0) continue;
    work.throwIfCancelled();
    sums[block] = sumOf(readUpTo(source, block * sumBlockBytes, blockLength(source, block)), scratch);
  }
}

/** Reads everything. @returns whether it is what was summed */
export function contentsMatch(source: ByteSource, sums: ContentSums, work: Work): boolean {
  if (sums.length !== Math.ceil(source.byteLength / sumBlockBytes)) return false;
  const buffer = new Uint8Array(sumBlockBytes * blocksKept);
  const scratch = new Uint8Array(sumBlockBytes);
  for (let block = 0; block < sums.length; block += blocksKept) {
    work.throwIfCancelled();
    work.report("Comparing the dump with its saved index", block / sums.length);
    const got = source.read(block * sumBlockBytes, buffer);
    for (let k = 0; k < blocksKept && block + k < sums.length; k++) {
      const end = k * sumBlockBytes + blockLength(source, block + k);
      if (end > got || sumOf(buffer.subarray(k * sumBlockBytes, end), scratch) !== sums[block + k])
        return false;
    }
  }
  return true;
}

/**
 * Reads by whole blocks and compares each with its sum before anybody sees a byte of it.
 * @throws from its reads ExhumeError `changedOnDisk`
 */
export function verifiedSource(source: ByteSource, sums: ContentSums): ByteSource {
  const scratch = new Uint8Array(sumBlockBytes);
  const kept = new Map<number, Uint8Array>();

  function assertSame(block: number, bytes: Uint8Array): void {
    if (bytes.length === blockLength(source, block) && sumOf(bytes, scratch) === sums[block]) return;
    const what = `what is at offset ${block * sumBlockBytes} is not what was indexed`;
    throw new ExhumeError({ code: "changedOnDisk", file: source.name, what });
  }

  function blockOf(block: number): Uint8Array {
    const known = kept.get(block);
    if (known !== undefined) return known;
    const bytes = readUpTo(source, block * sumBlockBytes, blockLength(source, block));
    assertSame(block, bytes);
    if (kept.size >= blocksKept) kept.delete(kept.keys().next().value!);
    kept.set(block, bytes);
    return bytes;
  }

  return {
    name: source.name,
    byteLength: source.byteLength,
    read(position, into) {
      const length = Math.max(0, Math.min(into.length, source.byteLength - position));
      const end = position + length;
      for (let at = position; at < end; ) {
        const block = Math.floor(at / sumBlockBytes);
        const start = block * sumBlockBytes;
        const whole = Math.floor((end - at) / sumBlockBytes);
        if (at === start && whole > 0) {
          // Many at once, in their place.
          const part = into.subarray(at - position, at - position + whole * sumBlockBytes);
          const got = source.read(at, part);
          for (let k = 0; k < whole; k++) {
            const from = k * sumBlockBytes;
            assertSame(block + k, part.subarray(from, Math.min(got, from + sumBlockBytes)));
          }
          at += part.length;
          continue;
        }
        const bytes = blockOf(block).subarray(at - start, end - start);
        into.set(bytes, at - position);
        at += bytes.length;
      }
      return length;
    },
  };
}

/** What a pass is to read from: noting the sums, comparing with them, or neither. */
export function sourceForPass(
  source: ByteSource,
  sums: ContentSums,
): (
  pass: Pick<Pass<never, unknown>, "readsContents" | "comparesContents" | "readsHeadersOnly">,
) => ByteSource {
  const noting = summingSource(source, sums);
  const comparing = verifiedSource(source, sums);
  const headers = source.headersOnly?.() ?? source;
  return ({ readsContents, comparesContents, readsHeadersOnly }) => {
    if (readsContents === true) return noting;
    if (comparesContents === true) return comparing;
    return readsHeadersOnly === true ? headers : source;
  };
}

/** Never 0, which says that nothing is known. */
function sumOf(bytes: Uint8Array, scratch: Uint8Array): number {
  if (bytes.byteOffset % 4 === 0) return checksumOf(bytes) || 1;
  const aligned = scratch.subarray(0, bytes.length);
  aligned.set(bytes);
  return checksumOf(aligned) || 1;
}
