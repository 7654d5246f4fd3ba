import type { Work } from "../../base/work";
import type { Evidence, HeapEvidence } from "../../core/regions/evidence";
import type { Reachability } from "../../heap/graph/opened/reachability";
import { countReachability } from "../../heap/graph/opened/unreachableObjects";
import type { HeapContext } from "./heapContext";

/** What a Java heap dump says of its process's memory. */
export function heapEvidence(context: HeapContext, work: Work): Evidence {
  const usedBytes = context.summary.totals.shallowBytes;
  const heap = context.heap.hasDominators ? { usedBytes, ...reachedBytes(context, work) } : { usedBytes };
  return { source: context.path, kind: "heap dump", heap };
}

function reachedBytes(context: HeapContext, work: Work): HeapEvidence {
  const { kinds } = countReachability(context.heap, context.reachability(work), work);
  const bytesOf = (...wanted: readonly Reachability[]) =>
    kinds.reduce((sum, { reachability, shallowBytes }) => {
      return wanted.includes(reachability) ? sum + shallowBytes : sum;
    }, 0);
  return {
    liveBytes: bytesOf("strong"),
    softBytes: bytesOf("soft", "finalizer"),
    garbageBytes: bytesOf("weak", "phantom", "none"),
  };
}
