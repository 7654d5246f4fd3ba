import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";
import type { Span } from "./pageMap";

/** Blocks above this have spans of their own. */
const largest = 1 << 20;
const fewestClasses = 16;
const mostClasses = 256;
/** Spans that a table is tried on. */
const tried = 1000;

/** A table of block sizes by class: 0, 8, then ever larger numbers. */
interface SizeTable {
  readonly at: number;
  readonly width: 4 | 8;
  readonly sizes: readonly number[];
}

/** True when some variable could be the table of block sizes: to look for the map of pages takes much longer. */
export function hasClassSizes(image: ProcessSnapshot, work: Work): boolean {
  return !sizeTables(image, work).next().done;
}

/** Finds the table of block sizes that cuts the spans at hand into as many blocks as they say they have. */
export function findClassSizes(
  image: ProcessSnapshot,
  spans: readonly Span[],
  work: Work,
): readonly number[] | undefined {
  const small = spans.filter(({ sizeClass }) => sizeClass > 0).slice(0, tried);
  for (const { at, width, sizes } of sizeTables(image, work)) {
    if (!small.every((span) => cuts(sizes, span))) continue;
    image.memory.structureLog?.add(at, width * (sizes.length + 1));
    return sizes;
  }
  return undefined;
}

function* sizeTables(image: ProcessSnapshot, work: Work): Generator<SizeTable> {
  const words = new MemoryWords(image.memory);
  const tables = new MemoryWords(image.memory, 4096);
  // Numbers of 32 bits since 2.7, of a pointer's before.
  const widths = image.memory.pointerBytes === 4 ? ([4] as const) : ([4, 8] as const);
  for (const [start, end] of moduleData(image, (name) => /tcmalloc/.test(name)))
    for (let at = start; at + 64 <= end; at += 4) {
      if (at % 2 ** 20 === 0) work.throwIfCancelled();
      const second = words.u32(at);
      if (second !== 8 && second !== 16) continue;
      for (const width of widths) {
        const first = at - width;
        if (first < start || words.u32(first) !== 0) continue;
        const sizes = tableAt(tables, first, width);
        if (sizes.length >= fewestClasses) yield { at: first, width, sizes };
      }
    }
}

function tableAt(words: MemoryWords, start: number, width: number): number[] {
  const sizes = [0];
  while (sizes.length < mostClasses) {
    const at = start + sizes.length * width;
    const size = words.u32(at);
    const isNumber = width === 4 || words.u32(at + 4) === 0;
    if (!isNumber || size <= sizes.at(-1)! || size > largest || size % 8 !== 0) break;
    sizes.push(size);
  }
  return sizes;
}

function cuts(sizes: readonly number[], { sizeClass, start, bytes, taken, objects }: Span): boolean {
  const size = sizes[sizeClass];
  if (size === undefined || size > bytes || taken > Math.floor(bytes / size)) return false;
  return objects === 0 || (objects - start) % size === 0;
}
