import type { Architecture } from "../architecture";
import type { MemoryImage } from "../memoryImage";

/**
 * The kernel's frame of a signal handler, for trampolines without unwind information (static programs, other C
 * libraries): told by the two instructions of the trampoline, read from `struct rt_sigframe`.
 */

interface Trampoline {
  readonly code: readonly number[];
  /** Distance from the stack pointer at the trampoline to each register, by DWARF number. */
  readonly registerOffsets: readonly number[];
}

/** mov $15, %rax; syscall. `ucontext.uc_mcontext.gregs` is r8-r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip. */
const gregs = (index: number) => 40 + 8 * index;
const x86_64: Trampoline = {
  code: [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05],
  registerOffsets: [13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7, 16].map(gregs),
};

/** mov x8, #139; svc #0. siginfo is 128 bytes, uc_mcontext is 176 into ucontext and begins with the fault address. */
const aarch64: Trampoline = {
  code: [0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4],
  registerOffsets: Array.from({ length: 33 }, (_, index) => 128 + 176 + 8 + 8 * index),
};

const trampolines: Readonly<Partial<Record<Architecture["name"], Trampoline>>> = { x86_64, aarch64 };

/** The interrupted registers when `pc` is at a signal trampoline. */
export function interruptedRegisters(
  architecture: Architecture,
  memory: MemoryImage,
  pc: bigint,
  stackPointer: bigint,
): (bigint | undefined)[] | undefined {
  const trampoline = trampolines[architecture.name];
  if (trampoline === undefined) return undefined;
  const code = memory.bytes(pc, trampoline.code.length);
  if (code.length < trampoline.code.length || !trampoline.code.every((byte, i) => code[i] === byte)) {
    return undefined;
  }
  const registers = trampoline.registerOffsets.map((offset) => memory.u64(stackPointer + BigInt(offset)));
  return registers[architecture.programCounter] === undefined ? undefined : registers;
}
