import { type Architecture, numbered, pairChain, range, type SignalTrampoline } from "./shape";

/** mov x8, #139; svc #0. siginfo is 128 bytes, uc_mcontext is 176 into ucontext and begins with the fault address. */
const trampoline: SignalTrampoline = {
  code: [0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4],
  registerOffsets: range(0, 32).map((index) => 128 + 176 + 8 + 8 * index),
  // FPSIMD_MAGIC, the first record behind the registers, which the kernel aligns to 16 bytes.
  mark: { offset: 128 + 176 + 288, mask: 0xffff_ffffn, value: 0x46508001n },
};

/** DWARF for the Arm 64-bit Architecture, section 4.1; pc is not in it: 32 as gdb's own order has it. */
export const aarch64: Architecture = {
  name: "aarch64",
  pointerBytes: 8,
  littleEndian: true,
  registerNames: [...numbered("x", 31), "sp", "pc"],
  programCounter: 32,
  stackPointer: 31,
  framePointer: 29,
  linkRegister: 30,
  codeAddressBits: 48,
  calleeSaved: range(19, 30),
  frameChain: pairChain(8),
  signalTrampolines: [trampoline],
};
