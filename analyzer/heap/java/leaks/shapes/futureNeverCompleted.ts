import { formatBytes, formatQuantity } from "../../../../base/figures";
import { forEachInstanceOf } from "../../../graph/opened/instances";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { referenceIn, subclassesOf } from "../../objects/fieldReads";
import { applicationHoldingOf } from "../../paths/holders";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Complete the future on every way out, also on failure and timeout (orTimeout, completeExceptionally), or give each caller a future of its own that can be dropped.";

const leastShare = 0.05;
const leastDependents = 1_000;
const mostCounted = 10_000_000;

/** A CompletableFuture that is not done and to which more and more is chained. */
export function futureNeverCompleted(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const findings: LeakFinding[] = [];
  const wanted = subclassesOf(heap, ["java.util.concurrent.CompletableFuture"]);
  forEachInstanceOf(heap, wanted, work, "Looking for futures that nobody completes", (future) => {
    const bytes = heap.retainedSizeOf(future);
    if (bytes < leastShare * totalBytes || referenceIn(heap, future, "result") !== undefined) return;
    const dependents = countDependents(heap, future, work.throwIfCancelled);
    if (dependents >= leastDependents) findings.push(findingOf(context, future, bytes, dependents));
  });
  return findings;
}

function countDependents(heap: Heap, future: ObjectIndex, check: () => void): number {
  let count = 0;
  for (
    let at = referenceIn(heap, future, "stack");
    at !== undefined && count < mostCounted;
    at = referenceIn(heap, at, "next")
  ) {
    if (count++ % 4096 === 0) check();
  }
  return count;
}

function findingOf(
  { heap, totalBytes }: LeakContext,
  future: ObjectIndex,
  bytes: number,
  dependents: number,
): LeakFinding {
  const className = heap.classNameOf(future);
  const field = applicationHoldingOf(heap, future);
  return {
    shape: "future-never-completed",
    kind: "object",
    object: future,
    className,
    objects: 1,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object: future, className, retainedBytes: bytes, elements: dependents },
    parts: [
      sharePart(bytes / Math.max(1, totalBytes)),
      elementsPart(dependents),
      rootPart(field?.static === true, field === undefined ? "held by a root" : "held by a field"),
      shapePart(30, "a future that is not done, with very many dependents"),
    ],
    evidence: [
      `${formatQuantity(dependents, "step")} are chained to one ${className} that has no result, ${formatBytes(bytes)}`,
      ...(field === undefined ? [] : [`it is in ${field.className}.${field.field}`]),
    ],
    fix,
    explains: [future],
  };
}
