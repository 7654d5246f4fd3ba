import type { Work } from "../../base/work";
import type { ProcessSnapshot } from "../processSnapshot";
import type { Region } from "./region";

const pageBytes = 4096;
/** More than this is not read just to count pages: it would take many seconds. */
const mostBytes = 8 * 2 ** 30;

/**
 * Bytes of pages that are not all zero, by category: an estimate of what was resident. The kernel writes untouched
 * anonymous pages as holes, which read as zeros; pages of files are in the core whether they were resident or not.
 * @returns undefined when the core is too large for that
 * @throws ExhumeError `cancelled`
 */
export function residentEstimate(
  image: ProcessSnapshot,
  regions: readonly Region[],
  work: Work,
): Map<string, number> | undefined {
  const total = regions.reduce((sum, region) => sum + region.dumpedBytes, 0);
  if (total > mostBytes) return undefined;
  const sums = new Map<string, number>();
  const piece = new Uint8Array(1 << 20);
  const words = new Float64Array(piece.buffer);
  let done = 0;
  for (const region of regions) {
    if (region.end > 1n << 53n || region.dumpedBytes === 0) continue;
    const start = Number(region.start);
    let bytes = 0;
    for (let at = start; at < start + region.dumpedBytes; ) {
      work.throwIfCancelled();
      const next = image.memory.nextDataAt(at, start + region.dumpedBytes);
      at += Math.floor((next - at) / pageBytes) * pageBytes;
      if (at >= start + region.dumpedBytes) break;
      const wanted = Math.min(piece.length, start + region.dumpedBytes - at);
      const got = image.memory.readAt(at, wanted === piece.length ? piece : piece.subarray(0, wanted));
      if (got === 0) break;
      for (let page = 0; page < got; page += pageBytes) {
        const length = Math.min(pageBytes, got - page);
        if (!isZero(words, page / 8, Math.floor(length / 8))) bytes += length;
      }
      at += got;
    }
    done += region.dumpedBytes;
    work.report("Counting touched pages", done / Math.max(1, total));
    sums.set(region.category, (sums.get(region.category) ?? 0) + bytes);
  }
  return sums;
}

/** -0 and NaN compare unequal to themselves or equal to 0: only a true 0 bit pattern divides 1 to +Infinity. */
function isZero(words: Float64Array, start: number, count: number): boolean {
  for (let at = start; at < start + count; at++) {
    const word = words[at]!;
    if (word !== 0 || 1 / word < 0) return false;
  }
  return true;
}
