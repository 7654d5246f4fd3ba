/**
 * Structures of gperftools' tcmalloc, 2.0 to 2.18, from `pagemap.h`, `span.h`, `central_freelist.h` and `thread_cache.h`.
 * They differ by the size of a page, which is chosen when it is built, and by the levels of the map.
 */
export interface PageMapForm {
  readonly pageShift: number;
  readonly leafBits: number;
  /** Between the root and the leaves; 0 for a map of two levels. */
  readonly nodeBits: number;
  readonly rootBits: number;
}

/** What may be configured; 13 is the default. */
const pageShifts = [13, 12, 14, 15, 16, 18];

/**
 * Forms a map may have. Those of one group are told apart by a map's first entries, those of different groups may not be:
 * the map of the right one leads to caches of threads.
 */
export function pageMapForms(pointerBytes: 4 | 8): PageMapForm[][] {
  const bitsOf = (pageShift: number) => (pointerBytes === 8 ? 48 : 32) - pageShift;
  const halves = pageShifts.map((pageShift): PageMapForm => {
    const leafBits = Math.ceil(bitsOf(pageShift) / 2);
    return { pageShift, leafBits, nodeBits: 0, rootBits: bitsOf(pageShift) - leafBits };
  });
  // Before 2.6, and in builds for small memory.
  if (pointerBytes === 4)
    return [
      halves,
      pageShifts.map((pageShift) => {
        return { pageShift, leafBits: bitsOf(pageShift) - 5, nodeBits: 0, rootBits: 5 };
      }),
    ];
  const thirds = pageShifts.map((pageShift): PageMapForm => {
    const nodeBits = Math.ceil(bitsOf(pageShift) / 3);
    return { pageShift, leafBits: bitsOf(pageShift) - 2 * nodeBits, nodeBits, rootBits: nodeBits };
  });
  return [halves.flatMap((two, index) => [two, thirds[index]!])];
}

/** `Span`, in pointers; its bit fields follow. */
export const spanField = { start: 0, length: 1, next: 2, previous: 3, objects: 4, bits: 5 } as const;

export function spanBytes(pointerBytes: number): number {
  return 6 * pointerBytes;
}

export const spanState = { used: 0, free: 1, returned: 2 } as const;

/** `ThreadCache::FreeList`: the size of its blocks stands in it since 2.7. */
export interface ListForm {
  readonly bytes: number;
  readonly lengthAt: number;
  readonly lengthBytes: 2 | 4;
  readonly mostLengthAt: number;
  readonly sizeAt?: number;
}

export function listForms(pointerBytes: 4 | 8): readonly ListForm[] {
  const wide = { lengthAt: 8, lengthBytes: 4, mostLengthAt: 16 } as const;
  const narrow = { lengthAt: 4, lengthBytes: 2, mostLengthAt: 8 } as const;
  return pointerBytes === 8
    ? [
        { ...wide, bytes: 32, sizeAt: 24 },
        { ...wide, bytes: 24 },
      ]
    : [
        { ...narrow, bytes: 16, sizeAt: 12 },
        { ...narrow, bytes: 12 },
      ];
}
