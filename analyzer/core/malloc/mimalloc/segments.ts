import type { Work } from "../../../base/work";
import { protection } from "../../memorySegment";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { mostAddress } from "../moduleData";
import { type MimallocLayout, type PageSlices, type SegmentForm, segmentField } from "./layout";

/** A page mimalloc knows: where it is described, and the slices it has. */
export interface PagePlace {
  readonly structure: number;
  /** Of the thread that has it; 0 for none. */
  readonly owner: bigint;
  /** Undefined where the description tells the start itself. */
  readonly slices?: PageSlices;
}

export interface DescribedPages {
  readonly places: readonly PagePlace[];
  /** Of a description. */
  readonly bytes: number;
}

interface Shape extends Pick<SegmentForm, "entries" | "thread"> {
  readonly segmentBytes: number;
  /** Where the descriptions of slices begin in a segment. */
  readonly at: number;
  /** Of a description. */
  readonly bytes: number;
}

/** In words. */
const firstAt = 16;
const lastAt = 128;

/**
 * Finds the pages of mimalloc 2 by structure: segments begin at multiples of their size, and what describes their
 * slices tells for each run how many there are, up to the end.
 */
export function findSegmentPages(
  image: ProcessSnapshot,
  layout: MimallocLayout,
  work: Work,
): DescribedPages | undefined {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory);
  const places: PagePlace[] = [];
  let shapes = possibleShapes(layout, pointerBytes);
  const leastBytes = Math.min(layout.segmentForms[0]!.bytes, layout.segmentForms[1]!.bytes);
  for (const segment of image.memory.segments) {
    if ((segment.protection & protection.write) === 0 || segment.dumpedBytes === 0) continue;
    const end = Number(segment.start) + segment.dumpedBytes;
    let at = Math.ceil(Number(segment.start) / leastBytes) * leastBytes;
    for (; at + lastAt * pointerBytes < end && at < mostAddress; at += leastBytes) {
      work.throwIfCancelled();
      const shape = shapes.find((each) => isTiled(words, at, each, layout.sliceBytes, pointerBytes));
      if (shape === undefined) continue;
      // All segments of a process are described alike.
      shapes = [shape];
      for (const place of pagesIn(image, at, shape, layout.sliceBytes)) places.push(place);
    }
  }
  const [shape] = shapes;
  return places.length === 0 || shape === undefined ? undefined : { places, bytes: shape.bytes };
}

function possibleShapes(
  { segmentForms, segmentPageForms }: MimallocLayout,
  pointerBytes: number,
): readonly Shape[] {
  const widths = [...new Set(segmentPageForms.map(({ bytes }) => bytes!))];
  const shapes: Shape[] = [];
  for (let at = firstAt * pointerBytes; at < lastAt * pointerBytes; at += pointerBytes)
    for (const bytes of widths)
      for (const { bytes: segmentBytes, entries, thread } of segmentForms)
        shapes.push({
          at,
          bytes,
          segmentBytes,
          entries: entries * pointerBytes,
          thread: thread * pointerBytes,
        });
  return shapes;
}

/** True when the runs of slices follow each other without a gap to the end. */
function isTiled(
  words: MemoryWords,
  segment: number,
  shape: Shape,
  sliceBytes: number,
  pointerBytes: number,
): boolean {
  const first = segment + shape.at;
  const slices = words.pointer(first + segmentField.slices * pointerBytes);
  const entries = words.pointer(first + shape.entries);
  if (segment % shape.segmentBytes !== 0) return false;
  if (entries < 2 || entries > shape.segmentBytes / sliceBytes || entries > slices || slices > 2 ** 31)
    return false;
  if (words.pointer(first + segmentField.infoSlices * pointerBytes) !== words.u32(first)) return false;
  let index = 0;
  while (index < entries) {
    const at = first + index * shape.bytes;
    const count = words.u32(at);
    if (count < 1 || words.u32(at + 4) !== 0) return false;
    index += count;
  }
  return index === entries || index === slices;
}

function* pagesIn(
  image: ProcessSnapshot,
  segment: number,
  shape: Shape,
  sliceBytes: number,
): Generator<PagePlace> {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  const first = segment + shape.at;
  const entries = words.pointer(first + shape.entries);
  const owner = words.pointerExact(first + shape.thread) ?? 0n;
  words.pointer(first + segmentField.slices * pointerBytes);
  words.pointer(first + segmentField.infoSlices * pointerBytes);
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
