import type { Work } from "../base/work";
import type { MemoryImage } from "./memoryImage";
import { forEachPiece } from "./memoryWords";

/** Visits the words of memory that point into [lowest, highest), in the process's own width and order of bytes. */
export class PointerScan {
  private readonly piece = new Uint8Array(1 << 20);

  /** @param visit told the word and where it is */
  constructor(
    private readonly memory: MemoryImage,
    private readonly lowest: number,
    private readonly highest: number,
    private readonly work: Work,
    private readonly visit: (word: number, at: number) => void,
  ) {}

  /** @throws ExhumeError `cancelled` */
  over(start: number, end: number): void {
    forEachPiece(this.memory, start, end, this.visitPiece, this.piece);
  }

  private readonly visitPiece = (words: DataView, address: number, bytes: number): void => {
    this.work.throwIfCancelled();
    const { lowest, highest } = this;
    const { pointerBytes, littleEndian } = this.memory;
    if (pointerBytes === 4) {
      for (let at = 0; at < bytes; at += 4) {
        const word = words.getUint32(at, littleEndian);
        if (word >= lowest && word < highest) this.visit(word, address + at);
      }
      return;
    }
    const [lowAt, highAt] = littleEndian ? [0, 4] : [4, 0];
    const lowestHigh = Math.floor(lowest / 0x1_0000_0000);
    const highestHigh = Math.floor(highest / 0x1_0000_0000);
    for (let at = 0; at < bytes; at += 8) {
      // Most words differ in their upper half already.
      const high = words.getUint32(at + highAt, littleEndian);
      if (high < lowestHigh || high > highestHigh) continue;
      const word = high * 0x1_0000_0000 + words.getUint32(at + lowAt, littleEndian);
      if (word >= lowest && word < highest) this.visit(word, address + at);
    }
  };
}
