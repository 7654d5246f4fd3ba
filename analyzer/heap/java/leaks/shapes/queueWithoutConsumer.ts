import { formatCount, formatQuantity } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { entriesOf } from "../../collections/entries";
import { numberIn } from "../../objects/fieldReads";
import { frameText } from "../../program/threads";
import { capacityOf } from "../bounds";
import type { CollectionProfile } from "../collectionProfile";
import type { LeakContext } from "../leakContext";
import { type Consumer, consumersOf } from "../queueConsumers";
import type { LeakFinding } from "../suspect";
import { classesInWords, collectionFinding, isOutstanding } from "./collectionFinding";

/** Words add to what a queue is by its class; they never make one. */
const queueNames = /queue|backlog|outbox|inbox|mailbox|pending|to_?send|unsent/i;
const concurrentQueue = /^java\.util\.concurrent\.|Mpsc|Spsc/;
/** Tasks that wait for a time are a shape of their own. */
const delayed = /DelayedWorkQueue$|^java\.util\.TaskQueue$/;

const fix =
  "Find out why nothing takes from the queue (the consumer ended, is blocked, or is slower than the producers); give the queue a capacity so that producers feel it.";

/** A queue into which more is put than is taken out. */
export function queueWithoutConsumer(
  context: LeakContext,
  profile: CollectionProfile,
): LeakFinding | undefined {
  const { heap } = context;
  const named = profile.field !== undefined && queueNames.test(profile.field.field);
  const isQueue =
    profile.kind === "queue" || (named && /LinkedList$|ArrayDeque$|ArrayList$/.test(profile.className));
  if (!isQueue || !isOutstanding(profile) || delayed.test(profile.className)) return undefined;
  if (isPoolOfBuffers(heap, profile)) return undefined;
  const capacity = capacityOf(heap, profile.object);
  const { threads, scheduled } = consumersOf(heap, profile.object);
  const busy = threads.filter(({ busyIn }) => busyIn !== undefined);
  // A queue with a limit, or that somebody empties on a schedule, fills and empties: that is what it is for.
  const ordinary = scheduled || (capacity !== undefined && threads.length > 0);
  const stuck = busy.find(({ state }) => state === "waiting" || state === "blocked");
  if (ordinary && stuck === undefined) return undefined;
  const taken = (numberIn(heap, profile.object, "head") ?? 0) > 0;
  const judged = judge({ ...profile, taken }, threads, busy, stuck, named, capacity);
  return collectionFinding(heap, profile, "queue-without-consumer", {
    parts: [{ ...shapePart(judged.points, judged.why), ...(judged.proves ? { proves: true } : {}) }],
    evidence: [
      `${profile.className} with ${formatQuantity(profile.elements, "element")} waiting`,
      `elements are ${classesInWords(profile.valueClasses)}`,
      ...(capacity === undefined ? [] : [`it takes at most ${formatCount(capacity)}`]),
      judged.evidence,
    ],
    fix,
    ...(stuck?.busyIn === undefined ? {} : { frame: stuck.busyIn, threadName: stuck.name }),
  });
}

interface Judgement {
  readonly points: number;
  readonly why: string;
  readonly evidence: string;
  readonly proves: boolean;
}

function judge(
  { className, elements, share, taken }: CollectionProfile & { readonly taken: boolean },
  threads: readonly Consumer[],
  busy: readonly Consumer[],
  stuck: Consumer | undefined,
  named: boolean,
  capacity: number | undefined,
): Judgement {
  const behind = `${formatQuantity(elements, "element")} behind it`;
  if (stuck?.busyIn !== undefined) {
    const all = threads.every(({ state }) => state === "waiting" || state === "blocked");
    return {
      points: 38,
      why: "its consumer is stuck",
      evidence: `thread "${stuck.name}" has been in ${frameText(stuck.busyIn)}, ${behind}`,
      // A queue with a limit that is full holds its producers back, as it should; a short backlog is a busy hour.
      proves: all && busy.length === threads.length && capacity === undefined && share >= provingShare,
    };
  }
  const [first] = busy;
  if (first?.busyIn !== undefined) {
    return {
      points: 24,
      why: "a queue that grows faster than it is emptied",
      evidence: `thread "${first.name}" is at work in ${frameText(first.busyIn)} and does not keep up, ${behind}`,
      proves: false,
    };
  }
  if (threads.length > 0) {
    return {
      points: 12,
      why: "a queue that is being emptied",
      evidence: `taken from by thread "${threads[0]!.name}"`,
      proves: false,
    };
  }
  // The head of a ring moves when somebody takes the first: between two visits no thread shows it.
  if (taken) {
    const why = "elements were taken from its front";
    return { points: takenPoints, why, evidence: why, proves: false };
  }
  const kind = capacity !== undefined ? 10 : concurrentQueue.test(className) ? 26 : 12;
  return {
    points: kind + (named ? 6 : 0),
    why: "a queue nobody takes from",
    evidence: "no thread of the dump is taking from it, and no scheduled task leads to it",
    proves: false,
  };
}

const takenPoints = -10;
const provingShare = 0.3;

const sampled = 200;
const alikeShare = 0.95;
/** Nobody keeps so many buffers ready. */
const mostPooled = 10_000;

/** Buffers of one size, all alike: what is taken from such a queue comes back to it. */
function isPoolOfBuffers(heap: Heap, { object, elements }: CollectionProfile): boolean {
  if (elements > mostPooled) return false;
  const sizes = new Map<string, number>();
  let looked = 0;
  for (const { value } of entriesOf(heap, object)) {
    if (looked++ >= sampled) break;
    const element = heap.indexOf(value);
    const size = element === undefined ? undefined : bufferSize(heap, element);
    if (size !== undefined) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  }
  return [...sizes.values()].some((count) => count >= alikeShare * Math.min(looked, sampled));
}

function bufferSize(heap: Heap, object: ObjectIndex): string | undefined {
  const className = heap.classNameOf(object);
  const type = heap.elementTypeOf(object);
  if (type !== undefined && type !== "object") return `${className} ${heap.lengthOf(object)}`;
  return /^java\.nio\.(Direct|Heap)\w*Buffer/.test(className)
    ? `${className} ${numberIn(heap, object, "capacity") ?? 0}`
    : undefined;
}
