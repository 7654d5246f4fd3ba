import type { Work } from "../../base/work";
import { protection } from "../memorySegment";
import { PointerScan } from "../pointerScan";
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
  const words = new PointerScan(image.memory, start, end, work, (to, at) => {
    if (found.length < mostReferrers) found.push({ at, to });
  });
  const segments = image.memory.segments.filter(
    (segment) =>
      (segment.protection & protection.write) !== 0 && segment.end <= 1n << 53n && segment.dumpedBytes > 0,
  );
  segments.forEach((segment, index) => {
    const from = Number(segment.start);
    work.report("Looking for pointers", index / segments.length);
    words.over(from, from + segment.dumpedBytes);
  });
  return found;
}
