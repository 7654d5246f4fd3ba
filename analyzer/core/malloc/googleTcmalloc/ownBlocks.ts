import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { SlabMarks } from "../slabMarks";
import { listEnd, numberedUnit, type SpanForm } from "./layout";
import type { PageRun } from "./spans";

/** Marks the blocks that spans have in their own lists. */
export class OwnBlocks {
  private readonly words: MemoryWords;
  private readonly links: MemoryWords;

  constructor(
    image: ProcessSnapshot,
    private readonly form: SpanForm,
    private readonly pageBytes: number,
  ) {
    this.words = new MemoryWords(image.memory, 256, image.memory.structureLog);
    this.links = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  }

  /** @returns how many there are */
  mark(span: PageRun, size: number, slab: number, marks: SlabMarks): number {
    const { bitmapBits } = this.form;
    return size >= Math.floor(this.pageBytes / bitmapBits)
      ? this.markBits(span, size, slab, marks)
      : this.markList(span, size, slab, marks);
  }

  private markBits({ structure, start }: PageRun, size: number, slab: number, marks: SlabMarks): number {
    const { cache, bitmapBits } = this.form;
    let count = 0;
    for (let index = 0; index < bitmapBits; index++) {
      const byte = this.words.u8(structure + cache + (index >>> 3));
      if ((byte & (1 << (index & 7))) !== 0 && marks.free(slab, start + index * size)) count++;
    }
    return count;
  }

  /** Some blocks are named by the span, the others by blocks that are free themselves. */
  private markList({ structure, start }: PageRun, size: number, slab: number, marks: SlabMarks): number {
    const { form, words, links } = this;
    const unit = numberedUnit(form, size);
    let count = 0;
    const mark = (index: number) => {
      const isNew = index >= 0 && marks.free(slab, start + index * unit);
      if (isNew) count++;
      return isNew;
    };
    const cached = words.u8(structure + form.cached) % 2 ** form.cachedBits;
    for (let index = 0; index < Math.min(cached, form.mostCached); index++)
      mark(words.u16(structure + form.cache + 2 * index));
    let embedded = words.u16(structure + form.embedded);
    for (let host = words.u16(structure + form.list); host !== listEnd && mark(host); ) {
      const at = start + host * unit;
      for (let index = 1; index <= Math.min(embedded, size / 2 - 1); index++) mark(links.u16(at + 2 * index));
      // All but the first one are full.
      embedded = size / 2 - 1;
      host = links.u16(at);
    }
    return count;
  }
}
