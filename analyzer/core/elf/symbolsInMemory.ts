import { dynamicTag, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import { type ElfSymbols, elfSymbolsOf, symbolTablesOf, unknownHome } from "../../formats/elf/symbols";
import type { MemoryImage } from "../memoryImage";

const maximumDynamicEntries = 4096;
const maximumBuckets = 1 << 22;
const maximumSymbols = 1 << 22;
const maximumNameBytes = 64 << 20;

/**
 * The exported symbols of a module nobody has the file of, from its pages in the core: by its section table where
 * that is mapped (the vdso), else by its dynamic section, as the loader finds them. JVM cores and gcore keep these
 * pages; kernel cores of other processes leave them out.
 * @returns empty when they are not in the core
 */
export function symbolsInMemory(headers: ElfFile, bias: bigint, memory: MemoryImage): ElfSymbols[] {
  const bySections = symbolTablesOf(headers);
  if (bySections.length > 0) return bySections;
  const dynamic = headers.segments.find(({ type }) => type === segmentType.dynamic);
  if (dynamic === undefined) return [];
  const entries = dynamicEntries(memory, BigInt.asUintN(64, dynamic.address + bias));
  // The loader has made addresses of most of these offsets; the vdso's stay as they were linked.
  const addressOf = (tag: number): bigint | undefined => {
    const value = entries.get(tag);
    return value === undefined || value >= bias ? value : value + bias;
  };
  const symbols = addressOf(dynamicTag.symbols);
  const strings = addressOf(dynamicTag.strings);
  const nameBytes = Number(entries.get(dynamicTag.stringBytes) ?? 0n);
  if (symbols === undefined || strings === undefined || nameBytes > maximumNameBytes) return [];
  const hash = addressOf(dynamicTag.hash);
  const gnuHash = addressOf(dynamicTag.gnuHash);
  const count =
    hash !== undefined
      ? (memory.u32(hash + 4n) ?? 0)
      : gnuHash === undefined
        ? 0
        : countByGnuHash(memory, gnuHash);
  const { bits } = headers.header;
  const table = memory.bytes(symbols, Math.min(count, maximumSymbols) * (bits === 64 ? 24 : 16));
  // Nothing says which sections hold code: functions are told by their type alone.
  return [elfSymbolsOf(table, memory.bytes(strings, nameBytes), headers.header, () => unknownHome)];
}

function dynamicEntries(memory: MemoryImage, address: bigint): Map<number, bigint> {
  const entries = new Map<number, bigint>();
  const word = BigInt(memory.pointerBytes);
  for (let i = 0; i < maximumDynamicEntries; i++) {
    const at = address + BigInt(i) * 2n * word;
    const tag = memory.pointer(at);
    const value = memory.pointer(at + word);
    if (tag === undefined || value === undefined || tag === BigInt(dynamicTag.end)) break;
    entries.set(Number(tag), value);
  }
  return entries;
}

/** DT_GNU_HASH has no count: it is one past the last symbol of the longest chain. */
function countByGnuHash(memory: MemoryImage, address: bigint): number {
  const buckets = memory.u32(address) ?? 0;
  const firstSymbol = memory.u32(address + 4n) ?? 0;
  const bloomWords = memory.u32(address + 8n) ?? 0;
  if (buckets === 0 || buckets > maximumBuckets || bloomWords > maximumBuckets) return 0;
  const bucketsAt = address + 16n + BigInt(bloomWords * memory.pointerBytes);
  const bytes = memory.bytes(bucketsAt, buckets * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let last = 0;
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4)
    last = Math.max(last, view.getUint32(at, memory.littleEndian));
  if (last < firstSymbol) return firstSymbol;
  const chains = bucketsAt + BigInt(buckets) * 4n;
  for (let symbol = last; symbol < maximumSymbols; symbol++) {
    const link = memory.u32(chains + BigInt(symbol - firstSymbol) * 4n);
    if (link === undefined || (link & 1) !== 0) return symbol + 1;
  }
  return 0;
}
