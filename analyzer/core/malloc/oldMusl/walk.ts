import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, type SizedBlock } from "../pageHeap";
import { findFreeChunks, inUse } from "./bins";

const pageBytes = 4096;
/** Larger blocks have mappings of their own: in units of the two words before a block. */
const mappedFrom = 0x3800;

/**
 * Walks the heap of musl's malloc before mallocng (to 1.2.0, and where it was chosen later): stretches of chunks that
 * begin and end with one of size 0, and blocks with mappings of their own.
 * @returns undefined when its bins are not found
 * @throws ExhumeError `cancelled`
 */
export function walkOldMusl(
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
): HeapAccount | undefined {
  const free = findFreeChunks(image);
  if (free === undefined) return undefined;
  const chunks = new ChunkStretches(image, work);
  chunks.lookAtStarts();
  for (const chunk of free) chunks.lookAround(chunk);
  const heap = new PageHeap(image, 2 * image.memory.pointerBytes);
  for (const { start, end, blocks } of chunks.found)
    heap.addBlocks(0, start, end - start, 2 * image.memory.pointerBytes, blocks);
  for (const { start, bytes, address } of chunks.mapped)
    heap.addLarge(0, {
      start,
      bytes,
      address,
      size: bytes - (address - start) + 2 * image.memory.pointerBytes,
    });
  heap.reportRefused(problems, "musl");
  if (chunks.lost > 0)
    problems.add({
      code: "malloc-damaged",
      message: `The heap of musl is damaged: ${chunks.lost} of its free chunks lie in no stretch of chunks that fits together.`,
      losesData: true,
    });
  return heap.account([]);
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly blocks: readonly SizedBlock[];
}

class ChunkStretches {
  readonly found: Stretch[] = [];
  readonly mapped: { readonly start: number; readonly bytes: number; readonly address: number }[] = [];
  /** Free chunks around which nothing fits together. */
  lost = 0;
  private readonly words: MemoryWords;
  private readonly back: MemoryWords;
  private readonly width: 4 | 8;
  /** Free chunks that are in a stretch. */
  private readonly reached = new Set<number>();
  private rest = 1 << 27;

  constructor(
    private readonly image: ProcessSnapshot,
    private readonly work: Work,
  ) {
    this.words = new MemoryWords(image.memory, 64 << 10, image.memory.structureLog);
    this.back = new MemoryWords(image.memory, 4096);
    this.width = image.memory.pointerBytes;
  }

  /** Stretches and blocks of the system's begin with a page. */
  lookAtStarts(): void {
    const first = 2 * this.width;
    for (const segment of this.image.memory.segments) {
      if ((segment.protection & protection.write) === 0 || segment.end > 1n << 48n) continue;
      const end = Number(segment.start) + segment.dumpedBytes;
      for (let page = Number(segment.start); page + first < end; ) {
        this.work.throwIfCancelled();
        const before = this.words.pointer(page + first);
        const size = this.words.pointer(page + first + this.width);
        if (before === inUse && this.walkFrom(page + first, end)) page = this.endOfLast();
        else if (before === first && size > mappedFrom * first && (size + first) % pageBytes === 0) {
          const bytes = size + first;
          if (page + bytes <= Number(segment.end))
            this.mapped.push({ start: page, bytes, address: page + 2 * first });
          page += bytes;
        } else page += pageBytes;
      }
    }
  }

  private endOfLast(): number {
    return Math.ceil(this.found.at(-1)!.end / pageBytes) * pageBytes;
  }

  /** Finds the stretch of a free chunk: memory that the loader gave away begins anywhere. */
  lookAround(chunk: number): void {
    if (this.reached.has(chunk)) return;
    const segment = this.image.memory.segmentOf(BigInt(chunk));
    const end = segment === undefined ? 0 : Number(segment.start) + segment.dumpedBytes;
    let at = chunk;
    for (let size = this.sizeBefore(at); size > 0 && this.rest-- > 0; size = this.sizeBefore(at)) at -= size;
    if (this.sizeBefore(at) !== 0 || !this.walkFrom(at, end)) this.lost++;
  }

  private sizeBefore(chunk: number): number {
    const size = this.back.pointer(chunk);
    return size < 0 ? -1 : size - (size % 2);
  }

  /** @returns false when the chunks from there on do not fit together up to one of size 0 */
  private walkFrom(first: number, memoryEnd: number): boolean {
    const unit = 4 * this.width;
    const blocks: SizedBlock[] = [];
    const reached: number[] = [];
    let at = first;
    for (;;) {
      const size = this.words.pointer(at + this.width);
      if (size < 0 || this.rest-- < 0) return false;
      const bytes = size - (size % 2);
      if (bytes === 0) break;
      if (bytes % unit !== 0 || at + bytes >= memoryEnd) return false;
      // The next chunk repeats the size.
      if (this.words.pointer(at + bytes) !== size) return false;
      const isFree = size % 2 !== inUse;
      if (isFree) reached.push(at);
      blocks.push({ start: at + 2 * this.width, bytes, isFree });
      at += bytes;
    }
    if (at === first) return false;
    for (const chunk of reached) this.reached.add(chunk);
    this.found.push({ start: first, end: at, blocks });
    return true;
  }
}
