import { countAtMost } from "../../base/halving";
/** Blocks of one size that follow each other from the start. */
export interface BlockRun {
  readonly start: number;
  /** Of a block. */
  readonly size: number;
  readonly blocks: number;
}

/** Which blocks of some slabs are free, noted while the allocator's lists are followed. */
export class SlabMarks {
  private readonly starts: Float64Array;
  private readonly bits: (Uint8Array | undefined)[];

  /** @param slabs by start, without overlaps */
  constructor(private readonly slabs: readonly BlockRun[]) {
    this.starts = Float64Array.from(slabs, ({ start }) => start);
    this.bits = new Array<Uint8Array | undefined>(slabs.length);
  }

  /** The slab whose blocks include an address; -1 for none. */
  slabAt(address: number): number {
    const after = countAtMost(this.starts, address);
    const slab = this.slabs[after - 1];
    return slab !== undefined && address < slab.start + slab.size * slab.blocks ? after - 1 : -1;
  }

  /** @returns false when no block of the slab begins there, or it was free before: a list that goes on is damaged */
  free(slab: number, address: number): boolean {
    const { start, size, blocks } = this.slabs[slab]!;
    const index = (address - start) / size;
    if (!Number.isInteger(index) || index < 0 || index >= blocks) return false;
    let bits = this.bits[slab];
    if (bits === undefined) {
      bits = new Uint8Array(Math.ceil(blocks / 8));
      this.bits[slab] = bits;
    }
    const at = index >>> 3;
    const bit = 1 << (index & 7);
    if ((bits[at]! & bit) !== 0) return false;
    bits[at] = bits[at]! | bit;
    return true;
  }

  /** True for the start of a block that is marked. */
  isFreeAt(slab: number, address: number): boolean {
    const { start, size } = this.slabs[slab]!;
    return this.isFree(slab, (address - start) / size);
  }

  isFree(slab: number, index: number): boolean {
    return ((this.bits[slab]?.[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }
}

/** Slabs by start; of those that share memory, which only damage makes, the first. */
export function withoutOverlaps<Slab extends { readonly start: number; readonly bytes: number }>(
  slabs: readonly Slab[],
): Slab[] {
  let end = 0;
  return [...slabs]
    .sort((a, b) => a.start - b.start)
    .filter((slab) => {
      if (slab.start < end) return false;
      end = slab.start + slab.bytes;
      return true;
    });
}
