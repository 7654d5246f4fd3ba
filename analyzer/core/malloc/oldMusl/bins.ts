import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";

/** The lowest bit of a size: the chunk, or the one before it, is in use. */
export const inUse = 1;
const binCount = 64;
const mostFree = 1 << 24;

/**
 * Finds the free chunks of musl's malloc before mallocng by structure: a set of bits, then 64 bins of {lock[2], head, tail},
 * each either untouched or in a ring with its chunks, and its bit set when it has some.
 * @returns where they are; undefined when there are no bins
 */
export function findFreeChunks(image: ProcessSnapshot): number[] | undefined {
  const { pointerBytes, structureLog } = image.memory;
  const words = new MemoryWords(image.memory);
  const links = new MemoryWords(image.memory, 4096);
  const binBytes = 8 + 2 * pointerBytes;
  const bytes = 8 + binCount * binBytes;
  for (const [start, end] of moduleData(image, (name) => /musl|^libc\.so$/.test(name)))
    for (let at = start; at + bytes <= end; at += pointerBytes) {
      const chunks = chunksOfBins(words, links, at, pointerBytes);
      if (chunks === undefined) continue;
      structureLog?.add(at, bytes);
      return chunks;
    }
  return undefined;
}

function chunksOfBins(
  words: MemoryWords,
  links: MemoryWords,
  map: number,
  pointerBytes: 4 | 8,
): number[] | undefined {
  const chunks: number[] = [];
  const seen = new Set<number>();
  let touched = 0;
  for (let index = 0; index < binCount; index++) {
    const bin = map + 8 + index * (8 + 2 * pointerBytes);
    const [head, tail] = [words.pointer(bin + 8), words.pointer(bin + 8 + pointerBytes)];
    // What stands for the bin in its ring: its head and tail are where a chunk has its links.
    const self = bin + 8 - 2 * pointerBytes;
    const hasBit = Math.floor(words.u32(map + (index < 32 ? 0 : 4)) / 2 ** (index % 32)) % 2 === 1;
    if (head < 0 || tail < 0 || (head === 0) !== (tail === 0)) return undefined;
    if (hasBit !== (head !== 0 && head !== self)) return undefined;
    if (head === 0) continue;
    touched++;
    let before = self;
    for (let chunk = head; chunk !== self; ) {
      if (chunk <= 0 || seen.has(chunk) || seen.size >= mostFree) return undefined;
      if (links.pointer(chunk + 3 * pointerBytes) !== before) return undefined;
      seen.add(chunk);
      chunks.push(chunk);
      before = chunk;
      chunk = links.pointer(chunk + 2 * pointerBytes);
    }
    if (tail !== before) return undefined;
  }
  return touched >= 2 ? chunks : undefined;
}
