import { circlesOf } from "../../../base/circles";
import type { Heap, ObjectIndex } from "../../heap";
import { referenceIn, subclassesOf } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import type { ThreadFacts } from "./threads";

/** What a parked thread says that it waits for. Monitors are not recorded in heap dumps. */
export interface LockWait {
  /** `Thread.parkBlocker` */
  readonly blocker: ObjectIndex;
  /** The thread that has it: of locks of `java.util.concurrent` that one thread owns. */
  readonly owner?: ObjectIndex;
  /** It ends by itself after a while. */
  readonly isTimed: boolean;
}

const ownable = perHeap((heap) =>
  subclassesOf(heap, ["java.util.concurrent.locks.AbstractOwnableSynchronizer"]),
);

/** @returns undefined for a thread that is not parked, or does not say for what */
export function lockWaitOf(
  heap: Heap,
  { object, state }: Pick<ThreadFacts, "object" | "state">,
): LockWait | undefined {
  const blocker = referenceIn(heap, object, "parkBlocker");
  if (blocker === undefined) return undefined;
  const isOwnable = ownable(heap)[heap.classOf(blocker)] === 1;
  const owner = isOwnable ? referenceIn(heap, blocker, "exclusiveOwnerThread") : undefined;
  return { blocker, isTimed: state === "timed waiting", ...(owner !== undefined && { owner }) };
}

/** Circles of threads each of which waits for what the next one has, the last for the first. */
export function lockCirclesIn(heap: Heap, threads: readonly ThreadFacts[]): ThreadFacts[][] {
  const byObject = new Map(threads.map((thread) => [thread.object, thread]));
  const ownerOf = (thread: ThreadFacts) => {
    const wait = lockWaitOf(heap, thread);
    return wait?.owner === undefined || wait.isTimed ? undefined : byObject.get(wait.owner);
  };
  return [...circlesOf(threads, ownerOf)];
}
