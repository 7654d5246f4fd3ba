import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { GlibcLayout } from "./layout";

/** What malloc counts in `mp_`. */
export interface MallocCounters {
  /** `n_mmaps` and `mmapped_mem`: blocks with a mapping of their own. */
  readonly mappedChunks: number;
  readonly mappedBytes: number;
  /** Where the main arena's first memory began; 0 when it has none. */
  readonly sbrkBase: number;
}

/** `n_mmaps_max` unless the program changed M_MMAP_MAX: what the counters are recognised by. */
const defaultMostMapped = 65_536;
const pageBytes = 4096;

/**
 * malloc's own counters lie in `mp_`, in the same data as the main arena: {n_mmaps, n_mmaps_max, max_n_mmaps,
 * no_dyn_threshold} and, until 2.16, the size of a page; then {mmapped_mem, max_mmapped_mem}, until 2.23
 * max_total_mem, and sbrk_base. They are recognised by the limit and by how they must agree.
 */
export function findMallocCounters(
  image: ProcessSnapshot,
  mainArena: number,
  layout: Pick<GlibcLayout, "pointerBytes">,
): MallocCounters | undefined {
  const { memory } = image;
  const segment = memory.segmentOf(BigInt(mainArena));
  if (segment === undefined) return undefined;
  const words = new MemoryWords(memory, 4096);
  const start = Number(segment.start);
  const end = start + segment.dumpedBytes;
  for (let limit = start + 4; limit + 32 <= end; limit += 4) {
    if (words.u32(limit) !== defaultMostMapped) continue;
    const chunks = words.u32(limit - 4);
    if (chunks > words.u32(limit + 4) || words.u32(limit + 8) > 1) continue;
    for (const fields of [12, 16]) {
      const found = countersAt(image, words, chunks, alignUp(limit + fields, layout.pointerBytes), layout);
      if (found === undefined) continue;
      memory.structureLog?.add(limit - 4, 16);
      memory.structureLog?.add(alignUp(limit + fields, layout.pointerBytes), 4 * layout.pointerBytes);
      return found;
    }
  }
  return undefined;
}

function countersAt(
  image: ProcessSnapshot,
  words: MemoryWords,
  mappedChunks: number,
  at: number,
  { pointerBytes }: Pick<GlibcLayout, "pointerBytes">,
): MallocCounters | undefined {
  const mappedBytes = words.pointer(at);
  const most = words.pointer(at + pointerBytes);
  if (mappedBytes < 0 || mappedBytes % pageBytes !== 0 || mappedBytes > most || most % pageBytes !== 0)
    return undefined;
  if ((mappedChunks === 0) !== (mappedBytes === 0)) return undefined;
  const [first, second] = [words.pointer(at + 2 * pointerBytes), words.pointer(at + 3 * pointerBytes)];
  const isHeap = (address: number) =>
    address > pageBytes && address < 2 ** 47 && image.memory.segmentOf(BigInt(address)) !== undefined;
  // `max_total_mem` is a size, and 0 since it is not counted any more.
  if (isHeap(first)) return { mappedChunks, mappedBytes, sbrkBase: first };
  if (isHeap(second)) return { mappedChunks, mappedBytes, sbrkBase: second };
  return first === 0 ? { mappedChunks, mappedBytes, sbrkBase: 0 } : undefined;
}

function alignUp(address: number, bytes: number): number {
  return Math.ceil(address / bytes) * bytes;
}
