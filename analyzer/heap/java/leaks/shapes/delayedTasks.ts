import { formatBytes, formatQuantity, formatShare } from "../../../../base/figures";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { numberIn, referenceIn, subclassesOf } from "../../objects/fieldReads";
import { applicationHoldingOf } from "../../paths/holders";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fixCancelled =
  "Take tasks out when they are cancelled: ScheduledThreadPoolExecutor.setRemoveOnCancelPolicy(true), Timer.purge().";
const fixWaiting =
  "Cancel a task when what it is for has ended, or let one task look after all of them instead of one each.";

const leastShare = 0.05;
const leastTasks = 1_000;
const lookedAt = 20_000;

/** Queues of tasks that are due later, by class: the array of tasks, how many, and when a task counts as cancelled. */
const delayQueues = [
  {
    className: "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue",
    tasks: "queue",
    size: "size",
    // FutureTask: 4 cancelled, 5 interrupting, 6 interrupted.
    isCancelled: (state: number) => state >= 4,
  },
  {
    className: "java.util.TaskQueue",
    tasks: "queue",
    size: "size",
    isCancelled: (state: number) => state === 3,
  },
] as const;

/** Tasks that wait for a time far away, many of them cancelled long ago. */
export function delayedTasks(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const findings: LeakFinding[] = [];
  for (const { className, tasks, size, isCancelled } of delayQueues) {
    const flags = subclassesOf(heap, [className]);
    for (let type = 0; type < flags.length; type++) {
      if (flags[type] !== 1) continue;
      heap.forEachInstance(type as Parameters<Heap["forEachInstance"]>[0], (queue) => {
        work.throwIfCancelled();
        const count = numberIn(heap, queue, size) ?? 0;
        const array = referenceIn(heap, queue, tasks);
        const bytes = heap.retainedSizeOf(queue);
        if (array === undefined || count < leastTasks || bytes < leastShare * totalBytes) return true;
        const waiting = tasksIn(heap, array);
        const cancelled = waiting.filter((task) => isCancelled(numberIn(heap, task, "state") ?? 0)).length;
        findings.push(
          findingOf(context, queue, count, bytes, cancelled / Math.max(1, waiting.length), waiting),
        );
        return true;
      });
    }
  }
  return findings;
}

function tasksIn(heap: Heap, array: ObjectIndex): ObjectIndex[] {
  const ids = heap.elementIdsOf(array, 0, Math.min(lookedAt, heap.lengthOf(array)));
  return ids.map((id) => heap.indexOf(id)).filter((task) => task !== undefined);
}

function findingOf(
  { heap, totalBytes }: LeakContext,
  queue: ObjectIndex,
  count: number,
  bytes: number,
  cancelledShare: number,
  tasks: readonly ObjectIndex[],
): LeakFinding {
  const className = heap.classNameOf(queue);
  const share = bytes / Math.max(1, totalBytes);
  const field = applicationHoldingOf(heap, queue);
  const mostlyCancelled = cancelledShare >= 0.5;
  const first = tasks[0];
  return {
    shape: "delayed-tasks",
    kind: "object",
    object: queue,
    className,
    objects: 1,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object: queue, className, retainedBytes: bytes, elements: count },
    parts: [
      sharePart(share),
      elementsPart(count),
      rootPart(true, "the queue of a running scheduler"),
      mostlyCancelled
        ? { ...shapePart(40, "cancelled tasks that stay in the queue"), proves: share >= 0.2 }
        : shapePart(24, "tasks that are put off and pile up"),
    ],
    evidence: [
      `${formatQuantity(count, "task")} wait for their time, ${formatBytes(bytes)}`,
      ...(cancelledShare > 0
        ? [
            `${formatShare(cancelledShare, 1)} of those looked at are cancelled and stay until their time comes`,
          ]
        : []),
      ...(first === undefined ? [] : [`tasks are ${heap.classNameOf(first)}`]),
    ],
    fix: mostlyCancelled ? fixCancelled : fixWaiting,
    explains: [queue],
  };
}
