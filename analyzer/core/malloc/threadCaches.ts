import type { MemoryWords } from "../memoryWords";
import { freeList, type GlibcState } from "./glibcArenas";
import { chunk, sizeOf, tcacheBins, tcacheForms } from "./glibcLayout";

/** Free chunks that threads keep for themselves (tcache). */
export interface ThreadCaches {
  /** Starts of the cached chunks. */
  readonly chunks: ReadonlySet<number>;
  readonly caches: number;
  /** Where the caches themselves are. */
  readonly structures: readonly { readonly start: number; readonly bytes: number }[];
}

/**
 * Finds the per-thread caches by structure: a block of the right size whose counts and entries agree and whose
 * entries are chunks of the bin's size. Thread pointers are not needed, so caches of threads whose registers are
 * damaged are found too.
 */
export function findThreadCaches(words: MemoryWords, nearby: MemoryWords, state: GlibcState): ThreadCaches {
  const chunks = new Set<number>();
  const structures: { start: number; bytes: number }[] = [];
  // A chunk is in one cache at most. Twice as many looks as there can be chunks leave room for what only looks like one.
  const heapBytes = state.arenas
    .flatMap(({ heaps }) => heaps)
    .reduce((sum, heap) => sum + heap.end - heap.firstChunk, 0);
  const looks = { left: (2 * heapBytes) / chunk.minimum };
  for (const arena of state.arenas)
    for (const heap of arena.heaps)
      for (let at = heap.firstChunk; at < heap.end && at !== arena.top; ) {
        const size = sizeOf(words.u64(at + chunk.size));
        if (size < chunk.minimum || size % chunk.alignment !== 0) break;
        const form = tcacheForms.find((each) => each.chunkBytes === size);
        if (form !== undefined && readCache(nearby, at + chunk.user, form.countBytes, state, chunks, looks))
          structures.push({ start: at + chunk.user, bytes: tcacheBins * (form.countBytes + 8) });
        at += size;
      }
  return { chunks, caches: structures.length, structures };
}

function readCache(
  words: MemoryWords,
  cache: number,
  countBytes: 1 | 2,
  state: GlibcState,
  into: Set<number>,
  looks: { left: number },
): boolean {
  const entries = cache + tcacheBins * countBytes;
  const found: number[] = [];
  for (let bin = 0; bin < tcacheBins; bin++) {
    const count = countBytes === 2 ? words.u16(cache + bin * 2) : words.u8(cache + bin);
    const entry = words.u64(entries + bin * 8);
    if (count < 0 || entry < 0 || (count === 0) !== (entry === 0)) return false;
    if (entry === 0) continue;
    if (entry % 16 !== 0) return false;
    let members = 0;
    // Entries point at the user's memory, where the link is; lists are of one chunk size.
    for (const user of freeList(words, entry, 0, state.safeLinking, count)) {
      const at = user - chunk.user;
      if (--looks.left < 0 || into.has(at)) return false;
      if (sizeOf(words.u64(at + chunk.size)) !== bin * 16 + chunk.minimum) return false;
      found.push(at);
      members++;
    }
    if (members !== count) return false;
  }
  for (const at of found) into.add(at);
  return found.length > 0;
}
