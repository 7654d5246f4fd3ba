import { type Architecture, pairChain, type SignalTrampoline } from "./shape";

/** mov $15, %rax; syscall. `ucontext.uc_mcontext.gregs` is r8-r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip. */
const gregs = (index: number) => 40 + 8 * index;
const trampoline: SignalTrampoline = {
  code: [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05],
  registerOffsets: [13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7, 16].map(gregs),
  // gregs 18 has the selectors: of 64-bit code, gs, fs, and ss where the kernel tells it.
  mark: { offset: gregs(18), mask: 0xffff_ffff_ffffn, value: 0x33n },
};

/** System V psABI x86-64 figure 3.36. */
export const x86_64: Architecture = {
  name: "x86_64",
  pointerBytes: 8,
  littleEndian: true,
  registerNames: [
    ...["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp"],
    ...["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"],
  ],
  programCounter: 16,
  stackPointer: 7,
  framePointer: 6,
  calleeSaved: [3, 6, 12, 13, 14, 15],
  frameChain: pairChain(8),
  signalTrampolines: [trampoline],
};
