import type { MemoryWords } from "../../memoryWords";
import type { GlibcState } from "./arenas";
import type { ChunkSteps } from "./chunkSteps";
import { freeList } from "./freeLists";
import { exactTcacheBins, isChunkSize, sizeOf, type TcacheForm, tcacheForms } from "./layout";

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
export function findThreadCaches(
  words: MemoryWords,
  nearby: MemoryWords,
  state: GlibcState,
  steps: ChunkSteps,
): ThreadCaches {
  const { layout, arenas } = state;
  const { pointerBytes, headerBytes, alignment } = layout;
  const forms = tcacheForms.map((form) => {
    const bytes = form.bins * (form.counterBytes + pointerBytes);
    return { form, bytes, chunkBytes: Math.ceil((bytes + pointerBytes) / alignment) * alignment };
  });
  const structures: { start: number; bytes: number }[] = [];
  // A chunk is in one cache at most. Twice as many looks as there can be chunks leave room for what only looks like one.
  const heapBytes = arenas
    .flatMap(({ heaps }) => heaps)
    .reduce((sum, heap) => sum + heap.end - heap.firstChunk, 0);
  const reader = new CacheReader(nearby, state, (2 * heapBytes) / layout.smallestChunk);
  for (const arena of arenas)
    for (const heap of arena.heaps)
      for (let at = heap.firstChunk; at < heap.end && at !== arena.top; ) {
        const size = sizeOf(words.pointer(at + pointerBytes));
        if (!isChunkSize(size, layout)) {
          at = steps.next(at + alignment, heap.end, arena.top);
          continue;
        }
        // What would be left of a chunk may be too little for another one.
        const spare = layout.smallestChunk - alignment;
        const found = forms.find(({ chunkBytes }) => size === chunkBytes || size === chunkBytes + spare);
        if (found !== undefined && reader.read(at + headerBytes, found.form))
          structures.push({ start: at + headerBytes, bytes: found.bytes });
        at += size;
      }
  return { chunks: reader.chunks, caches: structures.length, structures };
}

/** Longest a list may be where the counter says how much room is left. */
const longestList = 0xffff;

class CacheReader {
  readonly chunks = new Set<number>();

  constructor(
    private readonly words: MemoryWords,
    private readonly state: GlibcState,
    private looksLeft: number,
  ) {}

  read(cache: number, form: TcacheForm): boolean {
    const { safeLinking } = this.state;
    return (safeLinking === undefined ? [true, false] : [safeLinking]).some((isSafe) =>
      this.readLinked(cache, form, isSafe),
    );
  }

  private readLinked(
    cache: number,
    { counterBytes, bins, countsRoom }: TcacheForm,
    isSafe: boolean,
  ): boolean {
    const { words } = this;
    const { headerBytes, pointerBytes } = this.state.layout;
    const entries = cache + bins * counterBytes;
    const found: number[] = [];
    let room: number | undefined;
    for (let bin = 0; bin < bins; bin++) {
      const count = counterBytes === 2 ? words.u16(cache + bin * 2) : words.u8(cache + bin);
      const entry = words.pointer(entries + bin * pointerBytes);
      if (count < 0 || entry < 0 || entry % 8 !== 0) return false;
      if (!countsRoom && (count === 0) !== (entry === 0)) return false;
      let members = 0;
      // Entries point at the user's memory, where the link is; lists are of one chunk size.
      for (const user of freeList(words, entry, 0, isSafe, countsRoom ? longestList : count)) {
        const at = user - headerBytes;
        if (--this.looksLeft < 0 || this.chunks.has(at)) return false;
        if (!this.isOfBin(sizeOf(words.pointer(at + pointerBytes)), bin)) return false;
        found.push(at);
        members++;
      }
      if (!countsRoom && members !== count) return false;
      // What is there and what still fits are the same for all bins together.
      room ??= members + count;
      if (countsRoom && room !== members + count) return false;
    }
    for (const at of found) this.chunks.add(at);
    return found.length > 0;
  }

  private isOfBin(size: number, bin: number): boolean {
    const { layout } = this.state;
    const exact = bin * layout.alignment + layout.smallestChunk;
    if (bin < exactTcacheBins) return size === exact;
    return size > exactTcacheBins * layout.alignment && isChunkSize(size, layout);
  }
}
