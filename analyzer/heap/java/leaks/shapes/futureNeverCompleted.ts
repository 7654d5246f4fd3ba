import { formatBytes, formatQuantity } from "../../../../base/figures";
import type { Work } from "../../../../base/work";
import { forEachInstanceOf } from "../../../graph/opened/instances";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { ancestryOf, numberIn, referenceIn, referenceInAny, subclassesOf } from "../../objects/fieldReads";
import { applicationHoldingOf } from "../../paths/holders";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Complete the future on every way out, also on failure and timeout (orTimeout, completeExceptionally), or give each caller a future of its own that can be dropped.";

const leastShare = 0.05;
const leastDependents = 1_000;
const mostCounted = 10_000_000;

/** Futures by class: where the result is once there is one, and what is to run then. Names as versions have had them. */
const futures = [
  {
    className: "java.util.concurrent.CompletableFuture",
    result: ["result"],
    dependents: { first: ["stack"], next: "next" },
  },
  {
    className: "com.google.common.util.concurrent.AbstractFuture",
    result: ["value", "valueField"],
    dependents: { first: ["listeners", "listenersField"], next: "next" },
  },
  {
    className: "io.netty.util.concurrent.DefaultPromise",
    result: ["result"],
    dependents: { list: "listeners", size: "size" },
  },
] as const;

/** Whether a future is still to be completed; undefined for what is none. */
export function isPendingFuture(heap: Heap, object: ObjectIndex): boolean | undefined {
  for (const ancestor of ancestryOf(heap, heap.classOf(object))) {
    const row = futures.find(({ className }) => className === heap.classes.nameOf(ancestor));
    if (row !== undefined) return referenceInAny(heap, object, row.result) === undefined;
  }
  return undefined;
}

/** A future that is not done and to which more and more is chained. */
export function futureNeverCompleted(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const findings: LeakFinding[] = [];
  for (const { className, result, dependents } of futures) {
    const wanted = subclassesOf(heap, [className]);
    if (!wanted.includes(1)) continue;
    forEachInstanceOf(heap, wanted, work, "Looking for futures that nobody completes", (future) => {
      const bytes = heap.retainedSizeOf(future);
      if (bytes < leastShare * totalBytes || referenceInAny(heap, future, result) !== undefined) return;
      const count =
        "list" in dependents
          ? countInList(heap, future, dependents)
          : countChain(heap, referenceInAny(heap, future, dependents.first), dependents.next, work);
      if (count >= leastDependents) findings.push(findingOf(context, future, bytes, count));
    });
  }
  return findings;
}

function countChain(heap: Heap, first: ObjectIndex | undefined, next: string, work: Work): number {
  let count = 0;
  for (let at = first; at !== undefined && count < mostCounted; at = referenceIn(heap, at, next)) {
    if (count++ % 4096 === 0) work.throwIfCancelled();
  }
  return count;
}

function countInList(
  heap: Heap,
  future: ObjectIndex,
  { list, size }: { readonly list: string; readonly size: string },
): number {
  const listeners = referenceIn(heap, future, list);
  return listeners === undefined ? 0 : (numberIn(heap, listeners, size) ?? 1);
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
