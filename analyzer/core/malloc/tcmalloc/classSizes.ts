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

/**
 * Finds the table of block sizes by class: 0, 8, then ever larger numbers, that cut the spans at hand into as many
 * blocks as they say they have.
 */
export function findClassSizes(image: ProcessSnapshot, spans: readonly Span[]): number[] | undefined {
  const words = new MemoryWords(image.memory);
  const small = spans.filter(({ sizeClass }) => sizeClass > 0).slice(0, tried);
  const { pointerBytes, structureLog } = image.memory;
  for (const [start, end] of moduleData(image, (name) => /tcmalloc/.test(name)))
    for (let at = start; at + 64 <= end; at += 4) {
      if (words.u32(at) !== 0) continue;
      // Numbers of 32 bits since 2.7, of a pointer's before.
      for (const width of pointerBytes === 4 ? [4] : [4, 8]) {
        const second = words.u32(at + width);
        if (second !== 8 && second !== 16) continue;
        const sizes = tableAt(words, at, width);
        if (sizes.length < fewestClasses || !small.every((span) => cuts(sizes, span))) continue;
        structureLog?.add(at, width * (sizes.length + 1));
        return sizes;
      }
    }
  return undefined;
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
