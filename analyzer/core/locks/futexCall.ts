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
  /** Position of the call's number in the dump's registers. */
  readonly numberAt: number;
  /**
   * Position of its result, which says that the call was interrupted; or the instruction of the call, where the result
   * would be in the register of the address: the kernel puts that back and goes back to the instruction.
   */
  readonly toldBy: { readonly resultAt: number } | { readonly instruction: number };
  /** Registers of address, operation, value and timeout, by DWARF number. */
  readonly arguments: readonly [number, number, number, number];
}

/** syscall(2), and the order of `struct user_regs_struct`. */
const layouts: Partial<Record<ArchitectureName, CallLayout>> = {
  x86_64: { number: 202n, numberAt: 15, toldBy: { resultAt: 10 }, arguments: [5, 4, 1, 10] },
  i386: { number: 240n, numberAt: 11, toldBy: { resultAt: 6 }, arguments: [3, 1, 2, 6] },
  // svc #0
  aarch64: { number: 98n, numberAt: 8, toldBy: { instruction: 0xd4000001 }, arguments: [0, 1, 2, 3] },
  // ecall
  riscv64: { number: 98n, numberAt: 17, toldBy: { instruction: 0x73 }, arguments: [10, 11, 12, 13] },
};

/** futex(2): FUTEX_WAIT, FUTEX_LOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2. */
const waits = new Set([0, 6, 9, 11, 13]);
const priorityInheriting = new Set([6, 13]);
const operationBits = 0x7f;
/** EINTR, and the kernel's ERESTARTSYS to ERESTART_RESTARTBLOCK. */
const interruptedResults = new Set([-4, -512, -513, -514, -516]);

export function futexCallOf(process: ProcessSnapshot, thread: ThreadSnapshot): FutexCall | undefined {
  const layout = layouts[process.architecture.name];
  if (layout === undefined || thread.registerWords[layout.numberAt] !== layout.number) return undefined;
  if (!isInCall(layout, process, thread)) return undefined;
  const { registers } = thread;
  const [address, operation, expected, timeout] = layout.arguments.map((number) => registers[number] ?? 0n);
  const command = Number(operation! & BigInt(operationBits));
  if (!waits.has(command)) return undefined;
  return {
    address: address!,
    isTimed: timeout !== 0n,
    ...(!priorityInheriting.has(command) && { expected: Number(BigInt.asUintN(32, expected!)) }),
  };
}

function isInCall(
  { toldBy, arguments: places }: CallLayout,
  process: ProcessSnapshot,
  thread: ThreadSnapshot,
) {
  if ("resultAt" in toldBy) {
    const result = Number(BigInt.asIntN(32, thread.registerWords[toldBy.resultAt] ?? 0n));
    return interruptedResults.has(result);
  }
  const { memory, architecture } = process;
  const pc = thread.registers[architecture.programCounter];
  const address = thread.registers[places[0]];
  if (pc === undefined || address === undefined || memory.u32(address) === undefined) return false;
  // qemu has gone past the instruction, and has no result yet.
  return memory.u32(pc) === toldBy.instruction || memory.u32(pc - 4n) === toldBy.instruction;
}
