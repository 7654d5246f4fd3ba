import type { MemoryWords } from "../../memoryWords";
import type { PageExtent } from "./extents";

/** The bits of slabs: one for each block, set while it is free. */
export class SlabBits {
  constructor(
    private readonly words: MemoryWords,
    private readonly offset: number,
  ) {}

  isFree({ structure }: PageExtent, index: number): boolean {
    const byte = this.words.u8(structure + this.offset + Math.floor(index / 8));
    return byte < 0 || Math.floor(byte / 2 ** (index % 8)) % 2 === 1;
  }

  freeAmong(slab: PageExtent, blocks: number): number {
    let free = 0;
    for (let index = 0; index < blocks; index++) if (this.isFree(slab, index)) free++;
    return free;
  }
}
