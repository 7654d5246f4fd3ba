import { countAtMost } from "../../../base/halving";
import type { Work } from "../../../base/work";
import type { ProcessSnapshot, ThreadSnapshot } from "../../processSnapshot";
import { type ClassLoaderData, handlesOf, handleValue } from "../classLoaderData";
import { javaCodeOf } from "../frames/javaCode";
import type { JavaObjects } from "../javaObjects";
import { threadObjectOf } from "../javaThreadFacts";
import type { JavaThread } from "../javaThreads";
import type { JavaVirtualMachine } from "../javaVirtualMachine";
import type { ReferenceForm } from "../referenceForm";
import type { WaitingThread } from "../virtualThreads/waitingThreads";
import { type FrameList, newFrameReader, newRootFrames, type ThreadFrames } from "./frameRoots";
import { newFrozenReader } from "./frozenRoots";
import { newHandleAreas } from "./handleAreas";
import type { HeapRoot, RootThread } from "./heapRoot";
import { globalsInBlocks, objectsInVariables } from "./oldGlobals";
import { findOopStorages, valuesOfStorage } from "./oopStorages";
import { RootList } from "./rootList";
import { isAtRest, newStackWords, rootsOfThread } from "./threadRoots";

export type StackOf = (thread: ThreadSnapshot) => FrameList;

export interface HeapRootInputs {
  readonly image: ProcessSnapshot;
  readonly vm: JavaVirtualMachine;
  readonly objects: JavaObjects;
  /** Leads to where an object is that a collection had moved. */
  readonly follow: (address: number) => number;
  /** Stacks of the process's threads, where they can be followed. */
  readonly stackOf?: StackOf | undefined;
  readonly handles: ReferenceForm;
  /** Virtual threads that no carrier runs. */
  readonly waiting: Iterable<WaitingThread>;
  readonly loaders: readonly ClassLoaderData[];
  /** Class objects of the boot loader's classes. */
  readonly bootClasses: readonly number[];
  /** Objects that a class object holds in the dump: the JVM's handles of the same are not roots of their own. */
  readonly heldByClasses: ReadonlySet<number>;
}

/** What may keep objects alive, before it is known which of the addresses are those of objects. */
export interface FoundRoots {
  readonly threads: readonly RootThread[];
  readonly roots: RootList;
  /** Handles the JVM counted and that were not found. */
  readonly lostHandles: number;
  /** False when the JVM's storages of handles were not found: what only they hold seems unreachable. */
  readonly hasStorages: boolean;
}

/** @throws ExhumeError `cancelled` */
export function findHeapRoots(inputs: HeapRootInputs, work: Work): FoundRoots {
  const { image, vm, objects, loaders, bootClasses, heldByClasses } = inputs;
  const { structs } = vm;
  const { references } = objects;
  const roots = new RootList();
  const sticky = new Set(bootClasses);
  const globalObjects = new Set(bootClasses);
  for (const object of bootClasses) roots.add({ kind: "sticky-class", object });
  const addGlobal = (kind: "jni-global" | "vm-internal", object: number) => {
    roots.add({ kind, object });
    globalObjects.add(object);
  };
  let lostHandles = 0;
  const storages = findOopStorages(image, vm.module, structs);
  for (const storage of storages) {
    if (storage.isWeak) continue;
    const { values, lost } = valuesOfStorage(structs, references, storage);
    lostHandles += lost;
    const kind = storage.name === "JNI Global" ? "jni-global" : "vm-internal";
    for (const object of new Set(values)) if (!sticky.has(object)) addGlobal(kind, object);
  }
  const normal = normaliser(inputs);
  const globals = globalsInBlocks(structs);
  for (const object of new Set(globals ?? [])) addGlobal("jni-global", object);
  if (storages.every(({ name }) => name.startsWith("JNI")))
    for (const word of objectsInVariables(image, vm.module, (each) => normal(each) !== 0))
      if (!globalObjects.has(normal(word))) roots.add({ kind: "vm-internal", object: normal(word) });
  for (const loader of loaders) {
    if (!loader.isStrong) continue;
    for (const object of new Set(handlesOf(structs, references, loader.address)))
      if (!sticky.has(object) && !heldByClasses.has(object)) roots.add({ kind: "vm-internal", object });
  }
  const threads: RootThread[] = [];
  const natives = new Map(image.threads.map((thread) => [thread.lwp, thread]));
  const code = javaCodeOf(image);
  const frameOf = code && newRootFrames(code);
  const readFrames = code && newFrameReader(code, objects, work, frameOf);
  const stackWords = newStackWords(image.memory);
  const handlesOfThread = newHandleAreas(structs, vm.threads);
  for (const thread of vm.threads) {
    work.throwIfCancelled();
    const object = threadObjectOf(objects, thread) ?? movedThreadObject(objects, thread);
    if (object === 0) continue;
    const position = threads.length;
    const native = thread.lwp === undefined ? undefined : natives.get(thread.lwp);
    // A thread of the system is one of Java at most.
    if (native !== undefined) natives.delete(native.lwp);
    const stack = native === undefined ? undefined : inputs.stackOf?.(native);
    const handles = handlesOfThread(thread);
    const rests = handles !== undefined && isAtRest(structs, thread);
    const place = { end: thread.stack?.end ?? 0, hasHandles: handles !== undefined, isAtRest: rests };
    const read = stack && readFrames?.(stack, place);
    threads.push({ object, frames: read?.frames ?? [] });
    const known = addLocals(read, position);
    const ofThread: HeapRoot[] = rootsOfThread(
      { image, structs, references, stackWords, isInHeap: (word) => normal(word) !== 0 },
      thread,
      native,
      { spans: read?.untold, registers: !rests },
      position,
    );
    for (const word of handles ?? []) ofThread.push({ kind: "thread-block", object: word, thread: position });
    for (const word of new Set(read?.maybeHeld))
      ofThread.push({ kind: "native-stack", object: word, thread: position });
    for (const root of ofThread) {
      const found = normal(root.object);
      if (root.kind !== "native-stack" || !known.has(found)) roots.add({ ...root, object: found });
    }
  }
  const readFrozen = code && frameOf && newFrozenReader(code, objects, frameOf, work);
  for (const { object, words, stack } of inputs.waiting) {
    work.throwIfCancelled();
    const position = threads.length;
    const known = new Set<number>();
    const maybe = new Set<number>();
    const read =
      stack &&
      readFrozen?.(stack, {
        exactly: (raw, frame) => {
          const found = normal(raw);
          known.add(found);
          roots.addLocal(found, position, frame);
        },
        maybe: (raw) => maybe.add(normal(raw)),
      });
    threads.push({ object, frames: read?.frames ?? [] });
    if (read?.isTold !== true) for (const word of words()) maybe.add(normal(word));
    for (const found of maybe)
      if (found !== 0 && !known.has(found))
        roots.add({ kind: "native-stack", object: found, thread: position });
  }
  return { threads, roots, lostHandles, hasStorages: storages.length > 0 || globals !== undefined };

  /** @returns the objects that are locals of the thread */
  function addLocals(read: ThreadFrames | undefined, thread: number): ReadonlySet<number> {
    const known = new Set<number>();
    for (const { object: raw, frame } of read?.held ?? []) {
      const object = normal(raw);
      known.add(object);
      roots.addLocal(object, thread, frame);
    }
    return known;
  }
}

/** While ZGC moves objects that of a thread may be gone from where its handle leads: what the thread holds counts all the same. */
function movedThreadObject({ structs, references }: JavaObjects, { address }: JavaThread): number {
  return handleValue(structs, references, structs.word(address, ["JavaThread", "_threadObj"]));
}

/** Raw addresses in threads carry ZGC's colours (to JDK 20); 0 for what is not in the heap. */
function normaliser({ vm: { heap }, handles, follow }: HeapRootInputs): (word: number) => number {
  const spaces = [...(heap?.spaces ?? [])].sort((a, b) => a.start - b.start);
  const starts = Float64Array.from(spaces, ({ start }) => start);
  const tops = Float64Array.from(spaces, ({ top }) => top);
  const mask = handles.form === "masked" ? Number(handles.mask) + 1 : 0;
  const good = handles.form === "masked" ? Number(handles.good) : 0;
  return (word) => {
    if (word % 8 !== 0) return 0;
    // Colours are single bits above the mask.
    const address = mask > 0 && word >= mask && word < 16 * mask ? good + (word % mask) : word;
    const after = countAtMost(starts, address);
    return after > 0 && address < tops[after - 1]! ? follow(address) : 0;
  };
}
