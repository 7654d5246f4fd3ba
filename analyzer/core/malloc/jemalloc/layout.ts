/**
 * jemalloc 5's structures on 64-bit machines with pages of 4 KiB, from `internal/edata.h` (`extent_structs.h` before 5.3)
 * and `internal/rtree.h`.
 */
export const pageBytes = 4096;

/** Addresses have 48 bits, 12 of them in the page: two levels of 18 bits. */
export const levelEntries = 1 << 18;
export const levelBytes = levelEntries * 8;
/** What one entry of the root stands for. */
export const leafReach = levelEntries * pageBytes;

/** `edata_t`: 128 bytes. */
export const extentBytes = 128;
export const extentField = { bits: 0, address: 8, size: 16, slab: 64 } as const;

/** Fields of `e_bits` that every release has at the same place. */
export const arenaBits = 12;
/** Where `state` and the fields behind it are: `state` has 3 bits since 5.3. */
export const bitForms = [
  { state: 17, stateBits: 3, sizeClass: 20, isHead: 44 },
  { state: 16, stateBits: 2, sizeClass: 18, isHead: 42 },
] as const;
export type BitForm = (typeof bitForms)[number];

export const extentState = { active: 0, dirty: 1, muzzy: 2, retained: 3 } as const;

/** Bytes of a size class: 8, then four to each doubling, the first group in steps of 16. */
export function bytesOfClass(index: number): number {
  if (index === 0) return 8;
  const group = Math.floor((index - 1) / 4);
  const step = (index - 1) % 4;
  const base = group === 0 ? 0 : 32 * 2 ** group;
  return base + (step + 1) * 2 ** (3 + Math.max(1, group));
}
export const mostClasses = 232;

/**
 * Bytes of a large block: its class. Releases since 5.3.1 may hand out any number of whole pages, and tell the class
 * above.
 * @param padding behind the block, so that blocks can begin anywhere in their first page
 */
export function bytesOfLarge(sizeClass: number, extentSize: number, padding: number): number {
  const most = Math.max(0, extentSize - padding);
  return Math.min(bytesOfClass(sizeClass), most);
}

const flagBits = 5;

/** Splits an entry of a leaf: the extent's address, its size class above, flags below. */
export function splitEntry(
  high: number,
  low: number,
): { readonly extent: number; readonly sizeClass: number } {
  return {
    extent: (high % 0x1_0000) * 0x1_0000_0000 + (low - (low % 2 ** flagBits)),
    sizeClass: Math.floor(high / 0x1_0000),
  };
}

/** A bit field of a 64-bit word, at most 32 bits long. */
export function bitField(word: bigint, shift: number, bits: number): number {
  return Number((word >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
}
