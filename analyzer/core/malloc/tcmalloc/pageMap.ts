import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { mostAddress } from "../moduleData";
import { type PageMapForm, spanBytes, spanField } from "./layout";

/** A run of pages tcmalloc knows: cut into blocks of a class, a large block (class 0), or free. */
export interface Span {
  /** Of its `Span`. */
  readonly structure: number;
  readonly start: number;
  readonly bytes: number;
  readonly sizeClass: number;
  readonly state: number;
  /** Blocks that are not in the span's own list. */
  readonly taken: number;
  /** Head of the span's own list. */
  readonly objects: number;
}

export interface PageMap {
  readonly root: number;
  readonly form: PageMapForm;
}

/** Every span the map names, by address. */
export function* spansOf(image: ProcessSnapshot, map: PageMap, work: Work): Generator<Span> {
  const { pointerBytes, structureLog } = image.memory;
  const { form, root } = map;
  const words = new MemoryWords(image.memory, 64 << 10, structureLog);
  const spans = new MemoryWords(image.memory, 4096, structureLog);
  const leaves = leavesOf(image, words, map);
  const pageBytes = 2 ** form.pageShift;
  structureLog?.add(root, pointerBytes * 2 ** form.rootBits);
  for (const [index, { base, leaf }] of leaves.entries()) {
    work.throwIfCancelled();
    work.report("Walking tcmalloc's spans", index / leaves.length);
    for (const entry of entriesOf(image, words, leaf, 2 ** form.leafBits)) {
      const page = base + entry.index;
      // The last page of a span names it too, as do all of one that is cut into blocks.
      if (spans.pointer(entry.value) !== page) continue;
      const at = (field: number) => entry.value + pointerBytes * field;
      const pages = spans.pointer(at(spanField.length));
      const bits = spans.u32(at(spanField.bits));
      if (pages < 1 || bits < 0) continue;
      yield {
        structure: entry.value,
        start: page * pageBytes,
        bytes: pages * pageBytes,
        taken: bits % 2 ** 16,
        sizeClass: Math.floor(bits / 2 ** 16) % 2 ** 8,
        state: Math.floor(bits / 2 ** 24) % 4,
        objects: spans.pointer(at(spanField.objects)),
      };
    }
  }
}

/** The arrays at the map's lowest level, and the page that each one's first entry stands for. */
export function leavesOf(
  image: ProcessSnapshot,
  words: MemoryWords,
  { root, form }: PageMap,
): { readonly base: number; readonly leaf: number }[] {
  const { pointerBytes } = image.memory;
  const arrays = new Apart(image);
  const found: { base: number; leaf: number }[] = [];
  const leafBytes = pointerBytes * 2 ** form.leafBits;
  const addLeaf = (leaf: number, base: number) => {
    if (arrays.add(leaf, leafBytes)) found.push({ base, leaf });
  };
  for (const { index, value } of entriesOf(image, words, root, 2 ** form.rootBits)) {
    const base = index * 2 ** (form.leafBits + form.nodeBits);
    if (form.nodeBits === 0) addLeaf(value, base);
    else if (arrays.add(value, pointerBytes * 2 ** form.nodeBits))
      for (const node of entriesOf(image, words, value, 2 ** form.nodeBits))
        addLeaf(node.value, base + node.index * 2 ** form.leafBits);
  }
  return found;
}

/** Keeps arrays apart: in a damaged map one might lie in the other, to be read again and again. */
class Apart {
  private readonly taken = new Map<number, number>();

  constructor(private readonly image: ProcessSnapshot) {}

  /** @returns false for an array that is not in memory, or shares pages with one that was added */
  add(start: number, bytes: number): boolean {
    const segment = start < mostAddress ? this.image.memory.segmentOf(BigInt(start)) : undefined;
    if (segment === undefined || Number(segment.end) < start + bytes) return false;
    const first = Math.floor(start / pageBytes);
    const last = Math.floor((start + bytes - 1) / pageBytes);
    // Arrays follow each other without gaps: the pages between are what counts.
    for (let page = first + 1; page < last; page++) if (this.taken.has(page)) return false;
    if (this.taken.get(first) === start) return false;
    for (let page = first; page <= last; page++) this.taken.set(page, start);
    return true;
  }
}

const pageBytes = 4096;

/** Entries of an array that are not zero. */
function* entriesOf(
  image: ProcessSnapshot,
  words: MemoryWords,
  start: number,
  count: number,
): Generator<{ readonly index: number; readonly value: number }> {
  const { pointerBytes } = image.memory;
  const end = start + count * pointerBytes;
  for (let index = 0; index < count; index++) {
    const at = start + index * pointerBytes;
    const value = words.pointer(at);
    if (value < 0) index = Math.floor((words.nextPresent(at + pointerBytes, end) - start) / pointerBytes) - 1;
    else if (value !== 0) yield { index, value };
  }
}

/** The range of a span's structure. */
export function structureOf(span: Span, pointerBytes: number): [number, number] {
  return [span.structure, span.structure + spanBytes(pointerBytes)];
}
