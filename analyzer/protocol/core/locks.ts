import { dump } from "../dump/open";
import { request } from "../request";

/** A thread that waits for others. */
export interface CoreWait {
  readonly lwp: number;
  /** `mutex`, `readWriteLock`, `condition`, `join`, … */
  readonly kind: string;
  /** `0x…` */
  readonly address: string;
  /** Name of the variable, where a symbol has it. */
  readonly lock?: string;
  /** The thread that holds the lock, or whose end is waited for, where memory tells. */
  readonly owner?: number;
  /** Readers that hold the lock; who they are is not recorded. */
  readonly readers?: number;
  /** True when it ends by itself after a while. */
  readonly timed: boolean;
  /** In words, with the function of the program that waits. */
  readonly words: string;
}

export interface CoreDeadlock {
  /** `circle`, `ownerGone`, `ownerSleeps`, `everybodyWaits` */
  readonly kind: string;
  readonly certain: boolean;
  readonly lwps: readonly number[];
  readonly words: string;
}

export const coreLockRequests = {
  /** Threads that wait on locks and the like, and those that will wait for ever. */
  "core/locks": request({ dump }).gives<{
    readonly waits: readonly CoreWait[];
    readonly deadlocks: readonly CoreDeadlock[];
  }>(),
};
