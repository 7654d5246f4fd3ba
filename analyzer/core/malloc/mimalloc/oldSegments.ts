import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { mostAddress } from "../moduleData";
import { oldPageForms } from "./layout";
import type { PagePlace } from "./segments";

/** Segments of mimalloc 1 begin at multiples of this. */
const segmentBytes = 4 << 20;
const firstAt = 80;
const lastAt = 400;

/** Kinds of segments by number: with small, medium and large pages, and with one page of any size. */
const kinds = [
  { pages: 64, shift: 16 },
  { pages: 8, shift: 19 },
  { pages: 1, shift: 22 },
] as const;
const hugeKind = 3;

interface Shape {
  /** Where the descriptions of pages begin in a segment. */
  readonly at: number;
  /** Of a description. */
  readonly bytes: number;
}

/** Finds the pages of mimalloc 1 by structure: each description in a segment begins with its own number. */
export function findOldSegmentPages(
  image: ProcessSnapshot,
  work: Work,
): { readonly places: PagePlace[]; readonly bytes: number } | undefined {
  const words = new MemoryWords(image.memory);
  const starts: number[] = [];
  for (const segment of image.memory.segments) {
    if ((segment.protection & protection.write) === 0 || segment.dumpedBytes === 0) continue;
    const end = Math.min(mostAddress, Number(segment.start) + segment.dumpedBytes);
    let at = Math.ceil(Number(segment.start) / segmentBytes) * segmentBytes;
    for (; at + lastAt < end; at += segmentBytes) starts.push(at);
  }
  let shape: Shape | undefined;
  for (const start of starts) {
    work.throwIfCancelled();
    shape = shapeAt(words, start);
    if (shape !== undefined) break;
  }
  if (shape === undefined) return undefined;
  const { at, bytes } = shape;
  return { places: starts.flatMap((start) => [...pagesIn(image, start, at, bytes)]), bytes };
}

function shapeAt(words: MemoryWords, segment: number): Shape | undefined {
  for (let at = firstAt; at < lastAt; at += 8) {
    const kind = kinds[words.u32(segment + at - 8)];
    if (kind === undefined || kind.pages === 1 || words.u64(placeOfShift(words, segment + at)) !== kind.shift)
      continue;
    const bytes = [...new Set(oldPageForms.map((form) => form.bytes!))].find((each) =>
      Array.from({ length: kind.pages }, (_, index) => words.u8(segment + at + index * each) === index).every(
        Boolean,
      ),
    );
    if (bytes !== undefined) return { at, bytes };
  }
  return undefined;
}

/** Where the shift is that tells the size of pages: before or behind the thread's id, which is 0 for none. */
function placeOfShift(words: MemoryWords, pages: number): number {
  const first = words.u64(pages - 24);
  return first > 0 && first < 64 ? pages - 24 : pages - 16;
}

function* pagesIn(image: ProcessSnapshot, segment: number, at: number, bytes: number): Generator<PagePlace> {
  const words = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  const pages = segment + at;
  const number = words.u32(pages - 8);
  const shiftAt = placeOfShift(words, pages);
  const shift = words.u64(shiftAt);
  const kind = number === hugeKind ? { pages: 1, shift } : kinds[number];
  if (kind === undefined || kind.shift !== shift || shift < 16 || shift > 40 || words.u8(pages) !== 0) return;
  const owner = words.u64Exact(shiftAt === pages - 24 ? pages - 16 : pages - 24) ?? 0n;
  // Of releases to 1.8.2; later ones tell where a page begins.
  const header = words.u64(pages - 40);
  // From 1.8.1 on it stands further before, behind where the segment's memory is from.
  const beside = words.u64(pages - 48);
  const whole = beside > segmentBytes / 64 ? beside : words.u64(segment + 32);
  for (let index = 0; index < kind.pages; index++) {
    const structure = pages + index * bytes;
    const pageBytes = number === hugeKind ? whole : 2 ** shift;
    const before = index === 0 && header > 0 && header < pageBytes ? header : 0;
    const start = segment + index * pageBytes;
    yield {
      structure,
      owner,
      ...(number === hugeKind && !(whole >= at && whole < mostAddress)
        ? {}
        : {
            slices: {
              start: start + before,
              bytes: pageBytes - before,
              isBehindHeader: index === 0 && number <= 1,
            },
          }),
    };
  }
}
