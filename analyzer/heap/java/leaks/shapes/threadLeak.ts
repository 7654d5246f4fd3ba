import { formatBytes, formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex, StackFrame } from "../../../heap";
import { referenceIn } from "../../objects/fieldReads";
import { isApplicationClass } from "../../paths/applicationClasses";
import { applicationHoldingOf } from "../../paths/holders";
import { isOwnCode } from "../../paths/ownCode";
import { framesOf, threadNameOf } from "../../paths/rootFacts";
import { frameText, isThread } from "../../program/threads";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";
import { isPooled, threadObjects } from "./threadLocalInPool";

const fix =
  "Stop the thread where its work ends (shut the executor down, interrupt and join), and take threads from one shared pool instead of starting them.";

/** Fewer of one name are what a busy server has under way. */
const leastThreads = 100;
/** A pool of workers is not leaking merely because it is big. */
const leastPooled = 300;
/** Pools of a few threads each, made again and again: `pool-17-thread-1`. */
const leastPools = 20;

/** Many threads whose names differ only in their number. */
export function threadLeak({ heap, totalBytes }: LeakContext): LeakFinding[] {
  const byName = new Map<string, { thread: ObjectIndex; name: string }[]>();
  for (const thread of threadObjects(heap)) {
    const name = threadNameOf(heap, thread);
    if (name === undefined || isVirtual(heap, thread)) continue;
    const pattern = name.replace(/\d+/g, "#");
    const known = byName.get(pattern);
    if (known === undefined) byName.set(pattern, [{ thread, name }]);
    else known.push({ thread, name });
  }
  const findings: LeakFinding[] = [];
  for (const [pattern, threads] of byName) {
    const pools = new Set(threads.map(({ name }) => poolIn(name))).size;
    const manyPools = pools >= leastPools;
    if (threads.length < (manyPools ? leastPools : leastThreads)) continue;
    const pooled = !manyPools && isPooled(heap, threads[0]!.thread) && inOnePool(heap, threads[0]!.thread);
    if (pooled && threads.length < leastPooled) continue;
    findings.push(
      findingOf(
        heap,
        pattern,
        threads.map(({ thread }) => thread),
        pools,
        totalBytes,
      ),
    );
  }
  return findings;
}

function findingOf(
  heap: Heap,
  pattern: string,
  threads: readonly ObjectIndex[],
  pools: number,
  totalBytes: number,
): LeakFinding {
  const bytes = retainedTogether(heap, threads);
  const first = threads.reduce((best, each) =>
    heap.retainedSizeOf(each) > heap.retainedSizeOf(best) ? each : best,
  );
  const alike = biggestGroup(threads.map((thread) => stackText(heap, thread)));
  const task = taskClassOf(heap, first);
  const field = applicationHoldingOf(heap, first);
  // A thread lives because it runs: what it waits for refers to it too, and does not keep it.
  const held = field !== undefined && isApplicationClass(field.className) && !isThread(heap, field.holder);
  const frame = held ? undefined : commonFrame(heap, threads);
  const name = threadNameOf(heap, first);
  const evidence = [
    `${formatQuantity(threads.length, "thread")} named ${pattern}`,
    `${formatQuantity(alike, "of them has", "of them have")} the same stack`,
    `each also has a stack outside the heap, often 1 MiB of address space; on the heap they keep ${formatBytes(bytes)}`,
  ];
  if (pools >= leastPools)
    evidence.push(`from ${pools} different pools: executors are made and not shut down`);
  if (frame !== undefined) evidence.push(`most are in ${frameText(frame)}`);
  if (task !== undefined) evidence.push(`they run ${task}`);
  return {
    shape: "thread-leak",
    kind: "group",
    object: first,
    className: heap.classNameOf(first),
    objects: threads.length,
    retainedBytes: bytes,
    ...(held ? { field: fieldNameOf(field) } : {}),
    ...(frame === undefined ? {} : { frame }),
    accumulation: {
      object: first,
      className: heap.classNameOf(first),
      retainedBytes: heap.retainedSizeOf(first),
    },
    path: [{ object: first, className: heap.classNameOf(first) }],
    parts: [
      sharePart(bytes / Math.max(1, totalBytes)),
      elementsPart(threads.length, 50),
      rootPart(true, "running threads are roots"),
      shapePart(alike > threads.length / 2 ? 35 : 25, "many threads of one name"),
    ],
    evidence,
    fix,
    ...(name === undefined ? {} : { threadName: name }),
    explains: threads,
  };
}

function isVirtual(heap: Heap, thread: ObjectIndex): boolean {
  return /VirtualThread$/.test(heap.classNameOf(thread));
}

/** ThreadPoolExecutor threads wait in `getTask`; such a pool has the size somebody gave it. */
function inOnePool(heap: Heap, thread: ObjectIndex): boolean {
  const frames = framesOf(heap, thread);
  return frames.some(({ className }) => /ThreadPoolExecutor|ForkJoinPool/.test(className));
}

/** Where more than half of the threads are in the application's code. */
function commonFrame(heap: Heap, threads: readonly ObjectIndex[]): StackFrame | undefined {
  const frames = threads.map((thread) =>
    framesOf(heap, thread).find(({ className }) => isOwnCode(heap, className)),
  );
  const texts = frames.map((frame) => (frame === undefined ? "" : frameText(frame)));
  return frames.find(
    (frame, at) =>
      frame !== undefined && texts.filter((text) => text === texts[at]).length > threads.length / 2,
  );
}

function stackText(heap: Heap, thread: ObjectIndex): string {
  const frames = framesOf(heap, thread);
  return frames.map(({ className, method, line }) => `${className}.${method}:${line}`).join("\n");
}

function biggestGroup(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
}

/** Class of the Runnable a thread was made with: `target` before JDK 19, `holder.task` since. */
function taskClassOf(heap: Heap, thread: ObjectIndex): string | undefined {
  const holder = referenceIn(heap, thread, "holder");
  const task =
    referenceIn(heap, thread, "target") ??
    (holder === undefined ? undefined : referenceIn(heap, holder, "task"));
  return task === undefined ? undefined : heap.classNameOf(task);
}

/** `pool-3` of `pool-3-thread-14`: what stands before the last number when it ends in a number too. */
function poolIn(name: string): string {
  const numbers = [...name.matchAll(/\d+/g)];
  const last = numbers.at(-1);
  const before = numbers.at(-2);
  if (last === undefined || before === undefined || last.index + last[0].length < name.length) return "";
  return name.slice(0, before.index + before[0].length);
}
