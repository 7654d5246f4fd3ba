import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { checksumOf } from "./checksum";

/** A column of 32-bit words that stays in a file and is read block by block; plain data. */
export interface StoredColumn {
  readonly length: number;
  /** From the beginning of the file; a multiple of 8. */
  readonly offset: number;
  /** Checksum of every block of {@link storedBlockBytes}. */
  readonly blockSums: readonly number[];
}

export const storedBlockBytes = 32 << 10;
const blockWords = storedBlockBytes / 4;
const blocksKept = 256;

/** Words by position; undefined where the file is damaged or shorter than it was. */
export interface WordReader {
  readonly length: number;
  wordAt(index: number): number | undefined;
  words(start: number, end: number): Uint32Array | undefined;
}

/** Reads a column that is in memory. */
export function wordsInMemory(column: Uint32Array): WordReader {
  return {
    length: column.length,
    wordAt: (index) => column[index],
    words: (start, end) => column.subarray(start, end),
  };
}

/** Reads a column that stayed in its file; every block is checked against its sum when it is read. */
export function wordsInFile(column: StoredColumn, source: ByteSource): WordReader {
  const blocks = new Map<number, Uint32Array>();

  function readBlock(block: number): Uint32Array | undefined {
    const words = new Uint32Array(Math.min(blockWords, column.length - block * blockWords));
    return readInto(block, words) ? words : undefined;
  }

  function readInto(block: number, words: Uint32Array): boolean {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const got = source.read(column.offset + block * storedBlockBytes, bytes);
    return got === bytes.length && checksumOf(bytes) === column.blockSums[block];
  }

  function blockOf(block: number): Uint32Array | undefined {
    const known = blocks.get(block);
    if (known !== undefined) return known;
    const words = readBlock(block);
    if (words === undefined) return undefined;
    if (blocks.size >= blocksKept) blocks.delete(blocks.keys().next().value!);
    blocks.set(block, words);
    return words;
  }

  return {
    length: column.length,
    wordAt: (index) => blockOf(Math.floor(index / blockWords))?.[index % blockWords],
    words(start, end) {
      const first = Math.floor(start / blockWords);
      const last = Math.floor(Math.max(start, end - 1) / blockWords);
      if (first === last) {
        return start >= end
          ? new Uint32Array(0)
          : blockOf(first)?.subarray(start - first * blockWords, end - first * blockWords);
      }
      // Whole blocks, so that each can be checked; long lists pass the cache by.
      const upto = Math.min(column.length, (last + 1) * blockWords);
      const result = new Uint32Array(upto - first * blockWords);
      for (let block = first; block <= last; block++) {
        const at = (block - first) * blockWords;
        if (!readInto(block, result.subarray(at, Math.min(result.length, at + blockWords)))) return undefined;
      }
      return result.subarray(start - first * blockWords, end - first * blockWords);
    },
  };
}

/** Sums of the blocks of a column that is going to be stored. */
export function blockSumsOf(bytes: Uint8Array, work: Work): number[] {
  const sums: number[] = [];
  for (let at = 0; at < bytes.length; at += storedBlockBytes) {
    sums.push(checksumOf(bytes.subarray(at, at + storedBlockBytes), work));
  }
  return sums;
}
