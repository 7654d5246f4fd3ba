import { dynamicTag, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import type { MemoryWords } from "../memoryWords";

const symbolEntryBytes = 24;
const mostSymbols = 1_000_000;

/**
 * Addresses of a module's exported symbols, read from its pages in the core (or from its file where memory has that
 * as a backing). Names not asked for are not kept.
 * @returns undefined when the tables are not in the core: the module's file is needed then
 */
export function dynamicSymbolsOf(
  elf: ElfFile,
  runTimeBias: bigint,
  words: MemoryWords,
  isWanted: (name: string) => boolean,
): Map<string, number> | undefined {
  const dynamic = elf.segments.find(({ type }) => type === segmentType.dynamic);
  if (dynamic === undefined) return undefined;
  const bias = Number(runTimeBias);
  const tags = new Map<number, number>();
  let at = Number(dynamic.address) + bias;
  for (let count = 0; count < 1000; count++, at += 16) {
    const tag = words.u64(at);
    if (tag <= dynamicTag.end) break;
    tags.set(tag, words.u64(at + 8));
  }
  // The loader has already made these absolute, except on machines whose dynamic section is read-only.
  const absolute = (tag: number) => {
    const value = tags.get(tag);
    return value === undefined ? undefined : value >= bias ? value : value + bias;
  };
  const symbols = absolute(dynamicTag.symbols);
  const strings = absolute(dynamicTag.strings);
  // Older libraries, JDK 11's among them, have the older table only: it says how many symbols there are.
  const oldHash = absolute(dynamicTag.hash);
  const hash = absolute(dynamicTag.gnuHash);
  if (symbols === undefined || strings === undefined) return undefined;
  const count =
    hash !== undefined
      ? symbolCount(words, hash)
      : oldHash === undefined
        ? 0
        : Math.min(words.u32(oldHash + 4), mostSymbols);
  if (count <= 0) return undefined;
  const found = new Map<string, number>();
  for (let index = 1; index < count; index++) {
    const entry = symbols + index * symbolEntryBytes;
    if (words.u16(entry + 6) <= 0) continue;
    const name = words.text(strings + words.u32(entry));
    if (name !== undefined && isWanted(name)) found.set(name, words.u64(entry + 8) + bias);
  }
  return found.size === 0 ? undefined : found;
}

/** The last symbol is at the end of the chain of the highest bucket. */
function symbolCount(words: MemoryWords, hash: number): number {
  const bucketCount = words.u32(hash);
  const firstHashed = words.u32(hash + 4);
  const bloomWords = words.u32(hash + 8);
  if (bucketCount <= 0 || bucketCount > mostSymbols || bloomWords < 0 || bloomWords > mostSymbols) return 0;
  const buckets = hash + 16 + 8 * bloomWords;
  let last = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) last = Math.max(last, words.u32(buckets + 4 * bucket));
  if (last < firstHashed) return 0;
  const chains = buckets + 4 * bucketCount;
  for (; last < mostSymbols; last++) {
    const link = words.u32(chains + 4 * (last - firstHashed));
    if (link < 0) return 0;
    if (link % 2 === 1) return last + 1;
  }
  return 0;
}
