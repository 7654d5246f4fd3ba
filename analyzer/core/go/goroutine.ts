/** What a goroutine does, in the words of Go's own traces. */
export type GoroutineState =
  | "idle"
  | "runnable"
  | "running"
  | "syscall"
  | "waiting"
  | "copying stack"
  | "preempted"
  | "leaked";

/** One goroutine of the process; dead ones, which the runtime keeps for reuse, are none. */
export interface Goroutine {
  /** Address of its `runtime.g`. */
  readonly address: bigint;
  readonly id: bigint;
  readonly state: GoroutineState;
  /** Why it waits, in the runtime's words, e.g. `chan receive`. */
  readonly reason?: string;
  /** True for the runtime's own. */
  readonly isSystem: boolean;
  /** Nanoseconds of the runtime's clock: since when it waits, as a garbage collection noticed. */
  readonly waitingSince?: bigint;
  readonly stackStart: bigint;
  readonly stackEnd: bigint;
  readonly sp: bigint;
  readonly pc: bigint;
  readonly framePointer: bigint;
  /** Where the function that started it did so; absent for the first one. */
  readonly createdAt?: bigint;
  readonly createdBy?: bigint;
  readonly startsAt: bigint;
  /** The thread it runs on. */
  readonly lwp?: number;
  /** The thread it is locked to by `runtime.LockOSThread`. */
  readonly lockedTo?: number;
  /** What it waits on, when it is in the queue of channels. */
  readonly waiting: bigint;
}
