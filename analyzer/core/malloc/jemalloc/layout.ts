/**
 * jemalloc 5's structures on machines with pages of 4 KiB, from `internal/edata.h` (`extent_structs.h` before 5.3) and
 * `internal/rtree.h`.
 */
export const pageBytes = 4096;

/** The map from pages to extents: two levels, with as many entries each. */
export interface RadixTreeForm {
  readonly levelEntries: number;
  /** Of the root. */
  readonly pointerBytes: 4 | 8;
  readonly leafEntryBytes: 8 | 12;
  /** Size class and flags stand above and below the extent's address, or in a word behind it. */
  readonly metadata: "packed" | "class and flags" | "class";
  readonly extent: ExtentForm;
}

/** `edata_t`. */
interface ExtentForm {
  readonly bytes: number;
  readonly address: number;
  readonly size: number;
  /** A bit for each block of a slab. */
  readonly slab: number;
  /** Size classes, where fields are told by it. */
  readonly sizeClassBits: number;
}

/** Addresses have 48 bits, 12 of them in the page. */
const wideForm: RadixTreeForm = {
  levelEntries: 2 ** 18,
  pointerBytes: 8,
  leafEntryBytes: 8,
  metadata: "packed",
  extent: { bytes: 128, address: 8, size: 16, slab: 64, sizeClassBits: 8 },
};
/** 5.3. */
const narrowForm: RadixTreeForm = {
  levelEntries: 2 ** 10,
  pointerBytes: 4,
  leafEntryBytes: 8,
  metadata: "class and flags",
  extent: { bytes: 108, address: 8, size: 12, slab: 40, sizeClassBits: 7 },
};
/** 5.2. */
const olderNarrowForm: RadixTreeForm = {
  ...narrowForm,
  leafEntryBytes: 12,
  metadata: "class",
  extent: { ...narrowForm.extent, bytes: 104, slab: 36 },
};

export function radixTreeForms(pointerBytes: number): readonly RadixTreeForm[] {
  return pointerBytes === 8 ? [wideForm] : [narrowForm, olderNarrowForm];
}

export function rootBytes({ levelEntries, pointerBytes }: RadixTreeForm): number {
  return levelEntries * pointerBytes;
}

export function leafBytes({ levelEntries, leafEntryBytes }: RadixTreeForm): number {
  return levelEntries * leafEntryBytes;
}

/** What one entry of the root stands for. */
export function leafReach({ levelEntries }: RadixTreeForm): number {
  return levelEntries * pageBytes;
}

/** Fields of the extent's first 64 bits that every release has at the same place. */
export const arenaBits = 12;
/** Where `state` and the fields behind it are: `state` has 3 bits since 5.3. */
export const bitForms = [
  { state: 17, stateBits: 3, sizeClass: 20 },
  { state: 16, stateBits: 2, sizeClass: 18 },
] as const;
export type BitForm = (typeof bitForms)[number];
/** Free blocks of a slab, behind the size class. */
export const freeCountBits = 10;

export const extentState = { active: 0, dirty: 1, muzzy: 2, retained: 3 } as const;

/**
 * Bytes of a size class: four to each doubling, the first ones in steps of the quantum. Where that is 16 there is one
 * of 8 bytes before them; some 32-bit machines have 8.
 */
export function bytesOfClass(index: number, quantum: Quantum = 16): number {
  if (index === 0) return 8;
  const regular = quantum === 16 ? index - 1 : index;
  const group = Math.floor(regular / 4);
  const step = regular % 4;
  const base = group === 0 ? 0 : 2 * quantum * 2 ** group;
  return base + (step + 1) * (quantum / 2) * 2 ** Math.max(1, group);
}
export type Quantum = 8 | 16;
export const quanta: readonly Quantum[] = [16, 8];
export const mostClasses = 232;

/**
 * Bytes of a large block: its class. Releases since 5.3.1 may hand out any number of whole pages, and tell the class
 * above.
 * @param padding behind the block, so that blocks can begin anywhere in their first page
 */
export function bytesOfLarge(classBytes: number, extentSize: number, padding: number): number {
  return Math.min(classBytes, Math.max(0, extentSize - padding));
}

const flagBits = 5;

/** Splits an entry of a leaf that has all in one word: the extent's address, its size class above, flags below. */
export function splitEntry(
  high: number,
  low: number,
): { readonly extent: number; readonly sizeClass: number } {
  return {
    extent: (high % 0x1_0000) * 0x1_0000_0000 + (low - (low % 2 ** flagBits)),
    sizeClass: Math.floor(high / 0x1_0000),
  };
}

/** The size class, from the word behind an extent's address. */
export function sizeClassIn(word: number, metadata: RadixTreeForm["metadata"]): number {
  return metadata === "class" ? word : Math.floor(word / 2 ** flagBits);
}

/** A bit field of a 64-bit word, at most 32 bits long. */
export function bitField(word: bigint, shift: number, bits: number): number {
  return Number((word >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
}
