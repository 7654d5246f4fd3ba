import type { ArchitectureName } from "../architecture";
import type { ProcessSnapshot, ThreadSnapshot } from "../processSnapshot";

/** A thread that sleeps in futex(2). */
export interface FutexCall {
  readonly address: bigint;
  /** The value the word had when the thread went to sleep; of priority-inheriting locks none. */
  readonly expected?: number;
  /** It wakes up by itself after a while. */
  readonly isTimed: boolean;
}

interface CallLayout {
  readonly number: bigint;
  /** Position of the call's number in the dump's registers, and of its result. */
  readonly numberAt: number;
  readonly resultAt: number;
  /** Registers of address, operation, value and timeout, by DWARF number. */
  readonly arguments: readonly [number, number, number, number];
}

/** syscall(2), and the order of `struct user_regs_struct`. The result of an interrupted call says that it goes on. */
const layouts: Partial<Record<ArchitectureName, CallLayout>> = {
  x86_64: { number: 202n, numberAt: 15, resultAt: 10, arguments: [5, 4, 1, 10] },
  i386: { number: 240n, numberAt: 11, resultAt: 6, arguments: [3, 1, 2, 6] },
};

/** futex(2): FUTEX_WAIT, FUTEX_LOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2. */
const waits = new Set([0, 6, 9, 11, 13]);
const priorityInheriting = new Set([6, 13]);
const operationBits = 0x7f;
/** EINTR, and the kernel's ERESTARTSYS to ERESTART_RESTARTBLOCK. */
const interruptedResults = new Set([-4, -512, -513, -514, -516]);

export function futexCallOf(
  { architecture }: ProcessSnapshot,
  thread: ThreadSnapshot,
): FutexCall | undefined {
  const layout = layouts[architecture.name];
  if (layout === undefined) return undefined;
  const { registerWords, registers } = thread;
  const result = Number(BigInt.asIntN(32, registerWords[layout.resultAt] ?? 0n));
  if (registerWords[layout.numberAt] !== layout.number || !interruptedResults.has(result)) return undefined;
  const [address, operation, expected, timeout] = layout.arguments.map((number) => registers[number] ?? 0n);
  const command = Number(operation! & BigInt(operationBits));
  if (!waits.has(command)) return undefined;
  return {
    address: address!,
    isTimed: timeout !== 0n,
    ...(!priorityInheriting.has(command) && { expected: Number(BigInt.asUintN(32, expected!)) }),
  };
}
