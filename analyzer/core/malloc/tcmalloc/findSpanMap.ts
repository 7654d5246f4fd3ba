import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData, mostAddress } from "../moduleData";
import { type PageMapForm, spanField } from "./layout";
import { leavesOf, type PageMap } from "./pageMap";

const leastAddress = 4096;

/**
 * Finds the map from pages to spans by structure: an array whose few entries lead, over one or two levels, to spans
 * that say they begin at the page they stand for. Other variables may point where an entry points: the map that leads
 * to most arrays is the one.
 */
export function findSpanMap(
  image: ProcessSnapshot,
  forms: readonly PageMapForm[],
  work: Work,
): PageMap | undefined {
  // Roots are mostly zeros. To 2.5 a variable points at them, which may stand among others.
  const search = new Search(image, forms, work);
  return findAmong(image, search, work, isApart) ?? findAmong(image, search, work, () => true);
}

function findAmong(
  image: ProcessSnapshot,
  search: Search,
  work: Work,
  isLikely: (words: MemoryWords, at: number, pointerBytes: number) => boolean,
): PageMap | undefined {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory);
  for (const [start, end] of moduleData(image, (name) => /tcmalloc/.test(name))) {
    work.throwIfCancelled();
    let best: { readonly map: PageMap; readonly leaves: number } | undefined;
    const roots = new Set<number>();
    for (let at = start; at + pointerBytes <= end; at += pointerBytes) {
      if (words.pointer(at) <= 0 || !isLikely(words, at, pointerBytes)) continue;
      const map = search.mapThrough(at);
      if (map === undefined || roots.has(map.root) || !isWhole(image, map)) continue;
      roots.add(map.root);
      if (roots.size > mostCandidates) break;
      const leaves = leavesOf(image, words, map).length;
      if (best === undefined || leaves > best.leaves) best = { map, leaves };
    }
    if (best !== undefined) return best.map;
  }
  return undefined;
}

const zerosBeside = 16;

/** True for a word with nothing but zeros before it, or behind it. */
function isApart(words: MemoryWords, at: number, pointerBytes: number): boolean {
  return [-pointerBytes, pointerBytes].some((step) => {
    let place = at;
    for (let count = 0; count < zerosBeside; count++) {
      place += step;
      if (words.pointer(place) !== 0) return false;
    }
    return true;
  });
}

const mostCandidates = 64;
/** Words between two looks at the cancel flag. */
const wordsBetweenChecks = 2 ** 20;

/** Every entry of the root lies in one stretch of memory. */
function isWhole(image: ProcessSnapshot, { root, form }: PageMap): boolean {
  const bytes = image.memory.pointerBytes * 2 ** form.rootBits;
  const last = image.memory.segmentOf(BigInt(root + bytes - 1));
  return last !== undefined && last.start <= BigInt(root);
}

/** What the first entry below an entry of the root stands for. */
interface Place {
  readonly form: PageMapForm;
  readonly page: number;
  /** Where the root's entry is, when it is not what led here. */
  readonly entry?: number;
}

const nowhere: Place = { form: { pageShift: 0, leafBits: 0, nodeBits: 0, rootBits: 0 }, page: 0 };

class Search {
  private readonly words: MemoryWords;
  private readonly nearby: MemoryWords;
  private readonly places = new Map<number, Place>();
  private readonly mostEntries: number;
  /** Words that may still be looked through for the first entry of an array. */
  private rest = 2 ** 24;

  constructor(
    private readonly image: ProcessSnapshot,
    private readonly forms: readonly PageMapForm[],
    private readonly work: Work,
  ) {
    this.words = new MemoryWords(image.memory);
    this.nearby = new MemoryWords(image.memory, 4096);
    this.mostEntries = 2 ** this.forms.reduce((most, { leafBits }) => Math.max(most, leafBits), 0);
  }

  /** The map one of whose root's entries is at an address, or the one that what it points at begins with. */
  mapThrough(at: number): PageMap | undefined {
    const { pointerBytes } = this.image.memory;
    const child = this.words.pointer(at);
    if (!this.isArray(child)) return undefined;
    let place = this.places.get(child);
    if (place === undefined) {
      place = this.placeBelow(child) ?? nowhere;
      this.places.set(child, place);
    }
    if (place === nowhere) return undefined;
    const { form, page, entry } = place;
    const below = form.leafBits + form.nodeBits;
    return { root: (entry ?? at) - pointerBytes * Math.floor(page / 2 ** below), form };
  }

  private placeBelow(start: number): Place | undefined {
    // To 2.5 the map has memory of its own, and so has what begins with it.
    let entry: number | undefined;
    let child = start;
    for (let steps = 0; steps < 3; steps++) {
      const first = this.isArray(child) ? this.firstEntry(child) : undefined;
      if (first === undefined) return undefined;
      for (const form of this.forms) {
        const page =
          form.nodeBits === 0 ? this.pageOf(form, child, first) : this.pageBelow(form, child, first);
        if (page !== undefined) return { form, page, ...(entry === undefined ? {} : { entry }) };
      }
      entry = first;
      child = this.nearby.pointer(entry);
    }
    return undefined;
  }

  private isArray(address: number): boolean {
    return address % this.image.memory.pointerBytes === 0 && this.isMapped(address);
  }

  /** The page the first entry of a leaf stands for, when its span says that it begins there. */
  private pageOf(form: PageMapForm, leaf: number, at: number): number | undefined {
    const { pointerBytes } = this.image.memory;
    const index = (at - leaf) / pointerBytes;
    if (index >= 2 ** form.leafBits) return undefined;
    const span = this.nearby.pointer(at);
    const page = this.nearby.pointer(span + pointerBytes * spanField.start);
    const pages = this.nearby.pointer(span + pointerBytes * spanField.length);
    const pageBytes = 2 ** form.pageShift;
    if (pages < 1 || page % 2 ** form.leafBits !== index || !this.isMapped(page * pageBytes))
      return undefined;
    return this.isMapped((page + pages) * pageBytes - 1) ? page : undefined;
  }

  private pageBelow(form: PageMapForm, node: number, at: number): number | undefined {
    const { pointerBytes } = this.image.memory;
    const index = (at - node) / pointerBytes;
    if (index >= 2 ** form.nodeBits) return undefined;
    const leaf = this.nearby.pointer(at);
    if (!this.isMapped(leaf)) return undefined;
    const first = this.firstEntry(leaf);
    const page = first === undefined ? undefined : this.pageOf(form, leaf, first);
    if (page === undefined) return undefined;
    return Math.floor(page / 2 ** form.leafBits) % 2 ** form.nodeBits === index ? page : undefined;
  }

  /** Where the first word of an array that is not zero is. */
  private firstEntry(array: number): number | undefined {
    const { pointerBytes } = this.image.memory;
    const end = array + pointerBytes * this.mostEntries;
    for (let at = array; at < end && this.rest > 0; at += pointerBytes, this.rest--) {
      if (this.rest % wordsBetweenChecks === 0) this.work.throwIfCancelled();
      const word = this.nearby.pointer(at);
      if (word !== 0) return word > 0 ? at : undefined;
    }
    return undefined;
  }

  private isMapped(address: number): boolean {
    if (address < leastAddress || address >= mostAddress) return false;
    return this.image.memory.segmentOf(BigInt(address)) !== undefined;
  }
}
