import { describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { threadsOf } from "../../../../analyzer/heap/java/program/threads";
import { heapDeadlocks, lockWaitWords } from "../../../../analyzer/session/heap/lockRows";
import { threadPage } from "../../../../analyzer/session/heap/threadRows";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

const waiting = 0x91;
const timedWaiting = 0xb1;

interface DraftThread {
  readonly id: bigint;
  /** Who has the lock that it is parked for; undefined for a thread that is not parked. */
  readonly owner?: bigint;
  readonly status?: number;
}

async function heapOf(drafts: readonly DraftThread[]) {
  const builder = new HprofBuilder({ idSize: 8 });
  builder.class(0x10n, "java/lang/Object");
  const synchronizer = "java/util/concurrent/locks/AbstractOwnableSynchronizer";
  builder.class(0x20n, synchronizer, { super: 0x10n, fields: [["exclusiveOwnerThread", "object"]] });
  builder.class(0x30n, "com/acme/Lock", { super: 0x20n });
  builder.class(0x40n, "java/lang/Thread", {
    super: 0x10n,
    fields: [
      ["parkBlocker", "object"],
      ["threadStatus", "int"],
    ],
  });
  for (const { id, owner, status = waiting } of drafts) {
    const parkBlocker = owner === undefined ? 0n : id + 0x1000n;
    builder.instance(id, 0x40n, { parkBlocker, threadStatus: status });
    if (owner !== undefined) builder.instance(parkBlocker, 0x30n, { exclusiveOwnerThread: owner });
    builder.root("thread-object", id, Number(id), 0);
  }
  const { heap } = await openBytes(builder.build());
  const threads = threadsOf(heap, unwatched);
  const words = (id: bigint) => {
    const object = heap.indexOf(id);
    return lockWaitWords(heap, threads.find((thread) => thread.object === object)!);
  };
  const order = threadPage(heap, 0, 3, undefined).rows.map(({ objectId }) => objectId);
  return { deadlocks: heapDeadlocks(heap, threads), words, order };
}

describe("threads of a heap dump that wait for locks", () => {
  it("are in a deadlock when they wait in a circle, and not when they only wait for one", async () => {
    const { deadlocks, words, order } = await heapOf([
      { id: 0x100n, owner: 0x200n },
      { id: 0x200n, owner: 0x300n },
      { id: 0x300n, owner: 0x200n },
      { id: 0x400n },
    ]);
    expect(deadlocks.map(({ threads }) => threads)).toEqual([["0x200", "0x300"]]);
    expect(order).toEqual(["0x200", "0x300", "0x100"]);
    expect(words(0x200n)).toBe('is parked to wait for a com.acme.Lock (0x1200), held by "0x300"');
    expect(words(0x100n)).toBe('is parked to wait for a com.acme.Lock (0x1100), held by "0x200"');
    expect(words(0x400n)).toBeUndefined();
  });

  it("are not when one of them waits only for a while", async () => {
    const { deadlocks, words } = await heapOf([
      { id: 0x200n, owner: 0x300n },
      { id: 0x300n, owner: 0x200n, status: timedWaiting },
    ]);
    expect(deadlocks).toEqual([]);
    expect(words(0x300n)).toBe(
      'is parked to wait for a com.acme.Lock (0x1300), held by "0x200", with a timeout',
    );
  });

  it("are when one waits for itself", async () => {
    const { deadlocks } = await heapOf([{ id: 0x200n, owner: 0x200n }]);
    expect(deadlocks[0]!.words).toMatch(/^deadlock: .* \(0x1200\), which it holds itself$/);
  });

  it("are told to the fourth", async () => {
    const id = (k: number) => 0x100000n + BigInt(k % 2000) * 0x2000n;
    const { deadlocks } = await heapOf(
      Array.from({ length: 2000 }, (_, k) => ({ id: id(k), owner: id(k + 1) })),
    );
    expect(deadlocks).toHaveLength(1);
    expect(deadlocks[0]!.threads).toHaveLength(2000);
    expect(deadlocks[0]!.words).toMatch(/^deadlock of 2000 threads: .*; and 1996 more$/);
    expect(deadlocks[0]!.words.split("; ")).toHaveLength(5);
  });
});
