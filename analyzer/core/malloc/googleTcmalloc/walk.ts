import { formatBytes, formatQuantity } from "../../../base/figures";
import type { Problem, ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, pagesOf } from "../pageHeap";
import { CachedBlocks, describingMemory, followTransferCaches } from "./cachedBlocks";
import { findSpanRadix } from "./findMap";
import { hugePageShift, judgedPageShift, type SpanForm } from "./layout";
import { followProcessorSlabs } from "./processorSlabs";
import { bestSpans } from "./readSpans";
import { moduleVariables, type PageRun } from "./spans";
import { followThreadCaches } from "./threadLists";

/**
 * Walks the spans of Google's tcmalloc. Blocks that spans and the caches of processors and threads keep are free, as they
 * are in its own statistics.
 * @returns undefined when its map of pages or its table of classes is not found
 * @throws ExhumeError `cancelled`
 */
export function walkGoogleTcmalloc(
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
): HeapAccount | undefined {
  const map = findSpanRadix(image, work);
  const reading = map === undefined ? undefined : bestSpans(image, map, work);
  if (map === undefined || reading === undefined) return undefined;
  const { runs, small, odd, form, hugePages } = reading;
  const describing = describingMemory(image, runs);
  const ranges = [...moduleVariables(image, runs), ...describing];
  const cached = new CachedBlocks(small);
  followTransferCaches(image, cached, ranges, describing);
  if (!followProcessorSlabs(image, cached, ranges, describing))
    followThreadCaches(image, cached, describing, work);
  const heap = new PageHeap(image);
  for (const [index, { start, bytes, sizeClass }] of small.spans.entries()) {
    const size = small.sizes[sizeClass]!;
    heap.addSlab(0, {
      start,
      bytes,
      size,
      blocks: Math.floor(bytes / size),
      isFree: (block) => small.marks.isFree(index, block),
    });
  }
  for (const { start, bytes, sizeClass } of runs)
    if (sizeClass === 0) heap.addLarge(0, { start, bytes, address: start, size: bytes });
  for (const [start, end] of gapsIn(hugePages, runs)) heap.addFreePages(0, start, end - start);
  heap.reportRefused(problems, "tcmalloc");
  const damaged = odd + cached.twice;
  if (damaged > 0)
    problems.add({
      code: "malloc-damaged",
      message: `The heap of tcmalloc is damaged: ${formatQuantity(odd, "span")} do not have as many free blocks as they count, and ${formatQuantity(cached.twice, "block")} are free twice.`,
      losesData: true,
    });
  const doubt = doubtOf(form, map.form.pageShift);
  if (doubt !== undefined) problems.add(doubt);
  const structures = pagesOf(runs.map(({ structure }) => [structure, structure + 64]));
  return heap.account([...structures, ...cached.structures].sort((a, b) => a[0] - b[0]));
}

/** Says of a form that what is read in it was never compared with what tcmalloc counts itself. */
export function doubtOf({ isJudged, years }: SpanForm, pageShift: number): Problem | undefined {
  if (isJudged === true && pageShift === judgedPageShift) return undefined;
  return {
    code: "malloc-not-verified",
    message: `The heap of tcmalloc is laid out as that of ${years}, with pages of ${formatBytes(2 ** pageShift)}. How it is read was taken from the sources and never compared with what tcmalloc counts itself: its figures are not verified.`,
    losesData: false,
  };
}

/** What no span has of the huge pages that spans are taken from, [start, end). */
function* gapsIn(hugePages: readonly number[], runs: readonly PageRun[]): Generator<[number, number]> {
  let index = 0;
  for (const hugePage of hugePages) {
    const end = hugePage + 2 ** hugePageShift;
    let at = hugePage;
    while (index < runs.length && runs[index]!.start + runs[index]!.bytes <= hugePage) index++;
    for (let next = index; next < runs.length && runs[next]!.start < end; next++) {
      const { start, bytes } = runs[next]!;
      if (start > at) yield [at, start];
      at = Math.max(at, start + bytes);
    }
    if (at < end) yield [at, end];
  }
}
