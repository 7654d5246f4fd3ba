import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { mostAddress } from "../moduleData";
import type { BlockRun, SlabMarks } from "../slabMarks";
import { hugeBlockSize, type PageForm } from "./layout";
import type { PagePlace } from "./segments";

/** A page that is cut into blocks of one size. */
export interface BlockPage extends BlockRun {
  readonly structure: number;
  readonly owner: bigint;
  readonly bytes: number;
  /** Blocks that were ever handed out. */
  readonly capacity: number;
  /** Blocks that are in none of the page's own lists. */
  readonly used: number;
  /** Heads of its lists of free blocks: what it hands out, what its thread freed, what others freed. */
  readonly lists: readonly number[];
  readonly keys?: readonly [bigint, bigint];
  /** Where the heap is that it belongs to; 0 for none. */
  readonly heap: number;
}

const otherThreads = 2;
const guardBytes = 4096;

/** Reads descriptions of pages in one form. */
export class PageReader {
  private readonly words: MemoryWords;
  private readonly links: MemoryWords;
  private readonly pointerBytes: 4 | 8;

  constructor(
    image: ProcessSnapshot,
    private readonly form: PageForm,
  ) {
    this.pointerBytes = image.memory.pointerBytes;
    this.words = new MemoryWords(image.memory, 4096, image.memory.structureLog);
    this.links = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  }

  /** @returns undefined for a page without blocks, and for what cannot be one */
  read(place: PagePlace): BlockPage | undefined {
    const { form, words, pointerBytes } = this;
    const at = (offset: number) => place.structure + offset;
    const capacity = words.u16(at(form.capacity));
    const blocks = words.u16(at(form.reserved));
    const used = form.usedBytes === 2 ? words.u16(at(form.used)) : words.u32(at(form.used));
    if (blocks < 1 || capacity < 0 || capacity > blocks || used < 0 || used > capacity) return undefined;
    const size = this.sizeOf(place, blocks);
    if (size < pointerBytes || size % pointerBytes !== 0) return undefined;
    const start = this.startOf(place, size, blocks);
    if (start === undefined || start % pointerBytes !== 0) return undefined;
    const { slices } = place;
    const end = slices === undefined ? start + blocks * size : slices.start + slices.bytes;
    if (start + blocks * size > end || (slices !== undefined && start < slices.start)) return undefined;
    const lists = [form.free, form.localFree, form.threadFree].map((offset) => words.pointer(at(offset)));
    return {
      structure: place.structure,
      owner: place.owner,
      start,
      size,
      blocks,
      bytes: end - start,
      capacity,
      used,
      // The lowest bits of the last one are flags.
      lists: lists.map((head) => head - (head % pointerBytes)),
      heap: form.heap === undefined ? 0 : words.pointer(at(form.heap)),
      ...(form.keys === undefined ? {} : { keys: this.keysAt(at(form.keys)) }),
    };
  }

  private keysAt(at: number): [bigint, bigint] {
    return [this.words.pointerExact(at) ?? 0n, this.words.pointerExact(at + this.pointerBytes) ?? 0n];
  }

  private sizeOf({ structure, slices }: PagePlace, blocks: number): number {
    const { form, words } = this;
    const at = structure + form.blockSize;
    if (form.blockSizeBytes === 8) return words.u64(at);
    const size = words.u32(at);
    return size === (form.hugeBlockSize ?? hugeBlockSize) && blocks === 1 && slices !== undefined
      ? slices.bytes
      : size;
  }

  private startOf({ structure, slices }: PagePlace, size: number, blocks: number): number | undefined {
    const { start } = this.form;
    if (start.by === "pointer") return this.words.pointer(structure + start.at);
    if (start.by === "words") return structure + this.pointerBytes * this.words.u32(structure + start.at);
    if (slices === undefined) return undefined;
    const offset = start.offset(size, slices);
    const fits = (bytes: number) => Math.floor((bytes - offset) / size) === blocks;
    // Builds that want to notice overwritten blocks keep a page of the system between theirs.
    return fits(slices.bytes) || fits(slices.bytes - guardBytes) ? slices.start + offset : undefined;
  }

  /**
   * Marks the free blocks of a page: those in its lists, and those that were never handed out.
   * @returns how many blocks there were in the lists that it counts: not in that of other threads
   */
  markFree(page: BlockPage, slab: number, marks: SlabMarks): number {
    let counted = 0;
    for (const [list, head] of page.lists.entries())
      for (let at = head; at > 0 && marks.free(slab, at); at = this.next(page, at))
        if (list !== otherThreads) counted++;
    for (let index = page.capacity; index < page.blocks; index++)
      marks.free(slab, page.start + index * page.size);
    return counted;
  }

  /** The block after one in a list; 0 at its end. */
  private next({ keys, structure }: BlockPage, block: number): number {
    if (keys === undefined) return this.links.pointer(block);
    const word = this.links.pointerExact(block);
    return word === undefined ? -1 : decodeLink(word, keys, structure, this.pointerBytes);
  }
}

/**
 * @param end what the end of a list is encoded as: the address of what has the list
 * @returns 0 for the end, -1 for what leads nowhere
 */
export function decodeLink(
  word: bigint,
  [first, second]: readonly [bigint, bigint],
  end: number,
  pointerBytes: number,
): number {
  const bits = 8 * pointerBytes;
  const moved = BigInt.asUintN(bits, word - first);
  const by = first % BigInt(bits);
  const plain = BigInt.asUintN(bits, (moved >> by) | (moved << (BigInt(bits) - by))) ^ second;
  if (plain === BigInt(end)) return 0;
  return plain < BigInt(mostAddress) ? Number(plain) : -1;
}
