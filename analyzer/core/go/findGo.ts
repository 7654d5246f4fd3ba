import { firstLightThread } from "../../base/lightThreadIds";
import type { LoadedProcess } from "../loadedProcess";
import type { LightThread } from "../managed/lightThread";
import type { Runtime, RuntimeInputs } from "../managed/runtime";
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
  const maker = new LightThreadMaker(goroutines, runtime, process);
  const running = new Map<number, Goroutine>();
  for (const each of goroutines.all) if (each.lwp !== undefined) running.set(each.lwp, each);
  return {
    title: `Go ${runtime.version.replace(/^go/, "")}`,
    lightThreads: goroutines.all.map((goroutine, index) => maker.make(goroutine, index)),
    threadOf: ({ lwp }) => {
      const goroutine = running.get(lwp);
      return goroutine && { notes: [`runs goroutine ${goroutine.id}`], places: [], beyond: [] };
    },
  };
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

  make(goroutine: Goroutine, position: number): LightThread {
    const { id, state, reason, createdAt, createdBy, lwp, lockedTo, isSystem, waitingSince } = goroutine;
    const thread = this.process.image.threads.find((each) => each.lwp === lwp);
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
