import { formatBytes, formatCount, formatQuantity } from "../../../../base/figures";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import { framesOf, threadNameOf } from "../../paths/rootFacts";
import { finalizerQueue } from "../../reachability/finalizers";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { threadObjects } from "./threadLocalInPool";

const fix =
  "Replace finalize() by AutoCloseable and try-with-resources, with a Cleaner as a safety net; until then find what the finalizer thread waits for.";

const leastWaiting = 200;

/** Finalizers are enqueued faster than their one thread runs them, or that thread is stuck. */
export function finalizerQueueGrown({ heap, totalBytes, work }: LeakContext): LeakFinding[] {
  const queue = finalizerQueue(heap, work);
  const first = queue.waiting[0];
  if (queue.count < leastWaiting || first === undefined) return [];
  const finalizersBytes = queue.waiting.reduce((sum, each) => sum + heap.shallowSizeOf(each), 0);
  const bytes = queue.heldBytes + finalizersBytes;
  const share = bytes / Math.max(1, totalBytes + queue.heldBytes);
  const waits = finalizerThreadFrame(heap);
  const main = queue.classes[0];
  return [
    {
      shape: "finalizer-queue",
      kind: "group",
      object: first,
      className: main?.className ?? "java.lang.ref.Finalizer",
      objects: queue.count,
      retainedBytes: bytes,
      share,
      field: { className: "java.lang.ref.Finalizer", name: "queue", static: true },
      accumulation: {
        object: first,
        className: "java.lang.ref.Finalizer",
        retainedBytes: bytes,
        elements: queue.count,
      },
      parts: [
        sharePart(share),
        elementsPart(queue.count),
        rootPart(true, "the finalizer queue is a static field of the JVM"),
        shapePart(waits === undefined ? 28 : 35, "objects that wait for their finalizer"),
      ],
      evidence: [
        `${formatQuantity(queue.count, "object")} wait for their finalizer and keep ${formatBytes(bytes)}`,
        ...queue.classes.slice(0, 3).map(({ className, count }) => `${formatCount(count)} of ${className}`),
        ...(waits === undefined ? [] : [`the finalizer thread is in ${waits}`]),
      ],
      fix,
      elementClasses: queue.classes.slice(0, 5),
      threadName: "Finalizer",
      explains: [],
    },
  ];
}

/** The first frame of application code on the finalizer thread: what it is stuck in. */
function finalizerThreadFrame(heap: LeakContext["heap"]): string | undefined {
  for (const thread of threadObjects(heap)) {
    if (threadNameOf(heap, thread) !== "Finalizer") continue;
    const frame = framesOf(heap, thread).find(({ className }) => !/^(java|jdk|sun)\./.test(className));
    if (frame !== undefined) {
      return `${frame.className}.${frame.method}${frame.line > 0 ? ` (line ${frame.line})` : ""}`;
    }
  }
  return undefined;
}
