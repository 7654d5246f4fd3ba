import type { MemorySegment } from "../../memorySegment";
import { protection } from "../../memorySegment";
import type { Claim } from "../region";

export type SegmentAt = (address: bigint) => Pick<MemorySegment, "start" | "end" | "protection"> | undefined;

/** What HotSpot reserves at a time (JDK 16 to 25; smaller before). */
const nodeBytes = 64 << 20;
/** Nodes begin on a multiple of this, or of more (JDK 16 to 25). */
const nodeAlignment = 4 << 20;

/**
 * Metaspace is where methods and constant pools lie. Known before malloc is walked: what lies in there can look like
 * the header of an mmapped block.
 *
 * A node is committed in pieces with reserved stretches between them, and without holes from its base to its end. The
 * kernel makes one segment of a piece and of foreign memory that touches it, so a segment alone says too much: below the
 * first metadata only what is no lower than a node may begin is claimed, and nothing beyond a node's length.
 * @param samples addresses of metadata, in any order
 * @param isFree says that no exact rule claims the address
 */
export function guessMetaspace(
  segmentAt: SegmentAt,
  samples: readonly number[],
  isFree: (address: number) => boolean,
): Claim[] {
  const nodes: { start: number; end: number }[] = [];
  let segment: ReturnType<SegmentAt>;
  for (const address of Float64Array.from(samples.filter(isFree)).sort()) {
    if (segment !== undefined && BigInt(address) < segment.end) {
      if (address < nodes.at(-1)!.start + nodeBytes) continue;
    } else {
      segment = segmentAt(BigInt(address));
      if (segment === undefined || segment.end > 1n << 53n) {
        segment = undefined;
        continue;
      }
    }
    const node = nodes.at(-1);
    const end = Number(segment.end);
    if (node !== undefined && address < node.start + nodeBytes && isUnbroken(segmentAt, node.end, address))
      node.end = Math.min(end, node.start + nodeBytes);
    else {
      const lowest = Math.floor(address / nodeAlignment) * nodeAlignment;
      const start = Math.max(Number(segment.start), lowest, node?.end ?? 0);
      nodes.push({ start, end: Math.min(end, start + nodeBytes) });
    }
  }
  return nodes.map(({ start, end }) => ({
    start,
    end: endOfReservation(segmentAt, end, start + nodeBytes),
    kind: "metaspace",
    category: "Metaspace",
    label: "metaspace",
    exact: false,
  }));
}

/** Whether the segments from one address to another follow each other without a hole. */
function isUnbroken(segmentAt: SegmentAt, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const segment = segmentAt(BigInt(at));
    if (segment === undefined) return false;
    at = Number(segment.end);
  }
  return true;
}

/**
 * What follows without access is the rest of the same reservation, as far as `limit`. gdb's gcore writes such memory as
 * readable; a file that is mapped there is claimed by what precedes guesses.
 */
function endOfReservation(segmentAt: SegmentAt, end: number, limit: number): number {
  const next = segmentAt(BigInt(end));
  const isReserved = next !== undefined && (next.protection & ~protection.read) === 0;
  return !isReserved ? end : Math.max(end, Math.min(Number(next.end), limit));
}
