import { expect, it } from "vitest";
import { lockCircleOf, lockWaitWords } from "../../../../analyzer/heap/java/program/lockWaits";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

/** Threads by their ids, each parked for a lock, with the lock's owner. */
async function heapOf(owners: readonly (readonly [thread: bigint, owner: bigint | undefined])[]) {
  const builder = new HprofBuilder({ idSize: 8 });
  builder.class(0x10n, "java/lang/Object");
  const synchronizer = "java/util/concurrent/locks/AbstractOwnableSynchronizer";
  builder.class(0x20n, synchronizer, { super: 0x10n, fields: [["exclusiveOwnerThread", "object"]] });
  builder.class(0x30n, "com/acme/Lock", { super: 0x20n });
  builder.class(0x40n, "java/lang/Thread", { super: 0x10n, fields: [["parkBlocker", "object"]] });
  for (const [thread, owner] of owners) {
    const blocker = owner === undefined ? 0n : thread + 0x1000n;
    builder.instance(thread, 0x40n, { parkBlocker: blocker });
    if (owner !== undefined) builder.instance(blocker, 0x30n, { exclusiveOwnerThread: owner });
    builder.root("thread-object", thread, Number(thread), 0);
  }
  const { heap } = await openBytes(builder.build());
  return { heap, at: (thread: bigint) => heap.indexOf(thread)! };
}

it("finds the circle of parked threads that a thread is in, and none for those that only wait for it", async () => {
  const { heap, at } = await heapOf([
    [0x100n, 0x200n],
    [0x200n, 0x300n],
    [0x300n, 0x200n],
    [0x400n, undefined],
  ]);
  expect(lockCircleOf(heap, at(0x200n))).toEqual([at(0x200n), at(0x300n)]);
  expect(lockCircleOf(heap, at(0x100n))).toEqual([]);
  expect(lockWaitWords(heap, at(0x200n))).toBe(
    "is parked to wait for a com.acme.Lock: a deadlock of 2 threads",
  );
  expect(lockWaitWords(heap, at(0x100n))).toBe("is parked to wait for a com.acme.Lock");
  expect(lockWaitWords(heap, at(0x400n))).toBeUndefined();
});

it.each([
  [1000, 1000],
  [1001, 0],
])("follows a circle of %i threads, of which it tells %i", async (length, told) => {
  const thread = (k: number) => 0x100000n + BigInt(k % length) * 0x2000n;
  const circle = Array.from({ length }, (_, k) => [thread(k), thread(k + 1)] as const);
  const { heap, at } = await heapOf(circle);
  expect(lockCircleOf(heap, at(thread(0)))).toHaveLength(told);
});
