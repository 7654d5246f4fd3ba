import type { Evidence } from "../../core/regions/evidence";
import type { HeapContext } from "./heapContext";

/** What a Java heap dump says of its process's memory. */
export function heapEvidence(context: HeapContext): Evidence {
  const { totals } = context.summary;
  const live = totals.reachableBytes;
  return {
    source: context.path,
    kind: "heap dump",
    heap: {
      usedBytes: totals.shallowBytes,
      ...(live === undefined
        ? {}
        : { liveBytes: live, garbageBytes: Math.max(0, totals.shallowBytes - live) }),
    },
  };
}
