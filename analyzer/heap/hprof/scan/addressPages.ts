import { popCount } from "../../graph/bits";

/**
 * Object id → object index by bitmap and rank, paged so that sparse address ranges cost nothing.
 *
 * An id is cut into a granule (`id >>> shift`: 8 bytes, or 1 when ids are not aligned), 2^18 granules make a page, 32
 * granules a word. A word is two u32: the index of its first object and one bit per granule that begins an object;
 * the index of an object is the word's base plus the bits below its own. A base is an index in *file* order, so that
 * dumps written region by region in any order need no permutation; a word whose objects are not consecutive in the
 * file is `irregular`: its objects are listed apart. A file in no order at all (ZGC and Shenandoah write the
 * graph's order) has bases in address order and a permutation.
 *
 * Pages are found through two levels: the high word of the id selects a block, its upper low bits a slot of that.
 */
export interface AddressPages {
  /** Low bits of an id that carry nothing: 3, or 0 for unaligned ids. */
  readonly shift: number;
  /** Block number + 1 by high word; 0 where nothing lives. */
  readonly blocks: Int32Array;
  /** Page number + 1 by block and upper low bits. */
  readonly slots: Int32Array;
  /** [base, bits] per word. */
  readonly words: Uint32Array;
}

/** Granules of a page, as a power of two. */
export const pageBits = 18;
export const wordsPerPage = 2 ** (pageBits - 5);
/** Ids with a higher high word than this have no page: they are looked up in a table. */
export const highWords = 1 << 17;
/** Base of a word whose objects are not consecutive in the file. */
export const irregularBase = 0xffffffff;

/** Slots per block of 4 GiB of addresses. */
export function slotsPerBlock(shift: number): number {
  return 2 ** (32 - pageBits - shift);
}

export function newAddressPages(shift: number, pages: number, blocks: number): AddressPages {
  return {
    shift,
    blocks: new Int32Array(new SharedArrayBuffer(4 * highWords)),
    slots: new Int32Array(new SharedArrayBuffer(4 * blocks * slotsPerBlock(shift))),
    words: new Uint32Array(new SharedArrayBuffer(8 * pages * wordsPerPage)),
  };
}

/** A copy with room for exactly the pages in use. */
export function trimPages(pages: AddressPages, pagesUsed: number, blocksUsed: number): AddressPages {
  const result = newAddressPages(pages.shift, pagesUsed, blocksUsed);
  result.blocks.set(pages.blocks);
  result.slots.set(pages.slots.subarray(0, result.slots.length));
  result.words.set(pages.words.subarray(0, result.words.length));
  return result;
}

/** Where an id is looked up: pages, then the two fallbacks. */
export interface AddressIndex {
  readonly pages: AddressPages;
  /** Granule number (word * 32 + bit) and index of objects in irregular words, sorted by granule. */
  readonly irregularGranules: Float64Array;
  readonly irregularIndices: Uint32Array;
  /** Address rank → file index, when bases are address ranks. */
  readonly permutation: Uint32Array | undefined;
}

/** Turns bitmaps into ranks in address order: each base becomes the number of objects at lower words. */
export function rankInAddressOrder(pages: AddressPages): void {
  const { words } = pages;
  let rank = 0;
  for (let word = 0; word < words.length; word += 2) {
    words[word] = rank;
    rank += popCount(words[word + 1]!);
  }
}
