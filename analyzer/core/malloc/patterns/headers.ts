import { isText } from "./contents";
import type { HeapReader, UsedBlock } from "./heapReader";
import type { BlockPattern, BlockPatterns } from "./pattern";
import type { StandardLibraries } from "./standardLibraries";

/**
 * Recognises blocks by the object that has them: a word that points at a block's start, and what stands beside it.
 * Objects of libstdc++ and libc++ on either width.
 */
export class HeaderPatterns {
  private readonly width: number;
  /** Along chains and maps in all: what only looks like tables might have the same one followed again and again. */
  private restOfSteps: number;
  /** Blocks that something has as a vector has its elements. */
  private readonly vectors: Uint8Array;

  constructor(
    private readonly heap: HeapReader,
    private readonly patterns: BlockPatterns,
    private readonly standard: StandardLibraries,
  ) {
    this.width = heap.pointerBytes;
    this.restOfSteps = 8 * heap.blocks.count;
    this.vectors = new Uint8Array(heap.blocks.count);
  }

  /** @param at of a word that holds the start of a block of which nothing is told yet */
  visit(at: number, block: UsedBlock): void {
    const { patterns } = this;
    const { libstdcxx, libcxx } = this.standard;
    if ((libstdcxx && this.isDeque(at, block)) || (libcxx && this.isLibcxxDeque(at, block))) return;
    if (this.isHashTable(at, block) || (libstdcxx && this.isSmallHashTable(at))) return;
    if ((libstdcxx && this.isString(at, block)) || (libcxx && this.isLibcxxString(at, block)))
      patterns.tell(block.index, "std::string text");
    else if (this.isControlBlock(at, block)) patterns.tell(block.index, "shared_ptr control block");
    else if (this.isVector(at, block)) this.vectors[block.index] = 1;
  }

  /** Asked after all was visited: little speaks for it, so what a block's contents tell counts more. */
  vectorPattern({ index }: UsedBlock): BlockPattern | undefined {
    return this.vectors[index] === 1 ? "std::vector elements" : undefined;
  }

  private word(at: number, index: number): number {
    return this.heap.word(at + index * this.width);
  }

  /** {text, length, capacity}. */
  private isString(at: number, block: UsedBlock): boolean {
    return this.isTextOf(block, this.word(at, 1), this.word(at, 2), 15);
  }

  /** {capacity with the lowest bit set, length, text}. */
  private isLibcxxString(at: number, block: UsedBlock): boolean {
    const room = this.word(at, -2);
    return room % 2 === 1 && this.isTextOf(block, this.word(at, -1), room - 2, 10);
  }

  /** @param longestShort texts up to it stand in the object itself */
  private isTextOf(block: UsedBlock, length: number, capacity: number, longestShort: number): boolean {
    if (length < 1 || capacity <= longestShort || length > capacity) return false;
    if (!this.heap.fits(capacity + 1, block)) return false;
    return this.heap.u8(block.start + length) === 0 && isText(this.heap, block.start, length);
  }

  /** {begin, end, end of storage}. */
  private isVector(at: number, block: UsedBlock): boolean {
    const end = this.word(at, 1);
    const storageEnd = this.word(at, 2);
    const capacity = storageEnd - block.start;
    if (end < block.start || end > storageEnd || capacity <= 0 || end === block.start) return false;
    return this.heap.fits(capacity, block);
  }

  /** {map, size of map, start {current, first, last, node}, finish {…}} of libstdc++. */
  private isDeque(at: number, map: UsedBlock): boolean {
    const slots = this.word(at, 1);
    if (slots < 8 || !this.heap.fits(slots * this.width, map)) return false;
    const [startFirst, startLast, startNode] = [3, 4, 5].map((index) => this.word(at, index)) as Triple;
    const [finishFirst, finishLast, finishNode] = [7, 8, 9].map((index) => this.word(at, index)) as Triple;
    const mapEnd = map.start + slots * this.width;
    if (startNode < map.start || finishNode < startNode || finishNode >= mapEnd) return false;
    if ((startNode - map.start) % this.width !== 0 || (finishNode - map.start) % this.width !== 0)
      return false;
    const elements = startLast - startFirst;
    if (elements <= 0 || finishLast - finishFirst !== elements) return false;
    if (this.heap.word(startNode) !== startFirst || this.heap.word(finishNode) !== finishFirst) return false;
    this.patterns.tell(map.index, "std::deque map");
    for (let node = startNode; node <= finishNode; node += this.width) {
      const block = this.heap.blockAt(this.heap.word(node));
      if (block !== undefined && block.bytes >= elements)
        this.patterns.tell(block.index, "std::deque elements");
    }
    return true;
  }

  /** {map, begin, end, end of its storage, first element, how many} of libc++: blocks are of one size. */
  private isLibcxxDeque(at: number, map: UsedBlock): boolean {
    const begin = this.word(at, 1);
    const end = this.word(at, 2);
    if (begin < map.start || end <= begin) return false;
    const [storageEnd, first, elements] = [3, 4, 5].map((index) => this.word(at, index)) as Triple;
    if (storageEnd < end || (begin - map.start) % this.width !== 0 || (end - begin) % this.width !== 0)
      return false;
    if (!this.heap.fits(storageEnd - map.start, map) || first < 0 || elements < 1) return false;
    if ((end - begin) / this.width > this.restOfSteps) return false;
    const nodes = new Set<number>();
    let bytes = 0;
    for (let node = begin; node < end; node += this.width) {
      this.restOfSteps--;
      const block = this.heap.blockAt(this.heap.word(node));
      if (block === undefined || nodes.has(block.index) || (bytes !== 0 && block.bytes !== bytes))
        return false;
      bytes = block.bytes;
      nodes.add(block.index);
    }
    if (bytes < leastDequeBytes || first + elements > nodes.size * bytes) return false;
    this.patterns.tell(map.index, "std::deque map");
    for (const node of nodes) this.patterns.tell(node, "std::deque elements");
    return true;
  }

  /** {buckets, how many, first node, elements, load factor}; nodes {next, …}, of libstdc++ and libc++ alike. */
  private isHashTable(at: number, buckets: UsedBlock): boolean {
    const count = this.word(at, 1);
    if (count < 2 || !this.heap.fits(count * this.width, buckets)) return false;
    const nodes = this.nodesOfTable(at);
    if (nodes === undefined) return false;
    this.patterns.tell(buckets.index, "std::unordered_map or set buckets");
    for (const node of nodes) this.patterns.tell(node, "std::unordered_map or set node");
    return true;
  }

  /** A table of libstdc++ with one bucket has it in itself, behind the rest: its first node leads to it. */
  private isSmallHashTable(at: number): boolean {
    const table = at - 2 * this.width;
    if (this.word(table, 0) !== table + 6 * this.width || this.word(table, 1) !== 1) return false;
    const nodes = this.nodesOfTable(table);
    for (const node of nodes ?? []) this.patterns.tell(node, "std::unordered_map or set node");
    return nodes !== undefined;
  }

  private nodesOfTable(table: number): ReadonlySet<number> | undefined {
    const elements = this.word(table, 3);
    if (elements < 0 || elements > this.restOfSteps || !isLoadFactor(this.heap.u32(table + 4 * this.width)))
      return undefined;
    return this.nodesFrom(this.word(table, 2), elements);
  }

  /** Blocks of a chain, when it has exactly as many as it should. */
  private nodesFrom(first: number, elements: number): Set<number> | undefined {
    const nodes = new Set<number>();
    let at = first;
    for (; at > 0 && nodes.size < elements; at = this.heap.word(at)) {
      this.restOfSteps--;
      const block = this.heap.blockAt(at);
      if (block === undefined || nodes.has(block.index)) return undefined;
      nodes.add(block.index);
    }
    return at === 0 && nodes.size === elements ? nodes : undefined;
  }

  /** {object, control block}, where the object lies in the control block: what `make_shared` makes. */
  private isControlBlock(at: number, block: UsedBlock): boolean {
    const object = this.word(at, -1);
    if (object <= block.start + this.width || object >= block.start + block.bytes) return false;
    const table = this.heap.word(block.start);
    const isTable = table > 0 && this.heap.blockAt(table) === undefined && table % this.width === 0;
    if (!isTable || this.heap.image.memory.segmentOf(BigInt(table)) === undefined) return false;
    // Two counts of 32 bits in libstdc++, two of a pointer's size, less one, in libc++.
    const counts = block.start + this.width;
    const isCount = (value: number, least: number) => value >= least && value < 1_000_000;
    if (isCount(this.heap.u32(counts), 1) && isCount(this.heap.u32(counts + 4), 1))
      return object === block.start + this.width + 8;
    const [shared, weak] = [this.word(block.start, 1), this.word(block.start, 2)];
    return isCount(shared, 0) && isCount(weak, 0) && object === block.start + 3 * this.width;
  }
}

/** Blocks of libc++ have 4096 bytes, or room for 16 elements. */
const leastDequeBytes = 4096;

type Triple = [number, number, number];

/** As the bits of a float: from 1/16 to 64. */
function isLoadFactor(bits: number): boolean {
  return bits >= 0x3d80_0000 && bits <= 0x4280_0000;
}
