/**
 * Structures of Google's tcmalloc (github.com/google/tcmalloc), 2021 to 2026, from `pagemap.h`, `span.h`,
 * `percpu_tcmalloc.h`, `transfer_cache_internals.h` and `thread_cache.h`. It has no releases, and is for 64-bit machines.
 */
export interface RadixForm {
  readonly pageShift: number;
  readonly leafBits: number;
  /** Between the root and the leaves; 0 for a map of two levels. */
  readonly nodeBits: number;
  /** Of the class of a page, which a leaf has before its spans. */
  readonly classBytes: 1 | 2;
}

export const addressBits = 48;
export const hugePageShift = 21;

/**
 * What may be configured: pages of 8 KiB (the default), 32 and 256, and of 4 KiB for little memory. The map has three levels
 * for these, and in 2026 for all.
 */
export const radixForms: readonly RadixForm[] = ([1, 2] as const).flatMap((classBytes) => [
  ...[13, 15, 18].map((pageShift) => ({ pageShift, leafBits: 15, nodeBits: 0, classBytes })),
  ...[13, 12, 15, 18].map((pageShift) => {
    const bits = Math.ceil((addressBits - pageShift) / 3);
    return { pageShift, leafBits: bits, nodeBits: bits, classBytes };
  }),
]);

/** Where a leaf has its spans. */
export function spansAt({ leafBits, classBytes }: RadixForm): number {
  return classBytes * 2 ** leafBits;
}

/** Where a leaf has what tells of its huge pages. */
export function hugePagesAt(form: RadixForm): number {
  return spansAt(form) + 8 * 2 ** form.leafBits;
}

export function hugePagesIn({ leafBits, pageShift }: RadixForm): number {
  return 2 ** (leafBits + pageShift - hugePageShift);
}

/** `Span`. */
export interface SpanForm {
  readonly bytes: number;
  /** Blocks that are not in the span's own list; 16 bits, as are the next two. */
  readonly allocated: number;
  /** How many further blocks the list's first one names. */
  readonly embedded: number;
  readonly list: number;
  /** How many blocks the span itself names. */
  readonly cached: number;
  readonly cachedBits: 4 | 8;
  readonly firstPage: number;
  /** The number of pages: a word. */
  readonly pages: number;
  /** The number of few pages, where it is apart: 6 bits, 0 for many. In a word, or behind the first page and three flags. */
  readonly fewPages?: number | "behind the first page";
  /** What the span names: blocks, or a bit for each. */
  readonly cache: number;
  readonly mostCached: number;
  readonly bitmapBits: number;
  readonly years: string;
  /** True when what is read in this form was compared with what tcmalloc counts itself. */
  readonly isJudged?: true;
}

/** Pages with which forms were judged. */
export const judgedPageShift = 13;

const aligned = { bytes: 64, embedded: 16, list: 18, allocated: 20, cached: 22, firstPage: 24 } as const;
const stored = { ...aligned, cachedBits: 4, pages: 32, cache: 40, mostCached: 8 } as const;

/** What has all of a number in a word first: where that holds, others may seem to hold too. */
export const spanForms: readonly SpanForm[] = [
  // From May 2025, and from September 2024.
  { ...stored, bitmapBits: 128, years: "2025 and 2026", isJudged: true },
  { ...stored, bitmapBits: 64, years: "2024 and 2025" },
  {
    years: "2021 to 2024",
    bytes: 48,
    allocated: 16,
    embedded: 18,
    list: 20,
    cached: 22,
    cachedBits: 8,
    firstPage: 32,
    pages: 40,
    cache: 24,
    mostCached: 4,
    bitmapBits: 64,
  },
  // From July 2026, as it is by default, and with the locking of before.
  {
    ...aligned,
    years: "2026",
    isJudged: true,
    cachedBits: 8,
    fewPages: "behind the first page",
    pages: 40,
    cache: 40,
    mostCached: 12,
    bitmapBits: 192,
  },
  {
    ...aligned,
    years: "2026, with the locking of before",
    cachedBits: 4,
    fewPages: 32,
    pages: 48,
    cache: 48,
    mostCached: 8,
    bitmapBits: 128,
  },
];

/** What ends a list in a span. */
export const listEnd = 0xffff;

/** Blocks are numbered in units of this; to 2023 those above 512 bytes in larger ones. */
export function numberedUnit(form: SpanForm, size: number): number {
  return form.bytes === 48 && size > 512 ? 64 : 8;
}

/** `ThreadCache::FreeList`: the head, then the length. */
export const threadListForms = [
  { bytes: 24, most: 16 },
  { bytes: 32, most: 16 },
  { bytes: 32, most: 20 },
  { bytes: 40, most: 20 },
] as const;

/** Shifts from one processor's slab to the next, where the word that leads to them does not tell. */
export const slabShifts = [18, 12] as const;
