import { formatCount, formatQuantity } from "../../base/figures";
import type { GoRuntime } from "./goRuntime";

/** A lock or counter of package sync that goroutines sleep on. */
export interface SyncObject {
  readonly kind: "Mutex" | "RWMutex" | "WaitGroup";
  readonly address: bigint;
  /** What its words say, e.g. `held by someone, 2 wait`. */
  readonly state: string;
}

/** Which semaphore of which object a function sleeps on: bytes from the object's start. */
const semaphores: Readonly<Record<string, { readonly kind: SyncObject["kind"]; readonly offset: bigint }>> = {
  "sync.(*Mutex).lockSlow": { kind: "Mutex", offset: 4n },
  "internal/sync.(*Mutex).lockSlow": { kind: "Mutex", offset: 4n },
  "sync.(*RWMutex).RLock": { kind: "RWMutex", offset: 12n },
  "sync.(*RWMutex).Lock": { kind: "RWMutex", offset: 8n },
  "sync.(*WaitGroup).Wait": { kind: "WaitGroup", offset: 8n },
};

/** @param name of the function that called into the runtime to sleep on a semaphore */
export function syncObjectOf(name: string, semaphore: bigint, runtime: GoRuntime): SyncObject | undefined {
  const found = semaphores[name];
  if (found === undefined) return undefined;
  const address = semaphore - found.offset;
  return { kind: found.kind, address, state: stateOf(found.kind, address, runtime) };
}

const pendingWriter = 1 << 30;

function stateOf(kind: SyncObject["kind"], address: bigint, { memory }: GoRuntime): string {
  switch (kind) {
    case "Mutex": {
      const state = memory.u32(address) ?? 0;
      const waiters = Math.floor(state / 8);
      // Go does not record who.
      return `${state % 2 === 1 ? "held by someone" : "free, its next holder is woken"}, ${waiting(waiters)}`;
    }
    case "RWMutex": {
      const count = memory.i32(address + 16n) ?? 0;
      // A writer that waits or holds it makes the count of readers negative.
      const readers = count < 0 ? count + pendingWriter : count;
      const leaving = Math.max(0, memory.i32(address + 20n) ?? 0);
      if (count >= 0) return `held by ${formatQuantity(readers, "reader")}`;
      return leaving > 0
        ? `held by ${formatQuantity(leaving, "reader")}, a writer waits`
        : "held by a writer";
    }
    case "WaitGroup": {
      const counter = memory.i32(address + 4n) ?? 0;
      return `its counter is ${formatCount(counter)}`;
    }
  }
}

function waiting(count: number): string {
  return count === 1 ? "1 waits" : `${formatCount(count)} wait`;
}
