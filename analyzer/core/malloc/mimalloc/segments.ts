import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import {
  type PageForm,
  type PageSlices,
  type SegmentForm,
  segmentField,
  segmentForms,
  segmentPageForms,
  sliceBytes,
} from "./layout";

/** A page mimalloc knows: where it is described, and the slices it has. */
export interface PagePlace {
  readonly structure: number;
  /** Of the thread that has it; 0 for none. */
  readonly owner: bigint;
  /** Undefined where the description tells the start itself. */
  readonly slices?: PageSlices;
}

interface Shape extends Pick<SegmentForm, "entries" | "thread"> {
  readonly segmentBytes: number;
  /** Where the descriptions of slices begin in a segment. */
  readonly at: number;
  /** Of a description. */
  readonly bytes: number;
}

const firstAt = 128;
const lastAt = 1024;
const leastBytes = segmentForms[0]!.bytes;

/**
 * Finds the pages of mimalloc 2 by structure: segments begin at multiples of their size, and what describes their
 * slices tells for each run how many there are, up to the end.
 */
export function findSegmentPages(image: ProcessSnapshot, work: Work): PagePlace[] {
  const words = new MemoryWords(image.memory);
  const places: PagePlace[] = [];
  let shapes = possibleShapes();
  for (const segment of image.memory.segments) {
    if ((segment.protection & protection.write) === 0 || segment.dumpedBytes === 0) continue;
    const end = Number(segment.start) + segment.dumpedBytes;
    let at = Math.ceil(Number(segment.start) / leastBytes) * leastBytes;
    for (; at + lastAt < end && at < 2 ** 48; at += leastBytes) {
      work.throwIfCancelled();
      const shape = shapes.find((each) => isTiled(words, at, each));
      if (shape === undefined) continue;
      // All segments of a process are described alike.
      shapes = [shape];
      for (const place of pagesIn(image, at, shape)) places.push(place);
    }
  }
  return places;
}

function possibleShapes(): readonly Shape[] {
  const widths = [...new Set(segmentPageForms.map(({ bytes }) => bytes!))];
  const shapes: Shape[] = [];
  for (let at = firstAt; at < lastAt; at += 8)
    for (const bytes of widths)
      for (const { bytes: segmentBytes, entries, thread } of segmentForms)
        shapes.push({ at, bytes, segmentBytes, entries, thread });
  return shapes;
}

/** True when the runs of slices follow each other without a gap to the end. */
function isTiled(words: MemoryWords, segment: number, shape: Shape): boolean {
  const first = segment + shape.at;
  const slices = words.u64(first + segmentField.slices);
  const entries = words.u64(first + shape.entries);
  if (segment % shape.segmentBytes !== 0) return false;
  if (entries < 2 || entries > shape.segmentBytes / sliceBytes || entries > slices || slices > 2 ** 31)
    return false;
  if (words.u64(first + segmentField.infoSlices) !== words.u32(first)) return false;
  let index = 0;
  while (index < entries) {
    const at = first + index * shape.bytes;
    const count = words.u32(at);
    if (count < 1 || words.u32(at + 4) !== 0) return false;
    index += count;
  }
  return index === entries || index === slices;
}

function* pagesIn(image: ProcessSnapshot, segment: number, shape: Shape): Generator<PagePlace> {
  const words = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  const first = segment + shape.at;
  const entries = words.u64(first + shape.entries);
  const owner = words.u64Exact(first + shape.thread) ?? 0n;
  words.u64(first + segmentField.slices);
  words.u64(first + segmentField.infoSlices);
  // The first run is the segment's own.
  for (let index = words.u32(first); index < entries; ) {
    const structure = first + index * shape.bytes;
    const count = words.u32(structure);
    yield {
      structure,
      owner,
      slices: { start: segment + index * sliceBytes, bytes: count * sliceBytes },
    };
    index += count;
  }
}

/** The forms a page of these segments can have. */
export function formsOf(places: readonly PagePlace[]): readonly PageForm[] {
  const [first, second] = places;
  if (first === undefined || second === undefined) return segmentPageForms;
  return segmentPageForms.filter(({ bytes }) => (second.structure - first.structure) % bytes! === 0);
}
