import { formatQuantity, formatShare } from "../../../base/figures";
import { confidenceOf, elementsPart, scoreOf } from "../../graph/suspects/scoring";
import type { ClassIndex, Heap } from "../../heap";
import { outOfMemoryInWords } from "./shapes/outOfMemoryThread";
import type { Suspect } from "./suspect";

/** A class must take this share of the heap by itself. */
const leastShare = 0.15;
const mostSuspects = 5;

/**
 * What the histogram alone makes suspicious: classes whose objects take much of the heap by themselves. For heaps whose
 * dominators were left out; sizes are shallow, so what these objects keep besides is not counted.
 */
export function histogramSuspects(heap: Heap): {
  readonly totalBytes: number;
  readonly suspects: readonly Suspect[];
  readonly holders: readonly [];
  readonly remarks: readonly [];
  readonly outOfMemory: readonly string[];
} {
  const rows = new Map<string, { objects: number; bytes: number }>();
  let totalBytes = 0;
  for (let type = 0; type < heap.classes.count; type++) {
    const name = heap.classes.nameOf(type as ClassIndex);
    const row = rows.get(name) ?? { objects: 0, bytes: 0 };
    row.objects += heap.classes.instanceCountOf(type as ClassIndex);
    row.bytes += heap.classes.shallowBytesOf(type as ClassIndex);
    totalBytes += heap.classes.shallowBytesOf(type as ClassIndex);
    rows.set(name, row);
  }
  const suspects = [...rows]
    .map(([className, row]) => ({ className, ...row, share: row.bytes / Math.max(1, totalBytes) }))
    .filter(({ share }) => share >= leastShare)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, mostSuspects)
    .map(({ className, objects, bytes, share }): Suspect => {
      const part = {
        name: "share" as const,
        points: Math.round(20 * Math.min(1, share / 0.5)),
        why: `${formatShare(share, 1)} of the heap by itself`,
      };
      const parts = [part, elementsPart(objects)];
      return {
        kind: "group",
        className,
        objects,
        shallowBytes: bytes,
        share,
        path: [],
        roots: [],
        parts,
        score: scoreOf(parts),
        confidence: confidenceOf(parts),
        evidence: [
          `${formatQuantity(objects, "object")} of ${className} take ${formatShare(share, 1)} of the heap by themselves`,
          "told from the histogram: dominators were left out, so what holds them and what they hold is not known",
        ],
      };
    });
  return { totalBytes, suspects, holders: [], remarks: [], outOfMemory: outOfMemoryInWords(heap) };
}
