import { MemoryWords } from "../memoryWords";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import type { JavaHeap } from "./javaHeap";
import { moduleDataRanges } from "./moduleData";
import { nativeMemoryTagsOf } from "./nativeMemoryTags";

/** What native memory tracking had counted when the process died. */
export interface NativeMemory {
  readonly categories: readonly NativeCategory[];
  /** Reserved ranges with their category, ascending; empty when the list was not found. */
  readonly ranges: readonly NativeRange[];
  /** All that was malloc'ed through the JVM, bytes without the tracker's own headers. */
  readonly mallocBytes: number;
  readonly mallocCount: number;
}

export interface NativeCategory {
  readonly name: string;
  readonly mallocBytes: number;
  readonly mallocCount: number;
  readonly arenaBytes: number;
  /** From the ranges: 0 when they were not found. */
  readonly mmapReservedBytes: number;
  readonly mmapCommittedBytes: number;
}

export interface NativeRange {
  readonly start: number;
  readonly end: number;
  readonly category: string;
  readonly committedBytes: number;
}

/** A counter: {count, bytes, peak count, peak bytes}; a category has one for malloc and one for arenas. */
const counterBytes = 32;
const categoryBytes = 2 * counterBytes;

/** Nodes of the list of reserved ranges (JDK 17 to 25): offsets in bytes. */
const rangeNode = { base: 0, size: 8, committed: 24, tag: 72, next: 80 } as const;
const listHead = 8;
const committedNode = { size: 8, next: 48 } as const;

/**
 * Finds NMT's data in the JVM's own variables by structure, so that a stripped libjvm will do: the counters because
 * their sums must equal the total beside them, the ranges because the list is ascending and holds the Java heap.
 * @param release feature release of the JDK, for the order of categories when the core does not hold their names
 * @returns undefined when NMT was off (or this JDK keeps it in another form)
 */
export function readNativeMemory(
  image: ProcessSnapshot,
  module: ProcessModule,
  heap: Pick<JavaHeap, "reserved"> | undefined,
  release: number | undefined,
): NativeMemory | undefined {
  const words = new MemoryWords(image.memory, 1 << 20);
  const data = moduleDataRanges(image, module);
  const names = nativeMemoryTagsOf(image, module, words, release);
  const at = findCounters(words, data, names.length);
  if (at === undefined) return undefined;
  const ranges = findRanges(image, words, data, names, heap);
  const total = at + names.length * categoryBytes;
  image.memory.structureLog?.add(at, total - at + counterBytes);
  const arenas = sumOf(names, (_, index) => words.u64(at + index * categoryBytes + counterBytes + 8));
  return {
    mallocCount: words.u64(total),
    mallocBytes: words.u64(total + 8),
    ranges,
    categories: names.map((name, index) => {
      const row = at + index * categoryBytes;
      const own = ranges.filter((range) => range.category === name);
      return {
        name,
        mallocCount: words.u64(row),
        // Arenas are made of chunks, which the tracker counts once more as malloc of their own category.
        mallocBytes: Math.max(0, words.u64(row + 8) - (name === "Arena Chunk" ? arenas : 0)),
        arenaBytes: words.u64(row + counterBytes + 8),
        mmapReservedBytes: own.reduce((sum, range) => sum + range.end - range.start, 0),
        mmapCommittedBytes: own.reduce((sum, range) => sum + range.committedBytes, 0),
      };
    }),
  };
}

const leastMallocBytes = 100_000;
const leastMallocCount = 100;
/** Every JVM mallocs for its classes, threads, code, symbols, modules and more. */
const leastBusyCategories = 8;

function findCounters(
  words: MemoryWords,
  data: readonly (readonly [number, number])[],
  categories: number,
): number | undefined {
  for (const [start, end] of data)
    for (let at = start; at + categories * categoryBytes + counterBytes <= end; at += 8) {
      const total = at + categories * categoryBytes;
      const count = words.u64(total);
      const bytes = words.u64(total + 8);
      if (count < leastMallocCount || bytes < leastMallocBytes || bytes > 2 ** 44 || count > bytes) continue;
      if (sumsMatch(words, at, categories, count, bytes)) return at;
    }
  return undefined;
}

/** Counters are updated one after the other: threads that were mid-way leave small differences. */
function sumsMatch(
  words: MemoryWords,
  at: number,
  categories: number,
  count: number,
  bytes: number,
): boolean {
  let counts = 0;
  let sizes = 0;
  let busy = 0;
  for (let index = 0; index < categories; index++) {
    const row = at + index * categoryBytes;
    counts += words.u64(row);
    if (words.u64(row + 8) > 0) busy++;
    // A peak is never below what is in use; arrays of other things rarely keep to that.
    if (words.u64(row + 24) < words.u64(row + 8)) return false;
    sizes += words.u64(row + 8);
    if (counts > count * 1.01 + 8 || sizes > bytes * 1.02 + 4096) return false;
  }
  return (
    busy >= leastBusyCategories &&
    Math.abs(counts - count) <= 8 + count / 1000 &&
    Math.abs(sizes - bytes) <= bytes / 50
  );
}

const leastNodes = 6;
const mostNodes = 1_000_000;

function findRanges(
  image: ProcessSnapshot,
  words: MemoryWords,
  data: readonly (readonly [number, number])[],
  names: readonly string[],
  heap: Pick<JavaHeap, "reserved"> | undefined,
): NativeRange[] {
  const nearby = new MemoryWords(image.memory, 256);
  const tried = new Set<number>();
  for (const [start, end] of data)
    for (let at = start; at + 8 <= end; at += 8) {
      // The variable points at a list object {vtable, head}.
      const list = words.u64(at);
      if (list < 4096 || list % 8 !== 0) continue;
      const head = nearby.u64(list + listHead);
      if (head < 4096 || head % 8 !== 0 || tried.has(head)) continue;
      if (!isRangeNode(nearby, head, names.length)) continue;
      const ranges = readRanges(nearby, head, names, tried);
      const holdsHeap =
        heap?.reserved === undefined ||
        ranges.some((range) => range.start <= heap.reserved!.start && range.end >= heap.reserved!.end);
      if (ranges.length < leastNodes || !holdsHeap) continue;
      if (image.memory.structureLog !== undefined) {
        // Once more, now that they are known to be what they look like.
        readRanges(new MemoryWords(image.memory, 256, image.memory.structureLog), head, names, new Set());
      }
      return ranges;
    }
  return [];
}

function isRangeNode(words: MemoryWords, node: number, tags: number): boolean {
  const base = words.u64(node + rangeNode.base);
  const size = words.u64(node + rangeNode.size);
  if (base < 4096 || size < 4096 || base % 4096 !== 0 || size % 4096 !== 0 || base + size > 2 ** 52)
    return false;
  const tag = words.u8(node + rangeNode.tag);
  return tag >= 0 && tag < tags;
}

/** @param tried nodes seen so far, these included: what leads to one of them is a list that was not it */
function readRanges(
  words: MemoryWords,
  head: number,
  names: readonly string[],
  tried: Set<number>,
): NativeRange[] {
  const ranges: NativeRange[] = [];
  let node = head;
  let before = 0;
  while (node > 0 && ranges.length < mostNodes) {
    if (tried.has(node) || !isRangeNode(words, node, names.length)) return [];
    tried.add(node);
    const start = words.u64(node + rangeNode.base);
    if (start < before) return [];
    const end = start + words.u64(node + rangeNode.size);
    before = end;
    ranges.push({
      start,
      end,
      category: names[words.u8(node + rangeNode.tag)]!,
      committedBytes: committedOf(words, words.u64(node + rangeNode.committed), end - start),
    });
    node = words.u64(node + rangeNode.next);
  }
  return ranges;
}

function committedOf(words: MemoryWords, head: number, most: number): number {
  let bytes = 0;
  const seen = new Set<number>();
  for (let node = head; node > 0 && node % 8 === 0 && !seen.has(node); ) {
    seen.add(node);
    const size = words.u64(node + committedNode.size);
    if (size <= 0 || bytes + size > most) break;
    bytes += size;
    node = words.u64(node + committedNode.next);
  }
  return bytes;
}

function sumOf<T>(items: readonly T[], value: (item: T, index: number) => number): number {
  return items.reduce((sum, item, index) => sum + value(item, index), 0);
}
