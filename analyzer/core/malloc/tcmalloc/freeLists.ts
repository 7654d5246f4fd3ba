import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import { PointerScan } from "../../pointerScan";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { SlabMarks } from "../slabMarks";
import { type ListForm, listForms, spanBytes, spanField } from "./layout";
import type { Span } from "./pageMap";

/** The spans that are cut into blocks, as {@link SlabMarks} numbers them. */
export interface SmallSpans {
  readonly spans: readonly Span[];
  /** With large blocks and free pages; by address. */
  readonly all: readonly Span[];
  readonly sizes: readonly number[];
  readonly marks: SlabMarks;
}

/** What was found of the lists that hold free blocks outside their spans. */
export interface ListsFound {
  /** Of threads that have a cache. */
  readonly threadCaches: number;
  /** Lists that led to what is not a free block of their class. */
  readonly broken: number;
  /** Caches of threads and central lists, [start, end). */
  readonly structures: readonly (readonly [number, number])[];
}

/** Marks the blocks that spans, the central lists and the caches of threads have for who asks next. */
export function markFreeBlocks(image: ProcessSnapshot, small: SmallSpans, work: Work): ListsFound {
  const lists = new FreeLists(image, small, work);
  lists.followSpans();
  lists.followCentralLists();
  lists.followThreadCaches();
  return lists;
}

class FreeLists implements ListsFound {
  threadCaches = 0;
  broken = 0;
  readonly structures: [number, number][] = [];
  private readonly pointerBytes: 4 | 8;
  private readonly words: MemoryWords;
  private readonly links: MemoryWords;

  constructor(
    private readonly image: ProcessSnapshot,
    private readonly small: SmallSpans,
    private readonly work: Work,
  ) {
    this.pointerBytes = image.memory.pointerBytes;
    this.words = new MemoryWords(image.memory, 4096, image.memory.structureLog);
    this.links = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  }

  followSpans(): void {
    for (const { objects, sizeClass } of this.small.spans) this.follow(objects, sizeClass);
  }

  /** Spans of a class are in a ring with two heads, which lie in the class's central list. */
  followCentralLists(): void {
    const known = new Set(this.small.spans.map(({ structure }) => structure));
    const centrals = new Map<number, number>();
    for (const { structure, sizeClass } of this.small.spans) {
      if (centrals.has(sizeClass)) continue;
      for (const field of [spanField.next, spanField.previous]) {
        const head = this.words.pointer(structure + this.pointerBytes * field);
        const empty = known.has(head) ? undefined : this.firstHead(head, sizeClass);
        if (empty !== undefined) centrals.set(sizeClass, empty);
      }
    }
    // Two heads, then how many spans and how many blocks there are.
    const slotsOf = (empty: number) => empty + 2 * spanBytes(this.pointerBytes) + 2 * this.pointerBytes;
    const mostSlots = this.slotsIn([...centrals.values()].map(slotsOf));
    if (mostSlots === undefined) return;
    const slotBytes = 2 * this.pointerBytes;
    for (const [sizeClass, empty] of centrals) {
      const slots = slotsOf(empty);
      const end = slots + mostSlots * slotBytes;
      this.structures.push([empty - 2 * this.pointerBytes, end + 16]);
      const used = Math.min(mostSlots, this.words.u32(end));
      for (let slot = 0; slot < used; slot++)
        this.follow(this.words.pointer(slots + slot * slotBytes), sizeClass);
    }
  }

  /** The class stands before the first of the two heads. */
  private firstHead(head: number, sizeClass: number): number | undefined {
    return [head, head - spanBytes(this.pointerBytes)].find(
      (each) => each > 0 && this.words.pointer(each - this.pointerBytes) === sizeClass,
    );
  }

  /** How many slots there is room for: behind them stand how many are used, may be used, and could ever be. */
  private slotsIn(slots: readonly number[]): number | undefined {
    for (let count = 1; count <= mostTransferSlots; count++) {
      const isEnd = (at: number) => {
        const end = at + count * 2 * this.pointerBytes;
        const [used, size, most] = [0, 4, 8].map((each) => this.words.u32(end + each)) as [
          number,
          number,
          number,
        ];
        return used >= 0 && used <= size && size <= most && most > 0 && most <= count;
      };
      if (slots.length > 0 && slots.every(isEnd)) return count;
    }
    return undefined;
  }

  /** The caches of threads lie where spans are described: tables of lists, one for each class. */
  followThreadCaches(): void {
    const ranges = this.describingMemory();
    for (const form of listForms(this.pointerBytes)) {
      const seen = new Set<number>();
      this.forEachBlockWord(ranges, (at, sizeClass) => this.followCache(at, sizeClass, form, seen));
      this.threadCaches = seen.size;
      if (seen.size > 0) return;
    }
  }

  /** Memory between the spans, in the segments that describe them. */
  private describingMemory(): [number, number][] {
    const { memory } = this.image;
    const { all } = this.small;
    const segments = new Set(all.map(({ structure }) => memory.segmentOf(BigInt(structure))));
    const found: [number, number][] = [];
    for (const segment of segments) {
      if (segment === undefined || (segment.protection & protection.write) === 0) continue;
      let at = Number(segment.start);
      const end = at + segment.dumpedBytes;
      for (const span of all) {
        if (span.start >= end) break;
        if (span.start > at) found.push([at, span.start]);
        at = Math.max(at, span.start + span.bytes);
      }
      if (at < end) found.push([at, end]);
    }
    return found;
  }

  /** Visits the words of some stretches that point at blocks. */
  private forEachBlockWord(
    ranges: readonly (readonly [number, number])[],
    visit: (at: number, sizeClass: number) => void,
  ): void {
    const { spans, marks, sizes } = this.small;
    const lowest = spans[0]?.start ?? 0;
    const highest = (spans.at(-1)?.start ?? 0) + largestSpanOfBlocks;
    const words = new PointerScan(this.image.memory, lowest, highest, this.work, (word, at) => {
      const span = spans[marks.slabAt(word)];
      if (span !== undefined && (word - span.start) % sizes[span.sizeClass]! === 0) visit(at, span.sizeClass);
    });
    for (const [start, end] of ranges) words.over(start, end);
  }

  /** Follows all lists of the cache that a word belongs to, when it is the head of one of them. */
  private followCache(at: number, sizeClass: number, form: ListForm, seen: Set<number>): void {
    const table = at - form.bytes * sizeClass;
    if (seen.has(table) || !this.isCache(table, form)) return;
    seen.add(table);
    const { sizes } = this.small;
    this.structures.push([table, table + form.bytes * sizes.length]);
    for (let index = 1; index < sizes.length; index++)
      this.follow(this.words.pointer(table + form.bytes * index), index);
  }

  private isCache(table: number, form: ListForm): boolean {
    const { words } = this;
    const numberAt = (at: number) => (form.lengthBytes === 4 ? words.u32(at) : words.u16(at));
    for (let index = 1; index < this.small.sizes.length; index++) {
      const list = table + form.bytes * index;
      const isEmpty = words.pointer(list) === 0;
      if (numberAt(list + form.mostLengthAt) < 1) return false;
      if (isEmpty !== (numberAt(list + form.lengthAt) === 0)) return false;
      if (form.sizeAt !== undefined && words.u32(list + form.sizeAt) !== this.small.sizes[index])
        return false;
    }
    return true;
  }

  /** A block holds the address of the next one. Each is marked once: lists without an end come to one. */
  private follow(head: number, sizeClass: number): void {
    for (let at = head; at > 0; at = this.links.pointer(at)) {
      const slab = this.small.marks.slabAt(at);
      const isOfClass = slab >= 0 && this.small.spans[slab]!.sizeClass === sizeClass;
      if (!isOfClass || !this.small.marks.free(slab, at)) {
        this.broken++;
        return;
      }
    }
  }
}

const mostTransferSlots = 256;
const largestSpanOfBlocks = 1 << 24;
