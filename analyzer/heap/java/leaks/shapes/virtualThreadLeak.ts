import { formatBytes, formatQuantity } from "../../../../base/figures";
import { forEachInstanceOf } from "../../../graph/opened/instances";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex, StackFrame } from "../../../heap";
import { referenceIn, subclassesOf } from "../../objects/fieldReads";
import { isApplicationClass } from "../../paths/applicationClasses";
import { framesOf } from "../../paths/rootFacts";
import { frameText } from "../../program/threads";
import { virtualStateOf } from "../../program/virtualState";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";

const fix =
  "Give what they wait for a timeout, and end the task when nobody wants its answer any more; a semaphore limits how many are under way.";

/** Virtual threads are cheap and come by the hundred: only so many at one place are worth a word. */
const leastThreads = 1_000;
const leastShare = 0.02;
/** Steps from a thread's continuation to the task it runs. */
const taskDepth = 4;

interface Group {
  readonly frame: StackFrame | undefined;
  readonly task: string | undefined;
  readonly threads: ObjectIndex[];
}

/** Virtual threads by the thousand that are all at one place, or run one kind of task. */
export function virtualThreadLeak({ heap, totalBytes, work }: LeakContext): LeakFinding[] {
  const wanted = subclassesOf(heap, ["java.lang.VirtualThread"]);
  if (!wanted.includes(1)) return [];
  const groups = new Map<string, Group>();
  forEachInstanceOf(heap, wanted, work, "Looking at virtual threads", (thread) => {
    const state = virtualStateOf(heap, thread);
    if (state === "terminated" || state === "new") return;
    const frame = framesOf(heap, thread).find(({ className }) => isApplicationClass(className));
    const task = frame === undefined ? taskOf(heap, thread) : undefined;
    const key = frame === undefined ? `task ${task}` : frameText(frame);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { frame, task, threads: [thread] });
    else known.threads.push(thread);
  });
  return [...groups.values()]
    .filter(({ threads }) => threads.length >= leastThreads)
    .map((group) => findingOf(heap, group, totalBytes))
    .filter(({ retainedBytes }) => retainedBytes >= leastShare * totalBytes);
}

/** Class of what a virtual thread runs: the first of the application behind its continuation. */
function taskOf(heap: Heap, thread: ObjectIndex): string | undefined {
  let level = [referenceIn(heap, thread, "cont")].filter((object) => object !== undefined);
  for (let depth = 0; depth < taskDepth; depth++) {
    const next: ObjectIndex[] = [];
    for (const object of level) {
      const name = heap.classNameOf(object);
      if (isApplicationClass(name)) return name.replace(/\$\$Lambda.*$/, " (lambda)");
      for (const { name: field, value } of heap.fieldsOf(object)) {
        if (value.type !== "object" || !/^(target|task|arg\$\d+|val\$\w+)$/.test(field)) continue;
        const held = heap.indexOf(value.id);
        if (held !== undefined && held !== thread) next.push(held);
      }
    }
    level = next;
  }
  return undefined;
}

function findingOf(heap: Heap, { frame, task, threads }: Group, totalBytes: number): LeakFinding {
  const bytes = retainedTogether(heap, threads);
  const first = threads[0]!;
  const where = frame === undefined ? undefined : frameText(frame);
  const name =
    where !== undefined
      ? `virtual threads in ${where}`
      : task !== undefined
        ? `virtual threads of ${task}`
        : "virtual threads";
  return {
    shape: "thread-leak",
    kind: "group",
    object: first,
    className: heap.classNameOf(first),
    objects: threads.length,
    retainedBytes: bytes,
    ...(frame === undefined ? {} : { frame }),
    accumulation: {
      object: first,
      className: heap.classNameOf(first),
      retainedBytes: heap.retainedSizeOf(first),
    },
    path: [{ object: first, className: heap.classNameOf(first) }],
    parts: [
      sharePart(bytes / Math.max(1, totalBytes)),
      elementsPart(threads.length, 10),
      rootPart(true, "threads that have not ended"),
      shapePart(frame === undefined ? 20 : 26, "very many virtual threads at one place"),
    ],
    evidence: [
      `${formatQuantity(threads.length, "virtual thread")} wait ${where === undefined ? "with one kind of task" : `in ${where}`}, ${formatBytes(bytes)}`,
      ...(task === undefined ? [] : [`they run ${task}`]),
    ],
    fix,
    threadName: name,
    explains: threads,
  };
}
