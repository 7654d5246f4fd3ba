import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData, mostAddress } from "../moduleData";
import { withoutOverlaps } from "../slabMarks";
import { addressBits, type RadixForm, radixForms, spanForms, spansAt } from "./layout";

export interface SpanRadix {
  readonly form: RadixForm;
  /** The arrays at the lowest level, and the page each begins with. */
  readonly leaves: readonly { readonly leaf: number; readonly base: number }[];
}

/** Before the first entry of the array; addresses are above those of other memory. */
const zerosBefore = 64;
/** Entries of a leaf that are looked at: the first ones may tell of spans that are gone. */
const tried = 16;

/**
 * Finds the map from pages to spans by structure: an array in a module's data, whose few entries lead to leaves with spans
 * that say they begin at the page they stand for.
 */
export function findSpanRadix(image: ProcessSnapshot, work: Work): SpanRadix | undefined {
  const words = new MemoryWords(image.memory);
  const search = new LeafSearch(image);
  for (const [start, end] of moduleData(image, (name) => /tcmalloc/.test(name))) {
    let zeros = 0;
    for (let at = start; at + 8 <= end; at += 8) {
      if (at % 2 ** 20 === 0) work.throwIfCancelled();
      const child = words.u64(at);
      const isFirst = zeros >= zerosBefore;
      zeros = child === 0 ? zeros + 1 : 0;
      if (!isFirst || child < 4096 || child >= mostAddress) continue;
      const place = search.placeBelow(child);
      if (place === undefined) continue;
      const { form, page } = place;
      const root = at - 8 * Math.floor(page / 2 ** (form.leafBits + form.nodeBits));
      if (root > 0 && words.u64(root) >= 0) return { form, leaves: leavesOf(image, root, form) };
    }
  }
  return undefined;
}

interface Place {
  readonly form: RadixForm;
  readonly page: number;
}

class LeafSearch {
  private readonly words: MemoryWords;
  private readonly spans: MemoryWords;
  private readonly places = new Map<number, Place | undefined>();
  /** Words that may still be looked through. */
  private rest = 2 ** 26;

  constructor(private readonly image: ProcessSnapshot) {
    this.words = new MemoryWords(image.memory, 4096);
    this.spans = new MemoryWords(image.memory, 256);
  }

  /** What a leaf, or a node with leaves, stands for. */
  placeBelow(child: number): Place | undefined {
    if (!this.places.has(child)) this.places.set(child, this.look(child));
    return this.places.get(child);
  }

  private look(child: number): Place | undefined {
    if (!this.isArray(child)) return undefined;
    for (const form of radixForms) {
      if (form.nodeBits === 0) {
        const page = this.pageIn(child, form);
        if (page !== undefined) return { form, page };
        continue;
      }
      for (const { index, at } of this.entries(child, 2 ** form.nodeBits, tried)) {
        const leaf = this.spans.u64(at);
        const page = this.isArray(leaf) ? this.pageIn(leaf, form) : undefined;
        if (page !== undefined && Math.floor(page / 2 ** form.leafBits) % 2 ** form.nodeBits === index)
          return { form, page };
      }
    }
    return undefined;
  }

  /** The page of a leaf's first span that says that it begins there. */
  private pageIn(leaf: number, form: RadixForm): number | undefined {
    for (const { index, at } of this.entries(leaf + spansAt(form), 2 ** form.leafBits, tried)) {
      const span = spanIn(this.words, at);
      if (span < 4096 || span % 8 !== 0) continue;
      for (const offset of new Set(spanForms.map(({ firstPage }) => firstPage))) {
        const page = firstPageAt(this.spans, span + offset, form);
        if (page < 1 || page % 2 ** form.leafBits !== index) continue;
        if (this.image.memory.segmentOf(BigInt(page * 2 ** form.pageShift)) !== undefined) return page;
      }
    }
    return undefined;
  }

  private *entries(
    start: number,
    count: number,
    most: number,
  ): Generator<{ readonly index: number; readonly at: number }> {
    let found = 0;
    for (let index = 0; index < count && found < most && this.rest > 0; index++, this.rest--) {
      const at = start + 8 * index;
      const value = this.words.u64(at);
      if (value < 0) return;
      if (value === 0) continue;
      found++;
      yield { index, at };
    }
  }

  private isArray(address: number): boolean {
    if (address < 4096 || address >= mostAddress || address % 8 !== 0) return false;
    const segment = this.image.memory.segmentOf(BigInt(address));
    return segment !== undefined && (segment.protection & protection.write) !== 0;
  }
}

/** The span of an entry, whose upper bits repeat the class. */
export function spanIn(words: MemoryWords, at: number): number {
  return words.u32(at) + words.u16(at + 4) * 2 ** 32;
}

/** The page a span begins with; further bits may stand above it. */
export function firstPageAt(words: MemoryWords, at: number, { pageShift }: RadixForm): number {
  return spanIn(words, at) % 2 ** (addressBits - pageShift);
}

function leavesOf(image: ProcessSnapshot, root: number, form: RadixForm): SpanRadix["leaves"] {
  const { leafBits, nodeBits, pageShift } = form;
  const words = new MemoryWords(image.memory, 64 << 10, image.memory.structureLog);
  const found = new Map<number, number>();
  const rootBits = addressBits - pageShift - leafBits - nodeBits;
  for (const { index, value } of setEntriesOf(words, root, 2 ** rootBits)) {
    const base = index * 2 ** (leafBits + nodeBits);
    if (nodeBits === 0) found.set(value, base);
    else
      for (const node of setEntriesOf(words, value, 2 ** nodeBits))
        found.set(node.value, base + node.index * 2 ** leafBits);
    if (found.size > mostLeaves) break;
  }
  const bytes = spansAt(form) + 8 * 2 ** leafBits;
  // Those that share memory, which only damage makes, would be read again and again.
  return withoutOverlaps([...found].map(([leaf, base]) => ({ start: leaf, bytes, base })))
    .map(({ start, base }) => ({ leaf: start, base }))
    .filter(({ leaf }) => leaf < mostAddress);
}

/** 256 MiB are in a leaf of the default form: 16 TiB. */
const mostLeaves = 1 << 16;

/** Entries that are not zero. */
export function* setEntriesOf(
  words: MemoryWords,
  start: number,
  count: number,
): Generator<{ readonly index: number; readonly value: number }> {
  const end = start + count * 8;
  for (let index = 0; index < count; index++) {
    const at = start + index * 8;
    const value = words.u64(at);
    if (value < 0) index = Math.floor((words.nextPresent(at + 8, end) - start) / 8) - 1;
    else if (value !== 0) yield { index, value };
  }
}
