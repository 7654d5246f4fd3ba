import { formatQuantity } from "../../../base/figures";
import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, pagesOf } from "../pageHeap";
import { SlabMarks, withoutOverlaps } from "../slabMarks";
import { markDelayedFrees } from "./delayedFrees";
import { findFlatlyMappedPages } from "./flatMap";
import { type PageForm, wideLayout } from "./layout";
import { narrowLayout } from "./narrowLayout";
import { findOldSegmentPages } from "./oldSegments";
import { findMappedPages } from "./pageMap";
import { type BlockPage, PageReader } from "./pages";
import { type DescribedPages, findSegmentPages, type PagePlace } from "./segments";

/**
 * Walks the pages of mimalloc 1 to 3. Each thread's pages are an arena. Blocks that other threads freed and that wait
 * in their owner's heap are free, though mimalloc itself still visits them.
 * @returns undefined when no pages are found
 * @throws ExhumeError `cancelled`
 */
export function walkMimalloc(
  image: ProcessSnapshot,
  problems: ProblemList,
  work: Work,
): HeapAccount | undefined {
  const found = findPages(image, work);
  const reading = bestReading(image, found.places, found.forms);
  if (reading === undefined) return undefined;
  const { places } = found;
  const { pages, marks, odd } = reading;
  markDelayedFrees(image, pages, marks);
  const heap = new PageHeap(image);
  const owners = new Map<bigint, number>();
  const described = new Set(pages.map(({ structure }) => structure));
  for (const [slab, page] of pages.entries()) {
    if (slab % 1024 === 0) work.throwIfCancelled();
    const { owner, start, bytes, size, blocks } = page;
    let arena = owners.get(owner);
    if (arena === undefined) {
      arena = owners.size;
      owners.set(owner, arena);
    }
    heap.addSlab(arena, { start, bytes, size, blocks, isFree: (index) => marks.isFree(slab, index) });
  }
  for (const { structure, slices } of places)
    if (slices !== undefined && !described.has(structure)) heap.addReserved(0, slices.start, slices.bytes);
  heap.reportRefused(problems, "mimalloc");
  if (odd > 0)
    problems.add({
      code: "malloc-damaged",
      message: `The heap of mimalloc is damaged: the lists of ${formatQuantity(odd, "page")} do not have as many free blocks as the pages count.`,
      losesData: true,
    });
  return heap.account(pagesOf(places.map(({ structure }) => [structure, structure + structureBytes])));
}

function findPages(
  image: ProcessSnapshot,
  work: Work,
): { readonly places: readonly PagePlace[]; readonly forms: readonly PageForm[] } {
  const layout = image.memory.pointerBytes === 8 ? wideLayout : narrowLayout;
  const ofBytes = (forms: readonly PageForm[], { places, bytes }: DescribedPages) => ({
    places,
    forms: forms.filter((form) => form.bytes === bytes),
  });
  const inSegments = findSegmentPages(image, layout, work);
  if (inSegments !== undefined) return ofBytes(layout.segmentPageForms, inSegments);
  const old = findOldSegmentPages(image, layout, work);
  if (old !== undefined) return ofBytes(layout.oldPageForms, old);
  const mapped = findMappedPages(image, layout, work);
  const places = mapped.length > 0 ? mapped : findFlatlyMappedPages(image, layout, work);
  return { places, forms: layout.mappedPageForms };
}

/** No description of a page is longer. */
const structureBytes = 128;

interface Reading {
  readonly pages: readonly BlockPage[];
  readonly marks: SlabMarks;
  /** Pages whose lists and counts differ. */
  readonly odd: number;
}

/** Pages that a form is tried on. */
const tried = 500;

/** Reads all pages in the form that has the lists of most of them agree with what they count. */
function bestReading(
  image: ProcessSnapshot,
  places: readonly PagePlace[],
  forms: readonly PageForm[],
): Reading | undefined {
  const some = places.slice(0, tried);
  const { memory } = image;
  const log = memory.structureLog;
  // What is only tried is not yet known to be a structure.
  memory.structureLog = undefined;
  const scores = forms.map((form) => {
    const { pages, odd } = readAll(image, some, form);
    return { form, score: pages.length - 2 * odd };
  });
  memory.structureLog = log;
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 0 ? readAll(image, places, best.form) : undefined;
}

function readAll(image: ProcessSnapshot, places: readonly PagePlace[], form: PageForm): Reading {
  const reader = new PageReader(image, form);
  const read = places.map((place) => reader.read(place)).filter((page) => page !== undefined);
  const pages = withoutOverlaps(read);
  const marks = new SlabMarks(pages);
  let odd = 0;
  for (const [slab, page] of pages.entries())
    if (reader.markFree(page, slab, marks) !== page.capacity - page.used) odd++;
  return { pages, marks, odd };
}
