import { formatQuantity } from "../../../base/figures";
import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, pagesOf } from "../pageHeap";
import { SlabMarks, withoutOverlaps } from "../slabMarks";
import { findClassSizes, hasClassSizes } from "./classSizes";
import { findSpanMap } from "./findSpanMap";
import { type ListsFound, markFreeBlocks } from "./freeLists";
import { type PageMapForm, pageMapForms, spanState } from "./layout";
import { spansOf, structureOf } from "./pageMap";

/**
 * Walks the spans of gperftools' tcmalloc. Blocks that spans, central lists and caches of threads keep are free, as
 * they are in its own statistics.
 * @returns undefined when its map of pages or its table of classes is not found
 * @throws ExhumeError `cancelled`
 */
export function walkTcmalloc(
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
): HeapAccount | undefined {
  if (!hasClassSizes(image, work)) return undefined;
  const best = bestOf(image, pageMapForms(image.memory.pointerBytes), work);
  if (best === undefined) return undefined;
  best.heap.reportRefused(problems, "tcmalloc");
  reportLists(best.lists, problems);
  return best.account();
}

/** The walk whose lists lead astray least; each process has a cache of a thread: a map without one may be another's. */
function bestOf(
  image: ProcessSnapshot,
  groups: readonly (readonly PageMapForm[])[],
  work: Work,
): Walked | undefined {
  let best: Walked | undefined;
  for (const forms of groups) {
    const found = walkIn(image, forms, work);
    if (found === undefined || (found.lists.threadCaches === 0 && groups.length > 1)) continue;
    if (best === undefined || found.lists.broken < best.lists.broken) best = found;
    if (best.lists.broken === 0) break;
  }
  return best;
}

interface Walked {
  readonly heap: PageHeap;
  readonly lists: ListsFound;
  readonly account: () => HeapAccount;
}

function walkIn(image: ProcessSnapshot, forms: readonly PageMapForm[], work: Work): Walked | undefined {
  const map = findSpanMap(image, forms, work);
  if (map === undefined) return undefined;
  const spans = [...spansOf(image, map, work)];
  const sizes = findClassSizes(image, spans, work);
  if (sizes === undefined) return undefined;
  const heap = new PageHeap(image);
  const used = spans.filter(({ state }) => state === spanState.used);
  const small = withoutOverlaps(
    used.filter(({ sizeClass }) => sizes[sizeClass] !== undefined && sizeClass > 0),
  );
  const marks = new SlabMarks(
    small.map(({ start, bytes, sizeClass }) => {
      const size = sizes[sizeClass]!;
      return { start, size, blocks: Math.floor(bytes / size) };
    }),
  );
  const lists = markFreeBlocks(image, { spans: small, all: spans, sizes, marks }, work);
  for (const [index, { start, bytes, sizeClass }] of small.entries()) {
    const size = sizes[sizeClass]!;
    heap.addSlab(0, {
      start,
      bytes,
      size,
      blocks: Math.floor(bytes / size),
      isFree: (block) => marks.isFree(index, block),
    });
  }
  for (const { start, bytes, sizeClass, state } of spans)
    if (state === spanState.free) heap.addFreePages(0, start, bytes);
    else if (state === spanState.returned) heap.addReserved(0, start, bytes);
    else if (sizeClass === 0) heap.addLarge(0, { start, bytes, address: start, size: bytes });
  const { pointerBytes } = image.memory;
  // Central lists are among the variables of a module: those beside them are the program's.
  const structures = pagesOf(spans.map((span) => structureOf(span, pointerBytes)));
  const all = [...structures, ...lists.structures].sort((a, b) => a[0] - b[0]);
  return { heap, lists, account: () => heap.account(all) };
}

function reportLists({ threadCaches, broken }: ListsFound, problems: ProblemList): void {
  if (broken > 0)
    problems.add({
      code: "malloc-damaged",
      message: `The heap of tcmalloc is damaged: ${formatQuantity(broken, "list")} of free blocks led astray; what follows in them counts as used.`,
      losesData: true,
    });
  if (threadCaches === 0)
    problems.add({
      code: "malloc-not-found",
      message:
        "No thread's cache of tcmalloc was found beside its spans: blocks that are kept in caches count as used.",
      losesData: true,
    });
}
