import { formatBytes, formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import type { Holding } from "../../../graph/paths/holding";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { ancestryOf, referenceIn } from "../../objects/fieldReads";
import { isApplicationClass } from "../../paths/applicationClasses";
import { applicationHoldingOf } from "../../paths/holders";
import { framesOf, threadNameOf } from "../../paths/rootFacts";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Call remove() in a finally block before the thread goes back to its pool, or pass the value along instead of hanging it on the thread.";

/** One value in the ThreadLocalMap of one thread. */
interface ThreadLocalEntry {
  readonly thread: ObjectIndex;
  /** The ThreadLocal; undefined for stale entries, whose ThreadLocal nobody has any more. */
  readonly key: ObjectIndex | undefined;
  readonly entry: ObjectIndex;
  readonly value: ObjectIndex;
}

const leastShare = 0.015;
const leastBytes = 64 * 1024;
/** Threads and slots of their tables looked at. */
const maximumThreads = 50_000;
const maximumSlots = 1 << 16;

/** Values that pool threads keep between tasks, gathered by ThreadLocal, and the stale ones by their class. */
export function threadLocalInPool({ heap, totalBytes, work }: LeakContext): LeakFinding[] {
  const groups = new Map<string, ThreadLocalEntry[]>();
  const threads = threadObjects(heap).slice(0, maximumThreads);
  for (const [position, thread] of threads.entries()) {
    if (position % 64 === 0) work.throwIfCancelled();
    for (const entry of threadLocalsOf(heap, thread)) {
      const group = entry.key === undefined ? `stale ${heap.classNameOf(entry.value)}` : `key ${entry.key}`;
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [entry]);
      else known.push(entry);
    }
  }
  const findings: LeakFinding[] = [];
  for (const entries of groups.values()) {
    const bytes = retainedTogether(
      heap,
      entries.map(({ value }) => value),
    );
    if (bytes < Math.max(leastBytes, leastShare * totalBytes)) continue;
    const finding = findingOf(heap, entries, bytes, totalBytes);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** Thread objects of the dump: those with a stack, and those that are roots. */
export function threadObjects(heap: Heap): ObjectIndex[] {
  const found = new Set<ObjectIndex>();
  for (const thread of heap.threads) if (thread.object !== undefined) found.add(thread.object);
  for (const root of heap.roots) if (root.kind === "thread-object") found.add(root.object);
  return [...found];
}

/** Entries of a thread's thread-local tables. */
export function threadLocalsOf(heap: Heap, thread: ObjectIndex): ThreadLocalEntry[] {
  const found: ThreadLocalEntry[] = [];
  for (const field of ["threadLocals", "inheritableThreadLocals"]) {
    const map = referenceIn(heap, thread, field);
    const table = map === undefined ? undefined : referenceIn(heap, map, "table");
    if (table === undefined) continue;
    for (const id of heap.elementIdsOf(table, 0, Math.min(maximumSlots, heap.lengthOf(table)))) {
      const entry = heap.indexOf(id);
      const value = entry === undefined ? undefined : referenceIn(heap, entry, "value");
      if (entry === undefined || value === undefined) continue;
      found.push({ thread, entry, value, key: referenceIn(heap, entry, "referent") });
    }
  }
  return found;
}

function findingOf(
  heap: Heap,
  entries: readonly ThreadLocalEntry[],
  bytes: number,
  totalBytes: number,
): LeakFinding | undefined {
  const first = biggest(heap, entries);
  const stale = first.key === undefined;
  const field = first.key === undefined ? undefined : applicationHoldingOf(heap, first.key);
  const ofApplication = isApplicationClass(heap.classNameOf(first.value)) || isApplicationField(field);
  const share = bytes / Math.max(1, totalBytes);
  // Thread-locals of the JDK itself (encoders, buffers) are small by design.
  if (!ofApplication && !stale && share < 0.1) return undefined;
  const pooled = entries.filter(({ thread }) => isPooled(heap, thread));
  let points = 20;
  if (pooled.length > 0) points += 10;
  if (entries.length > 1) points += 5;
  if (stale) points += 5;
  const className = heap.classNameOf(first.value);
  const names = entries.slice(0, 3).map(({ thread }) => `"${threadNameOf(heap, thread) ?? "?"}"`);
  const evidence = [
    `${formatQuantity(entries.length, "thread")} (${names.join(", ")}${entries.length > 3 ? ", …" : ""}) keep a ${className} each, ${formatBytes(bytes)} together`,
    stale
      ? "the entries are stale: their ThreadLocal is gone, so nobody can remove the values"
      : `held by the ThreadLocal ${field === undefined ? "object" : `${field.className}.${field.field}`}`,
  ];
  if (pooled.length > 0) {
    evidence.push(
      `${formatQuantity(pooled.length, "of the threads is", "of the threads are")} of a pool and live on after each task`,
    );
  }
  const name = threadNameOf(heap, first.thread);
  return {
    shape: "thread-local-in-pool",
    kind: entries.length === 1 ? "object" : "group",
    object: first.value,
    className,
    objects: entries.length,
    retainedBytes: bytes,
    field: isApplicationField(field)
      ? fieldNameOf(field)
      : { className: "java.lang.ThreadLocal$ThreadLocalMap$Entry", name: "value", static: false },
    accumulation: { object: first.value, className, retainedBytes: heap.retainedSizeOf(first.value) },
    parts: [
      sharePart(share),
      elementsPart(entries.length),
      rootPart(true, "thread-locals of living threads"),
      shapePart(points, pooled.length > 0 ? "values left on pool threads" : "values left on threads"),
    ],
    evidence,
    fix,
    ...(name === undefined ? {} : { threadName: name }),
    explains: entries.map(({ value }) => value),
  };
}

function isApplicationField(field: Holding | undefined): field is Holding {
  return field !== undefined && isApplicationClass(field.className);
}

function biggest(heap: Heap, entries: readonly ThreadLocalEntry[]): ThreadLocalEntry {
  return entries.reduce((best, each) =>
    heap.retainedSizeOf(each.value) > heap.retainedSizeOf(best.value) ? each : best,
  );
}

/** By what runs in it, by its class, or by its name. */
export function isPooled(heap: Heap, thread: ObjectIndex): boolean {
  for (const ancestor of ancestryOf(heap, heap.classOf(thread))) {
    if (/ForkJoinWorkerThread|TaskThread$|FastThreadLocalThread/.test(heap.classes.nameOf(ancestor)))
      return true;
  }
  const frames = framesOf(heap, thread);
  if (
    frames.some(
      ({ className, method }) =>
        /ThreadPoolExecutor|ForkJoinPool/.test(className) && /^(runWorker|getTask|awaitWork)$/.test(method),
    )
  ) {
    return true;
  }
  return /pool|worker|exec|\bnio-/i.test(threadNameOf(heap, thread) ?? "");
}
