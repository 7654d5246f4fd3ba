import type { ProcessModule } from "../modules/processModule";

/** What a thread waits for. */
export type WaitKind =
  | "mutex"
  | "readWriteLock"
  | "condition"
  | "semaphore"
  | "barrier"
  | "once"
  | "join"
  | "internalLock"
  | "rustMutex"
  | "rustReadWriteLock"
  | "rustCondition"
  | "parked"
  | "atomic"
  | "goRuntime"
  | "futex"
  /** Of a language runtime: its words are its own. */
  | "javaMonitor"
  | "javaCondition"
  | "javaLock"
  | "javaParked"
  /** Python's GIL. */
  | "interpreterLock";

/** A thread that waits for others. Threads by their lwp. */
export interface Wait {
  readonly lwp: number;
  readonly kind: WaitKind;
  /** The lock, not the word of it that is slept on. */
  readonly address: bigint;
  /** Who must act first, where memory tells: the lock's owner, or the thread that is joined. */
  readonly owner?: number;
  /** The owner is not a thread of the process any more. */
  readonly isOwnerGone?: true;
  /** Of a lock for readers and writers: how many readers have it. Who they are is not recorded. */
  readonly readers?: number;
  readonly isWriting?: true;
  /** Of mutexes: `normal`, `recursive`, `error-checking`, `adaptive`. */
  readonly mutexKind?: string;
  readonly isTimed: boolean;
  /** What called the C library to wait, where the stack leads there. */
  readonly module?: ProcessModule;
  /** A runtime's own: its machinery waits with locks in hand, and wakes itself. */
  readonly isOfRuntime?: true;
  /** What a language runtime says of the wait, without its owner: `waits to lock the monitor of a java.lang.Object (0x…)`. */
  readonly told?: string;
  /** Name of the owner, where it has one; it need not be a thread of the system. */
  readonly ownerName?: string;
  /** The function of the program that waits, as a runtime tells it: `Orders.take at Orders.java:12`. */
  readonly sinceTold?: string;
  /** Frame of the stack that waits on behalf of the program, and which function there. */
  readonly since?: { readonly frame: number; readonly inline: number };
}
