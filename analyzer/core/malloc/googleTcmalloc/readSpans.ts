import { unwatched, type Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";
import { SlabMarks, withoutOverlaps } from "../slabMarks";
import type { BlockSpans } from "./cachedBlocks";
import type { SpanRadix } from "./findMap";
import { type SpanForm, spanForms } from "./layout";
import { OwnBlocks } from "./ownBlocks";
import { deletedSpans, type PageRun, SpanReader } from "./spans";

export interface SpanReading {
  /** By address, without overlaps. */
  readonly runs: readonly PageRun[];
  readonly small: BlockSpans;
  /** Spans whose lists and counts differ. */
  readonly odd: number;
  readonly form: SpanForm;
  readonly hugePages: readonly number[];
}

/** Spans that a form is tried on. */
const tried = 500;

/** Reads all spans in the form, and with the table of classes, that has the lists of most of them agree with their counts. */
export function bestSpans(image: ProcessSnapshot, map: SpanRadix, work: Work): SpanReading | undefined {
  const { memory } = image;
  const log = memory.structureLog;
  // What is only tried is not yet known to be a structure.
  memory.structureLog = undefined;
  let best: { readonly form: SpanForm; readonly sizes: readonly number[] } | undefined;
  let most = 0;
  let tables: readonly number[][] | undefined;
  for (const form of spanForms) {
    const some = firstOf(new SpanReader(image, map, form).read(unwatched), tried);
    if (some.length === 0) continue;
    tables ??= classTables(image, some);
    for (const sizes of tables) {
      const { small, odd } = markOwn(image, map, form, some, sizes);
      const score = small.spans.length - 2 * odd;
      if (score > most) [best, most] = [{ form, sizes }, score];
    }
  }
  memory.structureLog = log;
  if (best === undefined) return undefined;
  const reader = new SpanReader(image, map, best.form);
  const all = [...reader.read(work)].sort((a, b) => a.start - b.start);
  const deleted = deletedSpans(image, all);
  const runs = withoutOverlaps(all.filter(({ structure }) => !deleted.has(structure)));
  const { small, odd } = markOwn(image, map, best.form, runs, best.sizes);
  return { runs, small, odd, form: best.form, hugePages: reader.hugePages().sort((a, b) => a - b) };
}

function firstOf(runs: Iterable<PageRun>, most: number): PageRun[] {
  const found: PageRun[] = [];
  for (const run of runs) {
    found.push(run);
    if (found.length === most) break;
  }
  return found;
}

function markOwn(
  image: ProcessSnapshot,
  { form: { pageShift } }: SpanRadix,
  form: SpanForm,
  runs: readonly PageRun[],
  sizes: readonly number[],
): { readonly small: BlockSpans; readonly odd: number } {
  const spans = withoutOverlaps(
    runs.filter(({ sizeClass, bytes }) => {
      const size = sizes[sizeClass] ?? 0;
      return sizeClass > 0 && size > 0 && size <= bytes;
    }),
  );
  const blocksIn = ({ bytes, sizeClass }: PageRun) => Math.floor(bytes / sizes[sizeClass]!);
  const marks = new SlabMarks(
    spans.map((span) => ({ start: span.start, size: sizes[span.sizeClass]!, blocks: blocksIn(span) })),
  );
  const own = new OwnBlocks(image, form, 2 ** pageShift);
  let odd = 0;
  for (const [slab, span] of spans.entries()) {
    const blocks = blocksIn(span);
    // A span with one block has no list, and counts nothing.
    if (blocks > 1 && own.mark(span, sizes[span.sizeClass]!, slab, marks) + span.allocated !== blocks) odd++;
  }
  return { small: { spans, sizes, marks }, odd };
}

const largestBlock = 1 << 20;
const fewestClasses = 16;

/**
 * Tables of block sizes by class: 0, 8 or 16, then ever larger ones, and again for each further set of classes, as far as
 * the spans at hand have classes.
 */
function classTables(image: ProcessSnapshot, runs: readonly PageRun[]): number[][] {
  const classes = runs.reduce((most, { sizeClass }) => Math.max(most, sizeClass), 0);
  const words = new MemoryWords(image.memory);
  const found: number[][] = [];
  if (classes === 0) return found;
  for (const [start, end] of moduleData(image, (name) => /tcmalloc/.test(name))) {
    if (found.length > 0) break;
    for (let at = start; at + 4 * fewestClasses <= end && found.length < mostTables; at += 4) {
      const second = words.u32(at + 4);
      if (words.u32(at) !== 0 || (second !== 8 && second !== 16) || !rises(words, at)) continue;
      const sizes = tableAt(words, at);
      if (sizes.length > classes) found.push(sizes);
    }
  }
  return found;
}

const mostTables = 8;
const mostClasses = 1024;

function tableAt(words: MemoryWords, table: number): number[] {
  const sizes: number[] = [];
  while (sizes.length < mostClasses) {
    const size = words.u32(table + 4 * sizes.length);
    if (size < 0 || size > largestBlock || size % 8 !== 0) break;
    sizes.push(size);
  }
  return sizes;
}

function rises(words: MemoryWords, table: number): boolean {
  for (let index = 1; index < fewestClasses; index++)
    if (words.u32(table + 4 * index) <= words.u32(table + 4 * (index - 1))) return false;
  return true;
}
