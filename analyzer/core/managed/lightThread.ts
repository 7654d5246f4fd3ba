import type { Wait } from "../locks/wait";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Stack } from "../unwind/stack";

/** Of a thread whose frames its runtime keeps: they are not followed from registers. */
export interface KeptStack {
  keptStack?(): Stack<LoadedModule>;
}

/**
 * A thread that a runtime schedules by itself on threads of the system: a goroutine, say. Its stack is followed like
 * theirs, from registers the runtime kept, or is one that the runtime keeps.
 */
export interface LightThread extends ThreadSnapshot, KeptStack {
  /** What the runtime calls it, e.g. `goroutine 12`. */
  readonly title: string;
  /** What its runtime calls such threads: `goroutine`, `goroutines`. */
  readonly noun: readonly [one: string, many: string];
  /** In the runtime's words, e.g. `running`, `chan receive`. */
  readonly state: string;
  /** What it waits on; undefined where nothing tells. */
  waits(): LightWait | undefined;
  /** Of threads that wait for the same locks as those of the system: what for, and who has it. */
  wait?(): Wait | undefined;
  /** Seconds it has waited at least. */
  readonly waitedSeconds?: number;
  /** Other things to know, each as a predicate. */
  readonly notes: readonly string[];
  /** The call that started it. */
  readonly createdAt?: bigint;
  /** The thread of the system that it runs on. */
  readonly runsOn?: number | undefined;
  /** True for the runtime's own. */
  readonly isSystem: boolean;
  /** True for functions that say how a thread waits rather than where in the program. */
  isPlumbing(functionName: string): boolean;
}

export interface LightWait {
  /** As a predicate: `waits to receive from the channel 0x…, as do 39 others`. */
  readonly words: string;
  /** The same without the figures that change from moment to moment, for those who wait for the same. */
  readonly what: string;
  /** True when nothing can wake it. */
  readonly isForEver: boolean;
  /** True when only another light thread can wake it: no time, no file, no signal. */
  readonly needsOthers: boolean;
  /** Absent where it is not a lock. */
  readonly lock?: LightLock;
}

/** A lock, or a counter, that light threads wait for. Who holds it is not recorded. */
export interface LightLock {
  readonly address: bigint;
  /** `sync.Mutex main.gate (0x58acf0)` */
  readonly name: string;
  /** `held by someone, 2 wait` */
  readonly state: string;
}
