import type { Heap, HeapThread, ObjectIndex, StackFrame } from "../../heap";
import { collectionSizeOf } from "../collections/collection";
import { ancestryOf, numberIn, referenceIn } from "../objects/fieldReads";
import { isApplicationClass } from "../paths/applicationClasses";
import { framesOf, rootsByObject, threadNameOf } from "../paths/rootFacts";
import type { ThreadState } from "../program/threadState";
import { isThread, threadFacts } from "../program/threads";

/** A thread that takes from a queue, as far as the dump shows it. */
export interface Consumer {
  readonly name: string;
  readonly state: ThreadState;
  /** Where it is: undefined while it waits for the queue itself. */
  readonly busyIn: StackFrame | undefined;
}

/** Who takes from a queue: threads by what they do, and whether a scheduler comes by. */
export interface QueueConsumers {
  readonly threads: readonly Consumer[];
  /** A task of a scheduler or timer holds the queue: it is emptied now and then, and no thread shows it between. */
  readonly scheduled: boolean;
}

const takingMethods = new Set([
  "take",
  "poll",
  "pollFirst",
  "pollLast",
  "takeFirst",
  "takeLast",
  "drainTo",
  "drain",
  "remove",
  "removeFirst",
  "getTask",
]);
const puttingMethods = new Set([
  "put",
  "offer",
  "add",
  "addLast",
  "offerLast",
  "putLast",
  "execute",
  "submit",
]);

/** Owners of owners are looked at so far: queue, its holder, what holds that. */
const ownerDepth = 4;
const mostOwners = 300;

/**
 * Looks for consumers in three places: frames that have the queue or the object whose field it is among their local
 * variables; the workers of the executor whose queue it is; tasks of schedulers that lead to it.
 */
export function consumersOf(heap: Heap, queue: ObjectIndex): QueueConsumers {
  const { owners, scheduled } = ownersOf(heap, queue);
  const serials = new Set<number>();
  for (const owner of [queue, ...owners.slice(0, 16)]) {
    for (const { kind, threadSerial } of rootsByObject(heap).get(owner) ?? []) {
      if (kind === "java-frame" || kind === "jni-local") serials.add(threadSerial);
    }
  }
  const holding = heap.threads.filter(({ serial, frames }) => serials.has(serial) && !isPutting(frames));
  const workers = owners.flatMap((owner) => workersOf(heap, owner));
  const byThread = new Map<ObjectIndex, Consumer>();
  for (const { object } of holding) if (object !== undefined) byThread.set(object, consumerOf(heap, object));
  for (const worker of workers) byThread.set(worker, consumerOf(heap, worker));
  return { threads: [...byThread.values()], scheduled };
}

/** The objects that hold the queue by a field, nearest first, and whether a scheduled task is among what holds those. */
function ownersOf(
  heap: Heap,
  queue: ObjectIndex,
): { readonly owners: readonly ObjectIndex[]; readonly scheduled: boolean } {
  const owners: ObjectIndex[] = [];
  const seen = new Set<ObjectIndex>([queue]);
  let scheduled = false;
  let level: ObjectIndex[] = [queue];
  for (let depth = 0; depth < ownerDepth && level.length > 0; depth++) {
    const next: ObjectIndex[] = [];
    for (const object of level) {
      for (const referrer of heap.referrersOf(object)) {
        if (seen.has(referrer) || seen.size >= mostOwners) continue;
        seen.add(referrer);
        if (isScheduledTask(heap, referrer)) scheduled = true;
        if (heap.classOfClassObject(referrer) !== undefined || isThread(heap, referrer)) continue;
        // What holds an owner is not an owner: only the way to a scheduler goes on.
        if (depth === 0) owners.push(referrer);
        next.push(referrer);
      }
    }
    level = next;
  }
  return { owners, scheduled };
}

function isScheduledTask(heap: Heap, object: ObjectIndex): boolean {
  for (const type of ancestryOf(heap, heap.classOf(object))) {
    if (
      /^java\.util\.(concurrent\.ScheduledThreadPoolExecutor\$ScheduledFutureTask|TimerTask)$|^io\.netty\.util\.concurrent\.ScheduledFutureTask$/.test(
        heap.classes.nameOf(type),
      )
    ) {
      return true;
    }
  }
  return false;
}

/** Threads of a ThreadPoolExecutor, by its set of workers. */
function workersOf(heap: Heap, executor: ObjectIndex): ObjectIndex[] {
  const workers = referenceIn(heap, executor, "workers");
  if (workers === undefined || numberIn(heap, executor, "corePoolSize") === undefined) return [];
  const map = referenceIn(heap, workers, "map");
  const table = map === undefined ? undefined : referenceIn(heap, map, "table");
  if (table === undefined || (collectionSizeOf(heap, workers)?.size ?? 0) === 0) return [];
  const threads: ObjectIndex[] = [];
  for (const id of heap.elementIdsOf(table, 0, Math.min(4096, heap.lengthOf(table)))) {
    for (let node = heap.indexOf(id), guard = 0; node !== undefined && guard < 64; guard++) {
      const worker = referenceIn(heap, node, "key");
      const thread = worker === undefined ? undefined : referenceIn(heap, worker, "thread");
      if (thread !== undefined) threads.push(thread);
      node = referenceIn(heap, node, "next");
    }
  }
  return threads;
}

function consumerOf(heap: Heap, thread: ObjectIndex): Consumer {
  const frames = framesOf(heap, thread);
  const { state, serial } = threadFacts(heap, thread);
  return {
    name: threadNameOf(heap, thread) ?? String(serial),
    state,
    busyIn: isTaking(frames) ? undefined : frames.find(({ className }) => isApplicationClass(className)),
  };
}

/** True for a thread that waits for the queue: below its waiting is a method that takes. */
function isTaking(frames: HeapThread["frames"]): boolean {
  const firstOwn = frames.findIndex(({ className }) => isApplicationClass(className));
  const above = firstOwn < 0 ? frames : frames.slice(0, firstOwn);
  return above.some(({ method }) => takingMethods.has(method));
}

function isPutting(frames: HeapThread["frames"]): boolean {
  const firstOwn = frames.findIndex(({ className }) => isApplicationClass(className));
  const above = firstOwn < 0 ? frames : frames.slice(0, firstOwn);
  return above.some(({ method }) => puttingMethods.has(method));
}
