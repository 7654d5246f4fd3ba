import { formatQuantity } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap, HeapThread } from "../../../heap";
import { rootsByObject, threadNameOf } from "../../paths/rootFacts";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding, isOutstanding } from "./collectionFinding";

const queueNames =
  /queue|pending|backlog|outbox|inbox|mailbox|buffer|to_?send|unsent|jobs|tasks|work|waiting|incoming|outgoing/i;
const concurrentQueue = /^java\.util\.concurrent\.|MpscLinked|Mpsc|DelayedWorkQueue/;

const fix =
  "Find out why nothing takes from the queue (the consumer ended, is blocked, or is slower than the producers); give the queue a capacity so that producers feel it.";

/** A queue into which more is put than is taken out. */
export function queueWithoutConsumer(
  context: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const { heap } = context;
  const named = profile.field !== undefined && queueNames.test(profile.field.field);
  const isQueue = profile.kind === "queue" || (named && /LinkedList$|ArrayDeque$/.test(profile.className));
  const isNamedList =
    profile.kind === "list" &&
    profile.field !== undefined &&
    /queue|backlog|outbox|mailbox/i.test(profile.field.field);
  if (!(isQueue || isNamedList) || !isOutstanding(profile)) return undefined;
  if (profile.valueClasses[0]?.className.startsWith("java.nio.Direct")) return undefined;
  const consumers = consumersOf(heap, profile);
  let points = isNamedList ? 15 : concurrentQueue.test(profile.className) ? 26 : 18;
  if (named) points += 4;
  const evidence = [
    `${profile.className} with ${formatQuantity(profile.elements, "element")} waiting`,
    `elements are ${classesInWords(profile.valueClasses)}`,
  ];
  if (consumers.length === 0) {
    points += 6;
    evidence.push("no thread of the dump is taking from it");
  } else {
    evidence.push(`taken from by ${consumers.slice(0, 3).join(", ")}: the consumer does not keep up`);
  }
  return collectionFinding(heap, profile, "queue-without-consumer", {
    parts: [
      shapePart(
        points,
        consumers.length === 0 ? "a queue nobody takes from" : "a queue that grows faster than it is emptied",
      ),
    ],
    evidence,
    fix,
  });
}

const takingMethods = new Set([
  "take",
  "poll",
  "pollFirst",
  "takeFirst",
  "takeLast",
  "drainTo",
  "removeFirst",
  "await",
]);

/** Threads that have the queue as a local while a method that takes is on their stack. */
function consumersOf(heap: Heap, profile: CollectionProfile): string[] {
  const serials = new Set(
    (rootsByObject(heap).get(profile.object) ?? [])
      .filter(({ kind }) => kind === "java-frame" || kind === "jni-local")
      .map(({ threadSerial }) => threadSerial),
  );
  return heap.threads
    .filter((thread) => serials.has(thread.serial) && takes(thread))
    .map(
      (thread) =>
        `thread "${(thread.object === undefined ? undefined : threadNameOf(heap, thread.object)) ?? thread.serial}"`,
    );
}

function takes(thread: HeapThread): boolean {
  return thread.frames.slice(0, 8).some(({ method }) => takingMethods.has(method));
}
