import { circlesOf } from "../../base/circles";
import type { Wait } from "./wait";

export type DeadlockKind =
  /** Each waits for the next one of a circle; of one thread, for itself. */
  | "circle"
  /** The owner of a lock ended without giving it back. */
  | "ownerGone"
  /** The owner of a lock sleeps until somebody wakes it, and others wait for the lock. */
  | "ownerSleeps"
  /** No thread is left that could wake another. */
  | "everybodyWaits";

/** Threads that cannot go on, by what is recorded in memory. */
export interface Deadlock {
  readonly kind: DeadlockKind;
  /** In a circle each waits for the next, the last for the first. */
  readonly waits: readonly Wait[];
  /** Locks with readers, whose owners nobody records, are part of it. */
  readonly isCertain: boolean;
}

/** Waits that end only when another thread does something. */
const untold: ReadonlySet<Wait["kind"]> = new Set(["parked", "goRuntime", "futex", "atomic"]);
const sleeps: ReadonlySet<Wait["kind"]> = new Set(["condition", "semaphore", "rustCondition"]);

/** @param threads of the process, waiting or not */
export function deadlocksIn(waits: readonly Wait[], threads: number): Deadlock[] {
  const forever = waits.filter(({ isTimed }) => !isTimed);
  const byThread = new Map(forever.map((wait) => [wait.lwp, wait]));
  const ownerOf = ({ owner }: Wait) => (owner === undefined ? undefined : byThread.get(owner));
  const found = [...circlesOf(byThread.values(), ownerOf)].map(
    (circle): Deadlock => ({ kind: "circle", waits: circle, isCertain: true }),
  );
  const inCircle = new Set(found.flatMap(({ waits: members }) => members.map(({ lwp }) => lwp)));
  for (const wait of forever) {
    if (inCircle.has(wait.lwp) || wait.kind === "join") continue;
    if (wait.isOwnerGone) found.push({ kind: "ownerGone", waits: [wait], isCertain: true });
    const owner = ownerOf(wait);
    if (owner !== undefined && sleeps.has(owner.kind) && !owner.isOfRuntime)
      found.push({ kind: "ownerSleeps", waits: [wait, owner], isCertain: false });
  }
  if (found.length === 0 && threads > 0 && forever.length === threads) {
    const blocked = forever.filter(({ kind }) => isLock(kind));
    const isTold = forever.every(({ kind }) => !untold.has(kind));
    if (blocked.length > 0 && isTold) found.push({ kind: "everybodyWaits", waits: blocked, isCertain: true });
  }
  return found;
}

function isLock(kind: Wait["kind"]): boolean {
  return ["mutex", "readWriteLock", "rustMutex", "rustReadWriteLock", "internalLock"].includes(kind);
}
