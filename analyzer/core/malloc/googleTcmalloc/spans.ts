import { countBefore } from "../../../base/halving";
import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData, mostAddress } from "../moduleData";
import { firstPageAt, type SpanRadix, setEntriesOf, spanIn } from "./findMap";
import { addressBits, hugePageShift, hugePagesAt, hugePagesIn, type SpanForm, spansAt } from "./layout";

/** A run of pages: cut into blocks of a class, or a block of its own (class 0). */
export interface PageRun {
  /** Of its `Span`. */
  readonly structure: number;
  readonly start: number;
  readonly bytes: number;
  readonly sizeClass: number;
  /** Blocks that are not in the span's own list. */
  readonly allocated: number;
}

/** Reads the spans that a map names, in one form. */
export class SpanReader {
  private readonly words: MemoryWords;
  private readonly spans: MemoryWords;
  private readonly entries: MemoryWords;
  private readonly leafOf: ReadonlyMap<number, number>;

  constructor(
    image: ProcessSnapshot,
    private readonly map: SpanRadix,
    private readonly form: SpanForm,
  ) {
    const log = image.memory.structureLog;
    this.words = new MemoryWords(image.memory, 64 << 10, log);
    this.spans = new MemoryWords(image.memory, 4096, log);
    this.entries = new MemoryWords(image.memory, 4096, log);
    this.leafOf = new Map(map.leaves.map(({ leaf, base }) => [base, leaf]));
  }

  /** Spans, those of a leaf by address. One that was deleted is among them as long as its pages were not handed out again. */
  *read(work: Work): Generator<PageRun> {
    const { form, leaves } = this.map;
    for (const [number, { leaf, base }] of leaves.entries()) {
      work.throwIfCancelled();
      work.report("Walking tcmalloc's spans", number / leaves.length);
      for (const { index } of setEntriesOf(this.words, leaf + spansAt(form), 2 ** form.leafBits)) {
        const structure = spanIn(this.words, this.entryOf(leaf, index));
        if (structure < 4096 || structure % 8 !== 0) continue;
        const classAt = leaf + index * form.classBytes;
        const sizeClass = form.classBytes === 1 ? this.entries.u8(classAt) : this.entries.u16(classAt);
        const run = this.runAt(base + index, structure, sizeClass);
        if (run !== undefined) yield run;
      }
    }
  }

  private entryOf(leaf: number, index: number): number {
    return leaf + spansAt(this.map.form) + 8 * index;
  }

  private runAt(page: number, structure: number, sizeClass: number): PageRun | undefined {
    const { form, spans } = this;
    if (firstPageAt(spans, structure + form.firstPage, this.map.form) !== page) return undefined;
    const few = this.fewPages(structure);
    const pages = few > 0 ? few : spans.u64(structure + form.pages);
    const allocated = spans.u16(structure + form.allocated);
    if (sizeClass < 0 || allocated < 0 || pages < 1 || pages > 2 ** (addressBits - this.map.form.pageShift))
      return undefined;
    // Every page of blocks names the span, only the first one of a large block.
    if (sizeClass > 0 && this.spanOf(page + pages - 1) !== structure) return undefined;
    const pageBytes = 2 ** this.map.form.pageShift;
    return { structure, start: page * pageBytes, bytes: pages * pageBytes, sizeClass, allocated };
  }

  private fewPages(structure: number): number {
    const { fewPages, firstPage } = this.form;
    if (fewPages === undefined) return 0;
    if (fewPages !== "behind the first page") return this.spans.u32(structure + fewPages) % 64;
    const shift = addressBits - this.map.form.pageShift + flagsBehindPage;
    return Math.floor(spanIn(this.spans, structure + firstPage) / 2 ** shift) % 64;
  }

  private spanOf(page: number): number {
    const index = page % 2 ** this.map.form.leafBits;
    const leaf = this.leafOf.get(page - index);
    return leaf === undefined ? -1 : spanIn(this.entries, this.entryOf(leaf, index));
  }

  /** Starts of the huge pages that spans are taken from piece by piece. */
  hugePages(): number[] {
    const { form, leaves } = this.map;
    return leaves.flatMap(({ leaf, base }) =>
      [...setEntriesOf(this.words, leaf + hugePagesAt(form), hugePagesIn(form))].map(
        ({ index }) => base * 2 ** form.pageShift + index * 2 ** hugePageShift,
      ),
    );
  }
}

/** Memory with variables of modules, [start, end): none of it has spans. */
export function moduleVariables(image: ProcessSnapshot, runs: readonly PageRun[]): [number, number][] {
  return moduleData(image, (name) => /tcmalloc/.test(name)).filter(([start, end]) => {
    const after = countBefore(runs, (run) => run.start < start);
    return runs[after] === undefined || runs[after].start >= end;
  });
}

/** Large, sampled and donated. */
const flagsBehindPage = 3;

const mostDeleted = 1 << 24;

/**
 * The spans that were deleted: the first word of each leads to the next one. The list's head stands before how many there
 * are in use, and how many there are in all.
 */
export function deletedSpans(image: ProcessSnapshot, runs: readonly PageRun[]): ReadonlySet<number> {
  const words = new MemoryWords(image.memory);
  const links = new MemoryWords(image.memory, 4096);
  const known = new Set(runs.map(({ structure }) => structure));
  let rest = 2 * mostDeleted;
  for (const [start, end] of moduleVariables(image, runs))
    for (let at = start; at + 24 <= end; at += 8) {
      const head = words.u64(at);
      if (head < 4096 || head >= mostAddress || head % 8 !== 0) continue;
      const deleted = words.u64(at + 16) - words.u64(at + 8);
      if (!(deleted >= 1 && deleted < mostDeleted && words.u64(at + 8) > 0)) continue;
      const chain = new Set<number>();
      let span = head;
      for (; span > 0 && chain.size < deleted && !chain.has(span) && rest > 0; span = links.u64(span), rest--)
        chain.add(span);
      if (rest > 0 && span === 0 && chain.size === deleted && [...chain].some((each) => known.has(each)))
        return chain;
    }
  return new Set();
}
