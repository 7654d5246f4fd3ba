import { type Architecture, range, type SignalTrampoline } from "./shape";

/** li a7, 139; ecall. siginfo is 128 bytes, ucontext 176 before the registers: pc, then x1 to x31. */
const trampoline: SignalTrampoline = {
  code: [0x93, 0x08, 0xb0, 0x08, 0x73, 0, 0, 0],
  registerOffsets: [
    undefined,
    ...range(1, 31).map((number) => 128 + 176 + 8 * number),
    ...range(32, 63).map(() => undefined),
    128 + 176,
  ],
};

/** RISC-V ABIs Specification, "DWARF Register Numbers"; 64 is the return address of signal frames, here pc. */
export const riscv64: Architecture = {
  name: "riscv64",
  pointerBytes: 8,
  littleEndian: true,
  registerNames: [
    ...["", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"],
    ...["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"],
    ...["s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"],
    ...["ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1"],
    ...["fa0", "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7"],
    ...["fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11"],
    ...["ft8", "ft9", "ft10", "ft11", "pc"],
  ],
  programCounter: 64,
  stackPointer: 2,
  framePointer: 8,
  linkRegister: 1,
  calleeSaved: [3, 4, 8, 9, ...range(18, 27), 40, 41, ...range(50, 59)],
  // The frame pointer is the caller's stack pointer; the pair lies below it.
  frameChain: { saved: -16, returnAddress: -8, top: 0 },
  signalTrampolines: [trampoline],
};
