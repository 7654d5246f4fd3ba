import type { WaitKind } from "./wait";

/** Functions by which C libraries and languages wait, the first that fits from the inside out. */
const kinds: readonly (readonly [RegExp, WaitKind])[] = [
  [/(^|_)pthread_mutex_(timed|clock)?lock/, "mutex"],
  [/(^|_)pthread_rwlock_(timed|clock)?(rd|wr)lock/, "readWriteLock"],
  [/(^|_)pthread_cond_(timed|clock)?wait/, "condition"],
  [/(^|_)pthread_(timed|clock)?join/, "join"],
  [/(^|_)(new_)?sem_(timed|clock)?wait/, "semaphore"],
  [/(^|_)pthread_barrier_wait/, "barrier"],
  [/(^|_)pthread_once/, "once"],
  [/^__lll_lock_wait_private/, "internalLock"],
  [/mutex::futex::Mutex::lock|futex_mutex::Mutex::lock/, "rustMutex"],
  [/(rwlock::futex|futex_rwlock)::RwLock::(read|write)/, "rustReadWriteLock"],
  [/(condvar::futex|futex_condvar)::Condvar::wait/, "rustCondition"],
  [/(thread_parking|thread_parker)::|std::thread::park/, "parked"],
  [/(once::futex|futex_once|once::queue)::/, "once"],
  [/^runtime\.futex/, "goRuntime"],
  [/__atomic_futex_unsigned|__atomic_wait|__platform_wait|__libcpp_atomic_wait/, "atomic"],
];

/** @param functions names from the inside out */
export function waitKindOf(functions: readonly string[]): WaitKind | undefined {
  for (const name of functions) {
    const found = kinds.find(([pattern]) => pattern.test(name));
    if (found !== undefined) return found[1];
  }
  return undefined;
}

export function isWriter(functions: readonly string[]): boolean {
  return functions.some((name) => /rwlock_(timed|clock)?wrlock|RwLock::write/.test(name));
}
