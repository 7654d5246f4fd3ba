import type { Work } from "../../../base/work";
import { forEachInstanceOf } from "../../graph/opened/instances";
import type { Heap, ObjectIndex, StackFrame } from "../../heap";
import { numberIn, referenceIn, stringIn, subclassesOf } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import { framesOf, threadNameOf } from "../paths/rootFacts";
import { stateOf, type ThreadState } from "./threadState";
import { virtualStateOf } from "./virtualState";

export interface ThreadFacts {
  readonly object: ObjectIndex;
  /** Serial number of its stack in the dump, 0 when it has none. */
  readonly serial: number;
  readonly name: string;
  readonly className: string;
  readonly state: ThreadState;
  readonly daemon: boolean;
  readonly priority: number;
  /** `Thread.getId()`, undefined when the object does not say. */
  readonly threadId: number | undefined;
  readonly virtual: boolean;
  readonly group: string | undefined;
  readonly contextLoader: ObjectIndex | undefined;
  readonly frames: readonly StackFrame[];
  /** What the thread keeps: its locals, its thread-locals, itself. undefined without dominators. */
  readonly retainedBytes: number | undefined;
  readonly locals: number;
  /** True when this thread ran out of memory and the dump was written for it. */
  readonly outOfMemory: boolean;
}

/** Threads listed at most: virtual ones come in millions. */
const maximumVirtual = 100_000;

/** Threads that have a stack or are roots, and virtual threads that are not finished; biggest first. */
export function threadsOf(heap: Heap, work: Work): ThreadFacts[] {
  const objects = new Set<ObjectIndex>();
  for (const thread of heap.threads) if (thread.object !== undefined) objects.add(thread.object);
  for (const object of virtualThreads(heap, work)) objects.add(object);
  return [...objects]
    .map((object) => threadFacts(heap, object))
    .sort((a, b) => Number(b.outOfMemory) - Number(a.outOfMemory) || byRetained(a, b));
}

/** Biggest first; without dominators those with most locals. */
export function byRetained(a: ThreadFacts, b: ThreadFacts): number {
  if (a.retainedBytes === undefined || b.retainedBytes === undefined) return b.locals - a.locals;
  return b.retainedBytes - a.retainedBytes;
}

const serialByObject = perHeap(
  (heap) =>
    new Map(
      heap.threads.flatMap(({ object, serial }) => (object === undefined ? [] : [[object, serial] as const])),
    ),
);

export function threadFacts(heap: Heap, object: ObjectIndex): ThreadFacts {
  const serial = serialByObject(heap).get(object) ?? 0;
  const frames = framesOf(heap, object);
  const className = heap.classNameOf(object);
  const virtual = isVirtualClass(className);
  // From JDK 19 on these are in a FieldHolder, because virtual threads have no need of them.
  const holder = () => referenceIn(heap, object, "holder") ?? object;
  let locals: number | undefined;
  // There may be a hundred thousand, of which some hundred are shown: what a thread says is read when it is asked for.
  return {
    object,
    serial,
    className,
    virtual,
    frames,
    retainedBytes: heap.retainedSizeOrUndefined(object),
    outOfMemory: ranOutOfMemory(frames),
    get name() {
      return threadNameOf(heap, object) ?? "";
    },
    get state() {
      return virtual ? virtualStateOf(heap, object) : stateOf(numberIn(heap, holder(), "threadStatus"));
    },
    get daemon() {
      return virtual || numberIn(heap, holder(), "daemon") === 1;
    },
    get priority() {
      return numberIn(heap, holder(), "priority") ?? 0;
    },
    get threadId() {
      return numberIn(heap, object, "tid");
    },
    get group() {
      const group = referenceIn(heap, holder(), "group");
      return group === undefined ? undefined : stringIn(heap, group, "name");
    },
    get contextLoader() {
      return referenceIn(heap, object, "contextClassLoader");
    },
    get locals() {
      locals ??= countLocals(heap, serial);
      return locals;
    },
  };
}

/** True for the stack of the thread that ran out of memory and for which the dump was written. */
export function ranOutOfMemory(frames: readonly StackFrame[]): boolean {
  let ranOut = outOfMemoryStacks.get(frames);
  if (ranOut === undefined) {
    ranOut = frames.some(isOutOfMemoryFrame);
    outOfMemoryStacks.set(frames, ranOut);
  }
  return ranOut;
}

const outOfMemoryStacks = new WeakMap<readonly StackFrame[], boolean>();

/** HotSpot puts the constructor of the error on top of the stack of the thread it writes the dump for. */
function isOutOfMemoryFrame({ className, method }: StackFrame): boolean {
  return className === "java.lang.OutOfMemoryError" && method === "<init>";
}

export function isVirtualClass(className: string): boolean {
  return /^java\.lang\.(VirtualThread|ThreadBuilders\$BoundVirtualThread)$/.test(className);
}

function virtualThreads(heap: Heap, work: Work): ObjectIndex[] {
  const wanted = subclassesOf(heap, ["java.lang.VirtualThread"]);
  const found: ObjectIndex[] = [];
  if (!wanted.includes(1)) return found;
  forEachInstanceOf(heap, wanted, work, "Looking for virtual threads", (object) => {
    if (found.length < maximumVirtual && virtualStateOf(heap, object) !== "terminated") found.push(object);
  });
  return found;
}

/** A local variable (or JNI local) of a frame: HPROF names the frame but not the variable. */
export interface FrameLocal {
  readonly object: ObjectIndex;
  readonly kind: "java-frame" | "jni-local";
}

/** By thread serial, then frame number; an object that several frames hold is in each of them, in the dump's order. */
const localsByThread = perHeap((heap) => {
  const result = new Map<number, Map<number, Map<ObjectIndex, FrameLocal["kind"]>>>();
  for (const { object, kind, threadSerial, frame } of heap.roots) {
    if (kind !== "java-frame" && kind !== "jni-local") continue;
    const ofThread = result.get(threadSerial) ?? new Map<number, Map<ObjectIndex, FrameLocal["kind"]>>();
    result.set(threadSerial, ofThread);
    const ofFrame = ofThread.get(frame) ?? new Map<ObjectIndex, FrameLocal["kind"]>();
    ofThread.set(frame, ofFrame);
    if (!ofFrame.has(object)) ofFrame.set(object, kind);
  }
  return result;
});

/** Objects that locals of the thread hold, each once. */
function countLocals(heap: Heap, serial: number): number {
  const objects = new Set<ObjectIndex>();
  for (const ofFrame of localsByThread(heap).get(serial)?.values() ?? []) {
    for (const object of ofFrame.keys()) objects.add(object);
  }
  return objects.size;
}

/** Objects that the locals of each frame hold, by frame number; -1 gathers those without a frame. */
export function localsOf(heap: Heap, serial: number): ReadonlyMap<number, readonly FrameLocal[]> {
  const byFrame = new Map<number, readonly FrameLocal[]>();
  for (const [frame, objects] of localsByThread(heap).get(serial) ?? []) {
    byFrame.set(
      frame,
      [...objects].map(([object, kind]) => ({ object, kind })),
    );
  }
  return byFrame;
}

/** Threads with the same frames, top to bottom. */
export interface StackGroup {
  readonly frames: readonly StackFrame[];
  readonly threads: readonly ThreadFacts[];
  /** undefined without dominators. */
  readonly retainedBytes: number | undefined;
}

/** Threads by identical stack, biggest group first. Threads without a stack are one group. */
export function groupByStack(threads: readonly ThreadFacts[]): StackGroup[] {
  const groups = new Map<string, ThreadFacts[]>();
  // Threads that stand in the same places have the same list of frames.
  const keys = new Map<readonly StackFrame[], string>();
  for (const thread of threads) {
    const { frames } = thread;
    const key = keys.get(frames) ?? frames.map(frameText).join("\n");
    keys.set(frames, key);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [thread]);
    else known.push(thread);
  }
  return [...groups.values()]
    .map((members) => ({
      frames: members[0]!.frames,
      threads: members,
      retainedBytes: sumOrUndefined(members.map(({ retainedBytes }) => retainedBytes)),
    }))
    .sort((a, b) => b.threads.length - a.threads.length || (b.retainedBytes ?? 0) - (a.retainedBytes ?? 0));
}

function sumOrUndefined(sizes: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const size of sizes) {
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

/** A frame as stack traces write it: `leaks.Stacks.hold(Stacks.java:14)`. */
export function frameText({ className, method, file, line }: StackFrame): string {
  const place =
    line === -3
      ? "Native Method"
      : file === undefined
        ? "Unknown Source"
        : line > 0
          ? `${file}:${line}`
          : file;
  return `${className}.${method}(${place})`;
}

/** True for objects of java.lang.Thread and its subclasses. */
export function isThread(heap: Heap, object: ObjectIndex): boolean {
  const [thread] = heap.classes.findByName("java.lang.Thread");
  return thread !== undefined && heap.classes.isSubclassOf(heap.classOf(object), thread);
}
