import { formatHex } from "../../base/units";
import type { Heap, ObjectIndex } from "../../heap/heap";
import { threadNameOf } from "../../heap/java/paths/rootFacts";
import { lockCirclesIn, lockWaitOf } from "../../heap/java/program/lockWaits";
import type { ThreadFacts } from "../../heap/java/program/threads";
import { javaObjectWords, javaWaitWords } from "../../heap/java/program/waitWords";
import type { HeapDeadlock } from "../../protocol/heap/threads";
import { deadlockWords, heldBy, heldByItself } from "../lockWords";

/** `is parked to wait for a …ReentrantLock$NonfairSync (0xfd…), held by "b"`; undefined for a thread that is not parked. */
export function lockWaitWords(heap: Heap, thread: ThreadFacts): string | undefined {
  const wait = lockWaitOf(heap, thread);
  if (wait === undefined) return undefined;
  const { blocker, owner, isTimed } = wait;
  const what = javaObjectWords(heap.classNameOf(blocker), heap.idOf(blocker));
  const holder =
    owner === undefined ? "" : owner === thread.object ? heldByItself : heldBy(nameOf(heap, owner));
  return `${javaWaitWords.javaParked} ${what}${holder}${isTimed ? ", with a timeout" : ""}`;
}

/** Threads that wait for each other in circles, as far as the dump says who has what. */
export function heapDeadlocks(heap: Heap, threads: readonly ThreadFacts[]): HeapDeadlock[] {
  return lockCirclesIn(heap, threads).map((circle) => ({
    threads: circle.map(({ object }) => formatHex(heap.idOf(object))),
    words: deadlockWords(
      { kind: "circle", isCertain: true, count: circle.length },
      (index) => `"${circle[index]!.name}" ${lockWaitWords(heap, circle[index]!)}`,
    ),
  }));
}

function nameOf(heap: Heap, thread: ObjectIndex): string {
  return `"${threadNameOf(heap, thread) ?? formatHex(heap.idOf(thread))}"`;
}
