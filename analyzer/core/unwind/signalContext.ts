import type { Architecture } from "../architecture";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";

/**
 * The kernel's frame of a signal handler, for trampolines without unwind information (static programs, other C
 * libraries): told by the two instructions of the trampoline, read from `struct rt_sigframe`.
 */

interface Trampoline {
  readonly code: readonly number[];
  /** Distance from the stack pointer at the trampoline to each register, by DWARF number. */
  readonly registerOffsets: readonly number[];
  /** A word the kernel always writes: tells the frame when the code cannot be read. */
  readonly mark?: { readonly offset: number; readonly mask: bigint; readonly value: bigint };
}

/** mov $15, %rax; syscall. `ucontext.uc_mcontext.gregs` is r8-r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip. */
const gregs = (index: number) => 40 + 8 * index;
const x86_64: Trampoline = {
  code: [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05],
  registerOffsets: [13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7, 16].map(gregs),
  // gregs 18 has the selectors: of 64-bit code, gs, fs, and ss where the kernel tells it.
  mark: { offset: gregs(18), mask: 0xffff_ffff_ffffn, value: 0x33n },
};

/** mov x8, #139; svc #0. siginfo is 128 bytes, uc_mcontext is 176 into ucontext and begins with the fault address. */
const aarch64: Trampoline = {
  code: [0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4],
  registerOffsets: Array.from({ length: 33 }, (_, index) => 128 + 176 + 8 + 8 * index),
  // FPSIMD_MAGIC, the first record behind the registers, which the kernel aligns to 16 bytes.
  mark: { offset: 128 + 176 + 288, mask: 0xffff_ffffn, value: 0x46508001n },
};

/** `struct sigcontext_32` is gs, fs, es, ds, di, si, bp, sp, bx, dx, cx, ax, trapno, err, ip. */
const sigcontext32 = (start: number) => [44, 40, 36, 32, 28, 24, 20, 16, 56].map((offset) => start + offset);

/** mov $173, %eax; int $0x80. Signal number, two pointers and siginfo of 128 bytes are before ucontext. */
const i386: Trampoline = {
  code: [0xb8, 0xad, 0, 0, 0, 0xcd, 0x80],
  registerOffsets: sigcontext32(160),
};

/** pop %eax; mov $119, %eax; int $0x80: of handlers that did not ask for siginfo. */
const i386Plain: Trampoline = {
  code: [0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80],
  registerOffsets: sigcontext32(4),
};

const trampolines: Readonly<Record<Architecture["name"], readonly Trampoline[]>> = {
  x86_64: [x86_64],
  aarch64: [aarch64],
  i386: [i386, i386Plain],
  arm: [],
};

/** The interrupted registers when `pc` is at a signal trampoline. */
export function interruptedRegisters(
  architecture: Architecture,
  memory: MemoryImage,
  pc: bigint,
  stackPointer: bigint,
): (bigint | undefined)[] | undefined {
  const isReadable = memory.bytes(pc, 1).length === 1;
  const trampoline = trampolines[architecture.name].find(({ code, mark }) => {
    if (!isReadable && mark !== undefined) {
      const word = memory.u64(stackPointer + BigInt(mark.offset));
      return word !== undefined && (word & mark.mask) === mark.value;
    }
    const found = memory.bytes(pc, code.length);
    return found.length === code.length && code.every((byte, i) => found[i] === byte);
  });
  if (trampoline === undefined) return undefined;
  const registers = trampoline.registerOffsets.map((offset) => memory.pointer(stackPointer + BigInt(offset)));
  const interrupted = registers[architecture.programCounter];
  if (interrupted === undefined) return undefined;
  // A mark alone may be chance: code was interrupted.
  const allowed = memory.segmentOf(interrupted)?.protection ?? protection.execute;
  return isReadable || (allowed & protection.execute) !== 0 ? registers : undefined;
}
