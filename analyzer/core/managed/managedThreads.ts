import { firstLightThread } from "../../base/lightThreadIds";
import type { ProcessModule } from "../modules/processModule";
import type { ThreadSnapshot } from "../processSnapshot";
import { JoinedStack } from "./joinedStack";
import type { LightThread } from "./lightThread";
import type { ManagedFrame, ManagedPlace, ManagedThread } from "./managedStack";
import type { Runtime, RuntimeInputs } from "./runtime";

/** Views show some hundred at a time. */
const mostLightStacks = 1000;

/** What the runtimes of a process tell of its threads. They are looked for when a thread is first asked for. */
export class ManagedThreads {
  private found: readonly Runtime[] | undefined;
  private light: readonly LightThread[] | undefined;
  private readonly threads = new Map<number, ManagedThread | undefined>();
  private readonly stacks = new Map<number, JoinedStack>();
  /** Of light threads, of which there may be a million: forgotten when they are many. */
  private readonly lightStacks = new Map<number, JoinedStack>();

  constructor(
    private readonly inputs: RuntimeInputs,
    private readonly find: (inputs: RuntimeInputs) => readonly Runtime[],
  ) {}

  get runtimes(): readonly Runtime[] {
    this.found ??= this.find(this.inputs);
    return this.found;
  }

  /** Threads that the runtimes schedule by themselves. */
  get lightThreads(): readonly LightThread[] {
    this.light ??= this.runtimes.flatMap(({ lightThreads = [] }) => lightThreads);
    return this.light;
  }

  /**
   * True for a wait that is the machinery of a runtime.
   * @param module what called to wait; where nothing tells, it may have been the machinery
   */
  isOfMachine(module: ProcessModule | undefined): boolean {
    return this.runtimes.some(({ machine }) => machine !== undefined && (module ?? machine) === machine);
  }

  threadOf(thread: ThreadSnapshot): ManagedThread | undefined {
    if (this.runtimes.length === 0) return undefined;
    const { index } = thread;
    if (thread.lwp >= firstLightThread) return this.toldOf(thread);
    if (!this.threads.has(index)) this.threads.set(index, this.toldOf(thread));
    return this.threads.get(index);
  }

  private toldOf(thread: ThreadSnapshot): ManagedThread | undefined {
    const told = this.runtimes.flatMap((runtime) => {
      const own = runtime.threadOf(thread);
      if (own === undefined) return [];
      return runtime.doubt === undefined ? own : doubted(own, `not verified: ${runtime.doubt}`);
    });
    return mergedThread(told);
  }

  /** The native stack with the frames of the runtimes in it. */
  stackOf(thread: ThreadSnapshot): JoinedStack {
    const stacks = thread.lwp < firstLightThread ? this.stacks : this.lightStacks;
    let stack = stacks.get(thread.index);
    if (stack === undefined) {
      stack = new JoinedStack(this.inputs.process.stackOf(thread), this.threadOf(thread));
      if (this.lightStacks.size >= mostLightStacks) this.lightStacks.clear();
      stacks.set(thread.index, stack);
    }
    return stack;
  }
}

/** A thread whose frames say what speaks against them. */
function doubted(thread: ManagedThread, doubt: string): ManagedThread {
  const saying = (frame: ManagedFrame): ManagedFrame => ({
    ...frame,
    caution: frame.caution === undefined ? doubt : `${frame.caution}; ${doubt}`,
  });
  return {
    ...thread,
    places: thread.places.map((place) => ({ ...place, frames: place.frames.map(saying) })),
    beyond: thread.beyond.map(saying),
  };
}

/** One runtime can call another; a native frame belongs to the first that claims it. */
function mergedThread(told: readonly ManagedThread[]): ManagedThread | undefined {
  const [first, second] = told;
  if (first === undefined || second === undefined) return first;
  const places = new Map<number, ManagedPlace>();
  for (const place of told.flatMap((thread) => thread.places))
    if (!places.has(place.nativeIndex)) places.set(place.nativeIndex, place);
  const name = told.find((thread) => thread.name !== undefined)?.name;
  const runs = told.find((thread) => thread.runs !== undefined)?.runs;
  const wait = told.find((thread) => thread.wait !== undefined)?.wait;
  return {
    ...(name !== undefined && { name }),
    ...(runs !== undefined && { runs }),
    notes: told.flatMap((thread) => thread.notes),
    ...(wait !== undefined && { wait }),
    places: [...places.values()].sort((a, b) => a.nativeIndex - b.nativeIndex),
    beyond: told.flatMap((thread) => thread.beyond),
  };
}
