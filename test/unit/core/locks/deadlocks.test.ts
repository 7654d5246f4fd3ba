import { expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { deadlocksIn } from "../../../../analyzer/core/locks/deadlocks";
import { lockFactsOf, looksLikeMutex } from "../../../../analyzer/core/locks/lockWords";
import type { Wait, WaitKind } from "../../../../analyzer/core/locks/wait";
import { waitKindOf } from "../../../../analyzer/core/locks/waitKinds";
import { MemoryImage } from "../../../../analyzer/core/memoryImage";

const wait = (lwp: number, kind: WaitKind, more: Partial<Wait> = {}): Wait => ({
  lwp,
  kind,
  address: 0x1000n,
  isTimed: false,
  ...more,
});
const mutex = (lwp: number, owner: number, more: Partial<Wait> = {}) =>
  wait(lwp, "mutex", { owner, ...more });
const told = (waits: readonly Wait[], threads = 100) =>
  deadlocksIn(waits, threads).map(({ kind, waits: members }) => [kind, ...members.map(({ lwp }) => lwp)]);

it("finds circles of any length, each once", () => {
  expect(told([mutex(1, 2), mutex(2, 1)])).toEqual([["circle", 1, 2]]);
  expect(told([mutex(1, 1)])).toEqual([["circle", 1]]);
  expect(told([mutex(5, 1), mutex(1, 2), mutex(2, 3), wait(3, "join", { owner: 1 })])).toEqual([
    ["circle", 1, 2, 3],
  ]);
  expect(told([mutex(1, 2), mutex(2, 1), mutex(3, 4), mutex(4, 3)])).toEqual([
    ["circle", 1, 2],
    ["circle", 3, 4],
  ]);
  const long = Array.from({ length: 50_000 }, (_, lwp) => mutex(lwp, (lwp + 1) % 50_000));
  expect(deadlocksIn(long, 50_000)[0]!.waits).toHaveLength(50_000);
});

it("tells nothing of waits that end by themselves or whose owner goes on", () => {
  expect(told([mutex(1, 2, { isTimed: true }), mutex(2, 1)])).toEqual([]);
  expect(told([mutex(1, 2), mutex(3, 2)])).toEqual([]);
  expect(told([wait(1, "condition"), wait(2, "condition"), wait(3, "semaphore")], 3)).toEqual([]);
});

it("tells locks whose owner ended, or sleeps until it is woken", () => {
  expect(told([mutex(1, 9, { isOwnerGone: true })])).toEqual([["ownerGone", 1]]);
  expect(told([mutex(1, 2), wait(2, "condition")])).toEqual([["ownerSleeps", 1, 2]]);
  expect(told([mutex(1, 2), wait(2, "condition", { isOfRuntime: true })])).toEqual([]);
  expect(told([wait(1, "join", { owner: 2 }), wait(2, "condition")])).toEqual([]);
});

it("tells processes in which nobody is left to wake another", () => {
  const waits = [wait(1, "join", { owner: 2 }), wait(2, "rustMutex")];
  expect(told(waits, 2)).toEqual([["everybodyWaits", 2]]);
  expect(told(waits, 3)).toEqual([]);
  expect(told([...waits, wait(3, "futex")], 3)).toEqual([]);
});

it("knows by which functions is waited, glibc's and musl's, Rust's and C++'s", () => {
  const kinds = [
    ["futex_wait", "__lll_lock_wait", "___pthread_mutex_lock"],
    ["__futex_abstimed_wait_common64", "__pthread_clockjoin_ex", "pthread_join"],
    ["__timedwait_cp", "pthread_cond_timedwait"],
    ["__pthread_rwlock_wrlock_full64", "___pthread_rwlock_wrlock", "std::__shared_mutex_pthread::lock"],
    ["futex_wait", "__new_sem_wait_slow64"],
    ["std::sys::sync::mutex::futex::Mutex::lock_contended"],
    ["runtime.futex.abi0", "runtime.futexsleep"],
    ["something", "else"],
  ].map(waitKindOf);
  expect(kinds).toEqual([
    ...["mutex", "join", "condition", "readWriteLock", "semaphore", "rustMutex", "goRuntime"],
    undefined,
  ]);
});

/** Memory of 4 KiB at 0x1000 with these words. */
function memoryOf(words: Readonly<Record<number, number>>, pointerBytes: 4 | 8 = 8): MemoryImage {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of Object.entries(words)) view.setUint32(Number(at), word, true);
  const segment = {
    start: 0x1000n,
    end: 0x2000n,
    fileOffset: 0,
    fileBytes: 4096,
    dumpedBytes: 4096,
    protection: 6,
  };
  return new MemoryImage(new BytesSource("core", bytes), [segment], [], { pointerBytes, littleEndian: true });
}

it("reads owners where they are recorded", () => {
  const call = (address: bigint) => ({ address, isTimed: false });
  const facts = (kind: WaitKind, at: bigint, memory: MemoryImage, isMusl = false) =>
    lockFactsOf(kind, call(at), memory, isMusl);
  expect(facts("mutex", 0x1000n, memoryOf({ 0: 2, 4: 1, 8: 77, 16: 1 }))).toEqual({
    ...{ address: 0x1000n, owner: 77, mutexKind: "recursive" },
  });
  expect(facts("mutex", 0x1000n, memoryOf({ 0: 2, 8: 77, 12: 2 }, 4))).toMatchObject({
    ...{ owner: 77, mutexKind: "error-checking" },
  });
  // Priority inheritance: the word itself has the owner, with the bit of waiters.
  expect(facts("mutex", 0x1000n, memoryOf({ 0: 0x8000_0000 + 78, 16: 0x20 }))).toMatchObject({ owner: 78 });
  expect(facts("mutex", 0x1000n, memoryOf({ 0: 2, 8: 77, 16: 0x80 }))).toMatchObject({ isShared: true });
  expect(facts("mutex", 0x1004n, memoryOf({ 0: 1, 4: 0x8000_0000 + 79 }), true)).toMatchObject({
    ...{ address: 0x1000n, owner: 79 },
  });
  expect(facts("mutex", 0x1004n, memoryOf({ 4: 0x8000_0010 }), true).owner).toBeUndefined();
  expect(facts("readWriteLock", 0x100cn, memoryOf({ 0: 8 * 3 }))).toEqual({ address: 0x1000n, readers: 3 });
  expect(facts("readWriteLock", 0x1008n, memoryOf({ 0: 8 + 3, 24: 80 }))).toEqual({
    address: 0x1000n,
    owner: 80,
  });
  expect(facts("condition", 0x102cn, memoryOf({}))).toEqual({ address: 0x1000n });
  expect(facts("join", 0x1010n, memoryOf({ 16: 81 }))).toMatchObject({ owner: 81 });
  // Of musl the number, until it slept on a thread's state.
  expect(facts("join", 0x1010n, memoryOf({ 16: 81 }), true)).toMatchObject({ owner: 81 });
  expect(facts("join", 0x1010n, memoryOf({ 8: 82, 16: 2 }), true)).toMatchObject({ owner: 82 });
  expect(looksLikeMutex(0x1000n, memoryOf({ 0: 2, 8: 77 }), (lwp) => lwp === 77)).toBe(true);
  expect(looksLikeMutex(0x1000n, memoryOf({ 0: 2, 8: 76 }), (lwp) => lwp === 77)).toBe(false);
});
