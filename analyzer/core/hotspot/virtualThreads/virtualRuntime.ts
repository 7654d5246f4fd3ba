import { firstVirtualThread } from "../../../base/lightThreadIds";
import type { ProblemList } from "../../../base/problems";
import type { LoadedProcess } from "../../loadedProcess";
import type { Wait } from "../../locks/wait";
import type { ManagedFrame, ManagedThread } from "../../managed/managedStack";
import type { LoadedModule } from "../../modules/loadedModule";
import type { ThreadSnapshot } from "../../processSnapshot";
import { SplicedStack } from "../../unwind/splicedStack";
import type { Stack } from "../../unwind/stack";
import { isContinuationEntry, isContinuationStub } from "../frames/continuationEntry";
import { lockedBy } from "../frames/frameLocks";
import type { JavaCode } from "../frames/javaCode";
import { functionsOf } from "../frames/javaFunctions";
import { JavaLocks, type JavaWait } from "../javaLocks";
import type { JavaObjects } from "../javaObjects";
import { isJavaLibrary, placesOf, waitIn } from "../javaPlaces";
import type { JavaThread } from "../javaThreads";
import { JavaLightThread, type VirtualThreadSource } from "./javaLightThread";
import { virtualThreadClass } from "./stackChunks";
import { VirtualThreads } from "./virtualThreads";

/** Frames of a carrier that are looked through for where it entered the virtual thread. */
const mostCarrierFrames = 1 << 16;
/** Frames that say how a thread waits, looked through for the innermost method. */
const mostPlumbing = 16;

/** The virtual threads of a JVM beside its threads of the system. They are listed when they are first asked for. */
export class VirtualRuntime {
  readonly locks: JavaLocks;
  private readonly inChunks: JavaObjects;
  private threads: { readonly found: VirtualThreads | undefined } | undefined;
  private source: VirtualThreadSource | undefined;
  private light: readonly JavaLightThread[] | undefined;
  private snapshots: ReadonlyMap<number, ThreadSnapshot> | undefined;

  constructor(
    private readonly process: LoadedProcess,
    private readonly code: JavaCode,
    private readonly objects: JavaObjects,
    private readonly javaThreads: readonly JavaThread[],
    private readonly problems: ProblemList,
  ) {
    this.locks = new JavaLocks(objects, javaThreads, () => this.virtualThreads);
    this.inChunks = objects.ofChunks();
  }

  get lightThreads(): readonly JavaLightThread[] {
    this.light ??= Array.from(this.virtualThreads?.all ?? [], (object, position) =>
      this.lightThread(this.virtualThreads!, object, firstVirtualThread + position),
    );
    return this.light;
  }

  /** The virtual thread that a thread of the system runs. */
  carriedBy(thread: JavaThread): JavaLightThread | undefined {
    const { objects } = this;
    const object = objects.heldBy(thread.address, ["JavaThread", "_vthread"]);
    if (object === undefined || objects.klassOf(object)?.name !== virtualThreadClass) return undefined;
    const threads = this.virtualThreads;
    const lwp = threads?.lwpOf(object);
    return threads === undefined || lwp === undefined ? undefined : this.lightThread(threads, object, lwp);
  }

  /** Frames of a thread that are in the heap. */
  frozenFrames({ object }: JavaLightThread): readonly ManagedFrame[] {
    const stack = this.virtualThreads?.frozenStackOf(object);
    return stack === undefined
      ? []
      : this.placesIn(object, stack, undefined, false).flatMap(({ frames }) => frames);
  }

  threadOf(thread: JavaLightThread): ManagedThread {
    const { object, isInCall, notes } = thread;
    const wait = this.javaWaitOf(thread);
    const places = this.placesIn(object, thread.keptStack(), wait, !isInCall);
    return { name: thread.title, notes, wait: this.wordsOf(thread, wait) ?? null, places, beyond: [] };
  }

  private get virtualThreads(): VirtualThreads | undefined {
    if (this.threads === undefined) {
      const platform = this.javaThreads.flatMap((thread) => this.locks.factsOf(thread)?.object ?? []);
      const found = VirtualThreads.of(this.objects, this.code, platform, {
        coreBytes: this.process.image.memory.segments.reduce((sum, { dumpedBytes }) => sum + dumpedBytes, 0),
        throwIfCancelled: () => this.process.throwIfCancelled(),
      });
      this.threads = { found };
      if (found?.isComplete === false)
        this.problems.add({
          code: "virtual-threads-untracked",
          message:
            "The JVM kept no list of virtual threads that belong to no pool (jdk.trackAllThreads=false): of these only those in its Java heap are known (exhume threads).",
          losesData: true,
        });
    }
    return this.threads.found;
  }

  private snapshotOf(lwp: number): ThreadSnapshot | undefined {
    this.snapshots ??= new Map(this.process.image.threads.map((thread) => [thread.lwp, thread]));
    return this.snapshots.get(lwp);
  }

  private lightThread(threads: VirtualThreads, object: number, lwp: number): JavaLightThread {
    this.source ??= {
      threads,
      carrierLwp: (each) => {
        const carrier = threads.carrierOf(each);
        return carrier === undefined ? undefined : this.locks.threadOf(carrier)?.lwp;
      },
      stackOf: (each) => this.stackOf(threads, each),
      waitOf: (each) => {
        // Who looks for deadlocks asks a million.
        this.process.throwIfCancelled();
        return this.wordsOf(each, this.javaWaitOf(each));
      },
      isLibrary: isJavaLibrary,
    };
    return new JavaLightThread(this.source, object, lwp);
  }

  private stackOf(
    threads: VirtualThreads,
    { object, isInCall, runsOn }: JavaLightThread,
  ): Stack<LoadedModule> {
    const frozen = threads.frozenStackOf(object);
    const carrier = isInCall || runsOn === undefined ? undefined : this.snapshotOf(runsOn);
    if (carrier === undefined) return frozen;
    const own = this.process.stackOf(carrier);
    return new SplicedStack<LoadedModule>(own, this.ownFramesOf(own), frozen);
  }

  /** Frames of a carrier up to where it entered the virtual thread, or where the rest of that is in the heap. */
  private ownFramesOf(stack: Stack<LoadedModule>): number {
    const { code } = this;
    for (let index = 0; index < mostCarrierFrames; index++) {
      const frame = stack.frameAt(index);
      if (frame === undefined) return index;
      if (frame.module !== undefined) continue;
      const found = code.frameAt({ pc: frame.pc, registers: frame.registers, isExact: index === 0 });
      if (found === undefined) continue;
      if (index > 0 && isContinuationStub(found.blob)) return index;
      if (functionsOf(code, found).some(({ method }) => isContinuationEntry(method))) return index;
    }
    return mostCarrierFrames;
  }

  private placesIn(object: number, stack: Stack<LoadedModule>, wait: JavaWait | undefined, isExact: boolean) {
    return placesOf({ code: this.code, objects: this.inChunks, wait, thread: object, isExact }, stack);
  }

  private javaWaitOf(thread: JavaLightThread): JavaWait | undefined {
    const { object, state } = thread;
    if (state === "blocked") {
      const monitor = this.innermostMonitor(thread);
      return monitor === undefined ? undefined : this.locks.toEnter(monitor);
    }
    if (state !== "waiting" && state !== "timed waiting") return undefined;
    return this.locks.parkedFor(object, state === "timed waiting");
  }

  /** What the innermost method is about to lock. */
  private innermostMonitor(thread: JavaLightThread): number | undefined {
    const stack = thread.keptStack();
    for (let index = 0; index < mostPlumbing; index++) {
      const frame = stack.frameAt(index);
      const found = frame && this.code.frameAt({ pc: frame.pc, registers: frame.registers, isExact: false });
      const [own] = found === undefined ? [] : functionsOf(this.code, found);
      if (frame === undefined || found === undefined || own === undefined) continue;
      const [monitor] = lockedBy(this.code, this.inChunks, frame, found, own);
      if (monitor !== undefined) return monitor;
    }
    return undefined;
  }

  private wordsOf({ lwp }: JavaLightThread, wait: JavaWait | undefined): Wait | undefined {
    return wait && waitIn(this.objects, wait, lwp, []);
  }
}
