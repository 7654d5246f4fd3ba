import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { mostAddress } from "../moduleData";
import type { MimallocLayout } from "./layout";
import type { DescribedPages, PagePlace } from "./segments";

/** In words. */
const firstAt = 10;
const lastAt = 50;

/**
 * Kinds of segments by number: with small, medium and large pages, and with one page of any size. Pages are as large as
 * a shift of the segment's size tells.
 */
const kinds = [
  { pages: 64, below: 6 },
  { pages: 8, below: 3 },
  { pages: 1, below: 0 },
] as const;
const hugeKind = 3;

/** Of the segment's size, from 1.8.1 on, by the width of pointers. */
const sizeAt = { 4: 24, 8: 32 } as const;

interface Shape {
  /** Where the descriptions of pages begin in a segment. */
  readonly at: number;
  /** Of a description. */
  readonly bytes: number;
}

/** Finds the pages of mimalloc 1 by structure: each description in a segment begins with its own number. */
export function findOldSegmentPages(
  image: ProcessSnapshot,
  layout: MimallocLayout,
  work: Work,
): DescribedPages | undefined {
  const { pointerBytes } = image.memory;
  const { oldSegmentBytes } = layout;
  const starts: number[] = [];
  for (const segment of image.memory.segments) {
    if ((segment.protection & protection.write) === 0 || segment.dumpedBytes === 0) continue;
    const end = Math.min(mostAddress, Number(segment.start) + segment.dumpedBytes);
    let at = Math.ceil(Number(segment.start) / oldSegmentBytes) * oldSegmentBytes;
    for (; at + lastAt * pointerBytes < end; at += oldSegmentBytes) starts.push(at);
  }
  const reader = new SegmentReader(image, layout);
  for (const start of starts) {
    work.throwIfCancelled();
    const shape = reader.shapeAt(start);
    if (shape === undefined) continue;
    const { at, bytes } = shape;
    return { places: starts.flatMap((each) => [...reader.pagesIn(each, at, bytes)]), bytes };
  }
  return undefined;
}

class SegmentReader {
  private readonly words: MemoryWords;
  private readonly structures: MemoryWords;
  private readonly pointerBytes: number;
  private readonly largestShift: number;

  constructor(
    image: ProcessSnapshot,
    private readonly layout: MimallocLayout,
  ) {
    this.words = new MemoryWords(image.memory);
    this.structures = new MemoryWords(image.memory, 4096, image.memory.structureLog);
    this.pointerBytes = image.memory.pointerBytes;
    this.largestShift = Math.log2(layout.oldSegmentBytes);
  }

  shapeAt(segment: number): Shape | undefined {
    const { words, pointerBytes, largestShift } = this;
    const widths = [...new Set(this.layout.oldPageForms.map((form) => form.bytes!))];
    for (let at = firstAt * pointerBytes; at < lastAt * pointerBytes; at += pointerBytes) {
      const kind = kinds[words.u32(segment + at - pointerBytes)];
      if (kind === undefined || kind.pages === 1) continue;
      if (words.pointer(this.placeOfShift(words, segment + at)) !== largestShift - kind.below) continue;
      const isNumbered = (bytes: number) => {
        for (let index = 0; index < kind.pages; index++)
          if (words.u8(segment + at + index * bytes) !== index) return false;
        return true;
      };
      const bytes = widths.find(isNumbered);
      if (bytes !== undefined) return { at, bytes };
    }
    return undefined;
  }

  /** Where the shift is that tells the size of pages: before or behind the thread's id, which is 0 for none. */
  private placeOfShift(words: MemoryWords, pages: number): number {
    const first = words.pointer(pages - 3 * this.pointerBytes);
    return pages - (first > 0 && first < 64 ? 3 : 2) * this.pointerBytes;
  }

  *pagesIn(segment: number, at: number, bytes: number): Generator<PagePlace> {
    const { structures: words, pointerBytes, largestShift } = this;
    const { oldSegmentBytes } = this.layout;
    const pages = segment + at;
    const before = (count: number) => pages - count * pointerBytes;
    const number = words.u32(before(1));
    const shiftAt = this.placeOfShift(words, pages);
    const shift = words.pointer(shiftAt);
    const kind = number === hugeKind ? { pages: 1, below: largestShift - shift } : kinds[number];
    if (kind === undefined || kind.below !== largestShift - shift || words.u8(pages) !== 0) return;
    if (shift < largestShift - kinds[0].below || shift > 40) return;
    const owner = words.pointerExact(before(shiftAt === before(3) ? 2 : 3)) ?? 0n;
    // Of releases to 1.8.2; later ones tell where a page begins.
    const header = words.pointer(before(5));
    // From 1.8.1 on it stands further before, behind where the segment's memory is from.
    const beside = words.pointer(before(6));
    const whole =
      beside > oldSegmentBytes / 64 ? beside : words.pointer(segment + sizeAt[pointerBytes === 8 ? 8 : 4]);
    for (let index = 0; index < kind.pages; index++) {
      const structure = pages + index * bytes;
      const pageBytes = number === hugeKind ? whole : 2 ** shift;
      const head = index === 0 && header > 0 && header < pageBytes ? header : 0;
      const start = segment + index * pageBytes;
      const isSized = number !== hugeKind || (whole >= at && whole < mostAddress);
      yield {
        structure,
        owner,
        ...(isSized
          ? {
              slices: {
                start: start + head,
                bytes: pageBytes - head,
                isBehindHeader: index === 0 && number <= 1,
              },
            }
          : {}),
      };
    }
  }
}
