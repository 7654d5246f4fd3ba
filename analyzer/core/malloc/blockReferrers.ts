import type { Work } from "../../base/work";
import { protection } from "../memorySegment";
import { forEachPiece } from "../memoryWords";
import type { ProcessSnapshot } from "../processSnapshot";

/** A word that points into a stretch of memory. */
export interface Referrer {
  /** Where the word is. */
  readonly at: number;
  /** Its value. */
  readonly to: number;
}

const mostReferrers = 1000;

/**
 * What points into [start, end): every writable word of the process is looked at.
 * @throws ExhumeError `cancelled`
 */
export function referrersOf(image: ProcessSnapshot, start: number, end: number, work: Work): Referrer[] {
  const found: Referrer[] = [];
  const piece = new Uint8Array(1 << 20);
  const { pointerBytes } = image.memory;
  const segments = image.memory.segments.filter(
    (segment) =>
      (segment.protection & protection.write) !== 0 && segment.end <= 1n << 53n && segment.dumpedBytes > 0,
  );
  segments.forEach((segment, at) => {
    const from = Number(segment.start);
    work.report("Looking for pointers", at / segments.length);
    forEachPiece(
      image.memory,
      from,
      from + segment.dumpedBytes,
      (words, address, bytes) => {
        work.throwIfCancelled();
        for (let offset = 0; offset < bytes && found.length < mostReferrers; offset += pointerBytes) {
          const high = pointerBytes === 8 ? words.getUint32(offset + 4, true) : 0;
          const value = high * 0x1_0000_0000 + words.getUint32(offset, true);
          if (value >= start && value < end) found.push({ at: address + offset, to: value });
        }
      },
      piece,
    );
  });
  return found;
}
