import type { MemoryImage } from "../memoryImage";
import { conditionAt } from "./conditionVariable";
import type { FutexCall } from "./futexCall";
import type { Wait, WaitKind } from "./wait";

/** What the words of a lock tell. */
export type LockFacts = Pick<Wait, "address" | "mutexKind" | "readers"> & {
  readonly owner?: number;
  /** Other processes use it too: the owner may be one of their threads. */
  readonly isShared?: true;
};

/** glibc, `struct __pthread_mutex_s`: lock, count, owner; users and kind change places with the width. */
const mutexKindAt = { 8: 16n, 4: 12n } as const;
const mutexKinds = ["normal", "recursive", "error-checking", "adaptive"];
/** Bits of a futex that has its owner in it (futex(2)). */
const ownerBits = 0x3fff_ffff;
/** PTHREAD_MUTEX_ROBUST, _PRIO_INHERIT: the word that is slept on has the owner. */
const ownerInWord = 0x30;
/** PTHREAD_PROCESS_SHARED in a mutex's kind. */
const processShared = 0x80;
/** musl's `pthread_mutex_t` begins with its type; EBUSY stands for "locked" where no owner is recorded. */
const muslBusy = 16;

/** `DT_DETACHED`, the highest state of a thread of musl. */
const muslDetachStates = 3;

/** `struct __pthread_rwlock_arch_t` since glibc 2.25: readers, writers, two words to sleep on, …, the writer. */
const wordsSleptOn = [8n, 12n];
const writerAt = { 8: 24n, 4: 28n } as const;
const writerHasIt = 2;
const readersShift = 3;

/** @param isMusl the C library is musl, whose locks are laid out otherwise */
export function lockFactsOf(
  kind: WaitKind | undefined,
  { address, expected }: FutexCall,
  memory: MemoryImage,
  isMusl: boolean,
): LockFacts {
  switch (kind) {
    case "mutex":
      return isMusl ? muslMutex(address, memory) : mutexAt(address, memory);
    case "readWriteLock":
      return isMusl ? { address } : readWriteLockAt(address, memory);
    case "condition":
      return { address: isMusl ? address : conditionAt(address, memory) };
    // The kernel clears the word when the thread ends: until then it has its number. Since musl 1.1.17 the word is one
    // of `struct pthread`, two behind the number.
    case "join": {
      const word = memory.u32(address) ?? expected;
      const joined =
        isMusl && word !== undefined && word <= muslDetachStates ? memory.u32(address - 8n) : word;
      return joined === undefined || joined === 0 ? { address } : { address, owner: joined };
    }
    default:
      return { address };
  }
}

/** True where words look like a mutex of glibc that somebody has: for code without names. */
export function looksLikeMutex(
  address: bigint,
  memory: MemoryImage,
  isThread: (lwp: number) => boolean,
): boolean {
  const owner = memory.u32(address + 8n) ?? 0;
  const kind = memory.u32(address + mutexKindAt[memory.pointerBytes]) ?? -1;
  return memory.u32(address) === 2 && isThread(owner) && kind >= 0 && (kind & ~0x1ff) === 0;
}

function mutexAt(address: bigint, memory: MemoryImage): LockFacts {
  const kind = memory.u32(address + mutexKindAt[memory.pointerBytes]) ?? 0;
  const word = memory.u32(address) ?? 0;
  const recorded = memory.u32(address + 8n) ?? 0;
  const owner = (kind & ownerInWord) !== 0 ? word & ownerBits : recorded;
  const mutexKind = mutexKinds[kind & 3]!;
  return {
    address,
    mutexKind,
    ...(owner !== 0 && word !== 0 && { owner }),
    ...((kind & processShared) !== 0 && { isShared: true as const }),
  };
}

function muslMutex(slept: bigint, memory: MemoryImage): LockFacts {
  const address = slept - 4n;
  const kind = memory.u32(address) ?? 0;
  const owner = (memory.u32(slept) ?? 0) & ownerBits;
  const mutexKind = mutexKinds[kind & 3]!;
  return { address, mutexKind, ...((kind & 3) !== 0 && owner !== muslBusy && owner !== 0 && { owner }) };
}

function readWriteLockAt(slept: bigint, memory: MemoryImage): LockFacts {
  const distance = memory.pointerBytes === 4 || slept % 8n === 0n ? wordsSleptOn[0]! : wordsSleptOn[1]!;
  const address = slept - distance;
  const state = memory.u32(address) ?? 0;
  const readers = state >>> readersShift;
  const writer = memory.u32(address + writerAt[memory.pointerBytes]) ?? 0;
  // Readers that wait for a writer are counted too.
  if ((state & writerHasIt) !== 0 && writer !== 0) return { address, owner: writer };
  return readers > 0 ? { address, readers } : { address };
}
