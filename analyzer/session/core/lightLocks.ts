import { formatHex } from "../../base/units";
import type { LightLock, LightThread } from "../../core/managed/lightThread";
import type { CoreLightLock } from "../../protocol/core/lightThreads";

const mostLocks = 100;
const threadsOfLock = 100;

/** Locks that some light threads wait for, with who waits. */
export function lightLocksOf(threads: readonly LightThread[]): CoreLightLock[] {
  const locks = new Map<bigint, { readonly lock: LightLock; readonly waiting: LightThread[] }>();
  for (const thread of threads) {
    const lock = thread.waits()?.lock;
    if (lock === undefined) continue;
    const known = locks.get(lock.address);
    if (known === undefined) locks.set(lock.address, { lock, waiting: [thread] });
    else known.waiting.push(thread);
  }
  return [...locks.values()]
    .sort((a, b) => b.waiting.length - a.waiting.length)
    .slice(0, mostLocks)
    .map(({ lock: { address, name, state }, waiting }) => ({
      address: formatHex(address),
      name,
      state,
      count: waiting.length,
      threads: waiting.slice(0, threadsOfLock).map(({ lwp, title }) => ({ lwp, title })),
    }));
}
