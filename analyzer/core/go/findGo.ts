import { firstLightThread } from "../../base/lightThreadIds";
import type { LoadedProcess } from "../loadedProcess";
import type { LightThread } from "../managed/lightThread";
import type { Runtime, RuntimeInputs } from "../managed/runtime";
import type { ThreadSnapshot } from "../processSnapshot";
import { findGoRuntime, type GoRuntime } from "./goRuntime";
import type { Goroutine } from "./goroutine";
import { keptPlace, runningStack } from "./goroutineStack";
import { type Goroutines, readGoroutines } from "./goroutines";
import { GoroutineWaits } from "./goroutineWaits";

/** The runtime, and the packages that call it to sleep. */
const plumbing = /^(runtime|sync|time|syscall|os|net|internal\/[\w/]+)\./;
const nanosecondsOfSecond = 1_000_000_000n;

/** Go: threads of the system run goroutines, whose frames are native ones. */
export function findGo({ process, problems }: RuntimeInputs): Runtime | undefined {
  const runtime = findGoRuntime(process, problems);
  if (runtime === undefined) return undefined;
  const goroutines = readGoroutines(runtime, problems);
  const running = runningOf(goroutines, process);
  const maker = new LightThreadMaker(goroutines, runtime, process);
  return {
    title: `Go ${runtime.version.replace(/^go/, "")}`,
    lightThreads: goroutines.all.map((goroutine, index) => {
      const { lwp } = goroutine;
      const runs = lwp === undefined ? undefined : running.get(lwp);
      return maker.make(goroutine, index, runs?.goroutine === goroutine ? runs.thread : undefined);
    }),
    threadOf: ({ lwp }) => {
      const runs = running.get(lwp);
      return runs && { notes: [`runs goroutine ${runs.goroutine.id}`], places: [], beyond: [] };
    },
  };
}

interface Running {
  readonly goroutine: Goroutine;
  readonly thread: ThreadSnapshot;
}

/** By the threads that run them, which run one at a time: what else names a thread is damaged. */
function runningOf({ all }: Goroutines, { image }: LoadedProcess): ReadonlyMap<number, Running> {
  const threads = new Map(image.threads.map((thread) => [thread.lwp, thread]));
  const running = new Map<number, Running>();
  for (const goroutine of all) {
    const { lwp } = goroutine;
    const thread = lwp === undefined ? undefined : threads.get(lwp);
    if (thread !== undefined && !running.has(thread.lwp)) running.set(thread.lwp, { goroutine, thread });
  }
  return running;
}

class LightThreadMaker {
  private readonly waits: GoroutineWaits;

  constructor(
    private readonly goroutines: Goroutines,
    runtime: GoRuntime,
    private readonly process: LoadedProcess,
  ) {
    this.waits = new GoroutineWaits(runtime);
  }

  /** @param thread that runs it */
  make(goroutine: Goroutine, position: number, thread: ThreadSnapshot | undefined): LightThread {
    const { id, state, reason, createdAt, createdBy, lockedTo, isSystem, waitingSince } = goroutine;
    const { process, waits } = this;
    const { now } = this.goroutines;
    const stackOf = () => process.stackOf(light);
    const notes = [
      ...(createdBy === undefined ? [] : [`was created by goroutine ${createdBy}`]),
      ...(lockedTo === undefined ? [] : [`is locked to thread ${lockedTo}`]),
    ];
    const light: LightThread = {
      index: process.image.threads.length + position,
      lwp: firstLightThread + position,
      name: `goroutine ${id}`,
      title: `goroutine ${id}`,
      noun: ["goroutine", "goroutines"],
      crashed: false,
      signal: 0,
      ...keptPlace(goroutine, process),
      registerWords: [],
      state: reason ?? state,
      notes,
      isSystem,
      isPlumbing: (name) => plumbing.test(name),
      waits: () => waits.of(goroutine, thread === undefined ? process.freshStackOf(light) : stackOf()),
      ...(waitingSince !== undefined &&
        now !== undefined &&
        now > waitingSince && { waitedSeconds: Number((now - waitingSince) / nanosecondsOfSecond) }),
      ...(createdAt !== undefined && { createdAt }),
      ...(thread !== undefined && { runsOn: thread.lwp }),
    };
    if (thread !== undefined) process.keepStack(light, runningStack(goroutine, thread, process));
    return light;
  }
}
