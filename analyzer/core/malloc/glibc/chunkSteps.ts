import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { chunkFlag, type GlibcLayout, isChunkSize, sizeOf } from "./layout";

/** Finds the way from chunk to chunk where sizes do not lead it: over damage and over memory of others. */
export class ChunkSteps {
  private readonly words: MemoryWords;
  private readonly nearby: MemoryWords;
  private steps = 0;

  constructor(
    { memory }: ProcessSnapshot,
    private readonly layout: GlibcLayout,
    private readonly work: Work,
  ) {
    this.words = new MemoryWords(memory, 4096);
    this.nearby = new MemoryWords(memory, 1024);
  }

  /** Where someone else called sbrk the piece of the main heap before ends with two empty chunks. */
  isFence(at: number): boolean {
    const { headerBytes, pointerBytes } = this.layout;
    return (
      sizeOf(this.words.pointer(at + pointerBytes)) === headerBytes &&
      this.words.pointer(at + headerBytes + pointerBytes) === headerBytes + chunkFlag.previousInUse
    );
  }

  /** The next place from which a few chunks in a row make sense. */
  next(from: number, end: number, top: number): number {
    const { alignment, pointerBytes } = this.layout;
    const offset = from % alignment;
    for (let at = from; at < end; at += alignment) {
      if (++this.steps % 65_536 === 0) this.work.throwIfCancelled();
      if (at === top || this.makesSense(at, end, top)) return at;
      if (this.words.pointer(at + pointerBytes) >= 0) continue;
      const present = this.words.nextPresent(at + pointerBytes, end);
      const aligned = Math.floor((present - offset) / alignment) * alignment + offset;
      at = Math.max(at, aligned - alignment);
    }
    return end;
  }

  private makesSense(from: number, end: number, top: number): boolean {
    const { layout } = this;
    let at = from;
    for (let count = 0; count < 8; count++) {
      if (at === top) return true;
      // Sizes lead far away where there is no chunk: a large window would mostly be filled in vain.
      const word = this.nearby.pointer(at + layout.pointerBytes);
      const size = sizeOf(word);
      if (word < 0 || !isChunkSize(size, layout) || at + size > end) return false;
      at += size;
    }
    return true;
  }
}
