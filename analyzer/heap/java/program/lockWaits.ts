import type { Heap, ObjectIndex } from "../../heap";
import { ancestryOf, referenceIn } from "../objects/fieldReads";
import { threadNameOf } from "../paths/rootFacts";

/** What a parked thread says that it waits for. Monitors are not recorded in heap dumps. */
export interface LockWait {
  readonly thread: ObjectIndex;
  /** `Thread.parkBlocker` */
  readonly blocker: ObjectIndex;
  /** The thread that has it: of locks of `java.util.concurrent` that one thread owns. */
  readonly owner?: ObjectIndex;
}

const ownable = "java.util.concurrent.locks.AbstractOwnableSynchronizer";

/** @returns undefined for a thread that is not parked, or does not say for what */
export function lockWaitOf(heap: Heap, thread: ObjectIndex): LockWait | undefined {
  const blocker = referenceIn(heap, thread, "parkBlocker");
  if (blocker === undefined) return undefined;
  const isOwnable = [...ancestryOf(heap, heap.classOf(blocker))].some(
    (type) => heap.classes.nameOf(type) === ownable,
  );
  const owner = isOwnable ? referenceIn(heap, blocker, "exclusiveOwnerThread") : undefined;
  return { thread, blocker, ...(owner !== undefined && { owner }) };
}

/** In a damaged dump one thread may follow the other without end; a longer circle is told as none. */
const longestCircle = 1000;

/** The circle of threads that a thread waits in, each for the next, the last for the first; empty without one. */
export function lockCircleOf(heap: Heap, thread: ObjectIndex): ObjectIndex[] {
  const path: ObjectIndex[] = [];
  const seen = new Set<ObjectIndex>();
  let at: ObjectIndex | undefined = thread;
  while (at !== undefined && !seen.has(at) && path.length < longestCircle) {
    seen.add(at);
    path.push(at);
    at = lockWaitOf(heap, at)?.owner;
    if (at === thread) return path;
  }
  return [];
}

/** `is parked to wait for a …ReentrantLock$NonfairSync, held by "b": a deadlock of 2 threads` */
export function lockWaitWords(heap: Heap, thread: ObjectIndex): string | undefined {
  const wait = lockWaitOf(heap, thread);
  if (wait === undefined) return undefined;
  const circle = lockCircleOf(heap, thread);
  const name = wait.owner === undefined ? undefined : threadNameOf(heap, wait.owner);
  const holder = name === undefined ? "" : `, held by "${name}"`;
  const deadlock =
    circle.length === 0
      ? ""
      : circle.length === 1
        ? ": a deadlock with itself"
        : `: a deadlock of ${circle.length} threads`;
  return `is parked to wait for a ${heap.classNameOf(wait.blocker)}${holder}${deadlock}`;
}
