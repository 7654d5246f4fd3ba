/**
 * Structures of mimalloc 1 to 3, from `types.h` (`mimalloc-types.h` before 2.1.2) and `page-map.c`: forms of pages on
 * 64-bit machines (`narrowLayout` has those of 32), and where pages are.
 */
export interface PageSlices {
  readonly start: number;
  readonly bytes: number;
  /** True for the first page of a segment, in whose small ones blocks lie at multiples of their size. */
  readonly isBehindHeader?: boolean;
}

export interface PageForm {
  /** Of `mi_page_t` where they follow each other. */
  readonly bytes?: number;
  readonly capacity: number;
  readonly reserved: number;
  readonly used: number;
  readonly usedBytes: 2 | 4;
  readonly blockSize: number;
  /** 4 on 64-bit machines where it is cut short: then it may not tell the size of the largest. */
  readonly blockSizeBytes: 4 | 8;
  readonly free: number;
  readonly localFree: number;
  readonly threadFree: number;
  /** The heap it belongs to, where heaps keep lists of blocks that others freed. */
  readonly heap?: number;
  /** Where the first block is: told by a pointer, by an offset in words, or by the slice and a rule for small blocks. */
  readonly start:
    | { readonly by: "pointer"; readonly at: number }
    | { readonly by: "words"; readonly at: number }
    | { readonly by: "slice"; readonly offset: (blockSize: number, slices: PageSlices) => number };
  /** What the size of a larger block is written as; its page has no other. */
  readonly hugeBlockSize?: number;
  /** Two words that links are encoded with, in builds that want to notice overwritten ones. */
  readonly keys?: number;
}

/** Where the first block of a page is, by the size of its blocks. */
export const startsBySlice = {
  "2.0.7": { by: "slice", offset: (size) => (size <= 1024 ? 128 : 0) },
  "2.0.9": { by: "slice", offset: (size) => (size <= 1024 ? 384 : 0) },
  "2.1.2": { by: "slice", offset: (size) => (size <= 64 ? 3 * size : size <= 512 ? size : 0) },
  "1": {
    by: "slice",
    offset: (size, { start, isBehindHeader }) =>
      isBehindHeader === true && start % size !== 0 ? size - (start % size) : 0,
  },
} as const satisfies Readonly<Record<string, PageForm["start"]>>;

/** 2.0.9. */
const page20: PageForm = {
  bytes: 80,
  capacity: 10,
  reserved: 12,
  free: 16,
  used: 24,
  usedBytes: 4,
  blockSize: 28,
  blockSizeBytes: 4,
  localFree: 32,
  threadFree: 40,
  heap: 48,
  start: startsBySlice["2.0.9"],
};
/** To 2.0.7. */
const page207: PageForm = { ...page20, start: startsBySlice["2.0.7"] };
/** 2.1.0 to 2.1.2. */
const page212: PageForm = { ...page20, start: startsBySlice["2.1.2"] };

/** 2.1.4 and later. */
const page21: PageForm = {
  bytes: 96,
  capacity: 10,
  reserved: 12,
  free: 16,
  localFree: 24,
  used: 32,
  usedBytes: 2,
  blockSize: 40,
  blockSizeBytes: 8,
  start: { by: "pointer", at: 48 },
  threadFree: 56,
  heap: 64,
};

const segmentPageForms: readonly PageForm[] = [
  page20,
  page207,
  page212,
  page21,
  { ...page20, bytes: 96, keys: 40, threadFree: 56, heap: 64 },
  { ...page212, bytes: 96, keys: 40, threadFree: 56, heap: 64 },
  { ...page21, bytes: 112, keys: 56, threadFree: 72, heap: 80 },
];

/** 1.6 to 1.8.2. */
const page16: PageForm = {
  bytes: 64,
  capacity: 2,
  reserved: 4,
  free: 8,
  used: 16,
  usedBytes: 4,
  blockSize: 20,
  blockSizeBytes: 4,
  hugeBlockSize: 64 << 20,
  localFree: 24,
  threadFree: 32,
  heap: 40,
  start: startsBySlice["1"],
};

/** 1.3 to 1.5. */
const page13: PageForm = {
  ...page16,
  bytes: 80,
  threadFree: 40,
  blockSize: 48,
  blockSizeBytes: 8,
  heap: 56,
};

/** 1.8.4 and later. */
const page18: PageForm = {
  ...page16,
  bytes: 80,
  localFree: 16,
  used: 24,
  usedBytes: 2,
  blockSize: 32,
  blockSizeBytes: 8,
  start: { by: "pointer", at: 40 },
  threadFree: 48,
  heap: 56,
};

const oldPageForms: readonly PageForm[] = [
  page16,
  page13,
  page18,
  { ...page16, bytes: 80, keys: 16, used: 32, blockSize: 36, localFree: 40, threadFree: 48, heap: 56 },
  { ...page16, bytes: 80, keys: 32, threadFree: 48, heap: 56 },
  { ...page13, bytes: 96, keys: 16, used: 32, localFree: 40, threadFree: 56, blockSize: 64, heap: 72 },
  { ...page18, bytes: 96, keys: 48, threadFree: 64, heap: 72 },
];

/** 3.0 to 3.3. */
const page30: PageForm = {
  free: 8,
  used: 16,
  usedBytes: 2,
  capacity: 18,
  reserved: 20,
  localFree: 24,
  threadFree: 32,
  blockSize: 40,
  blockSizeBytes: 8,
  start: { by: "pointer", at: 48 },
};
/** 3.4. */
const page34: PageForm = { ...page30, start: { by: "words", at: 48 } };

const mappedPageForms: readonly PageForm[] = [
  page30,
  page34,
  { ...page30, keys: 56 },
  { ...page30, keys: 64 },
  { ...page34, keys: 56 },
];

/** Where pages are, and how they are described. What is told in words has the width of a pointer. */
export interface MimallocLayout {
  /** Of mimalloc 1 and 2, and of mimalloc 3. */
  readonly sliceBytes: number;
  readonly segmentForms: readonly SegmentForm[];
  readonly segmentPageForms: readonly PageForm[];
  /** Segments of mimalloc 1 begin at multiples of this. */
  readonly oldSegmentBytes: number;
  readonly oldPageForms: readonly PageForm[];
  readonly mappedPageForms: readonly PageForm[];
  /** How many entries the upper level of the map of mimalloc 3 may have. */
  readonly rootEntries: readonly number[];
}

/** `mi_segment_t` of mimalloc 2: memory at multiples of its size, described slice by slice. */
export interface SegmentForm {
  readonly bytes: number;
  /** Fields before the slices' descriptions, in words. */
  readonly entries: number;
  readonly thread: number;
}
/** Before the slices' descriptions, in words. */
export const segmentField = { slices: -5, infoSlices: -4 } as const;

export const wideLayout: MimallocLayout = {
  sliceBytes: 64 << 10,
  // The second is that of releases to 2.0.7.
  segmentForms: [
    { bytes: 32 << 20, entries: -2, thread: -1 },
    { bytes: 64 << 20, entries: -1, thread: -2 },
  ],
  segmentPageForms,
  oldSegmentBytes: 4 << 20,
  oldPageForms,
  mappedPageForms,
  // Addresses have 47 bits, or 48; slices 64 KiB, or 128 in builds with guards.
  rootEntries: [18, 19, 17].map((bits) => 2 ** bits),
};

/** Block sizes of 2 GiB and more are written so where they have 32 bits. */
export const hugeBlockSize = 0x8000_0000;

/** Of `mi_heap_t` so much is looked through for its list of blocks that others freed. */
export const heapBytes = 4096;
/** From that list's head to the two words its links are encoded with, in builds that encode them; in words. */
export const delayedKeys = [4, 3];
