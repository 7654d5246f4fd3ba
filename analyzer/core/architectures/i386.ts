import { type Architecture, pairChain, type SignalTrampoline } from "./shape";

/** `struct sigcontext_32` is gs, fs, es, ds, di, si, bp, sp, bx, dx, cx, ax, trapno, err, ip. */
const sigcontext = (start: number) => [44, 40, 36, 32, 28, 24, 20, 16, 56].map((offset) => start + offset);

/** mov $173, %eax; int $0x80. Signal number, two pointers and siginfo of 128 bytes are before ucontext. */
const withInfo: SignalTrampoline = {
  code: [0xb8, 0xad, 0, 0, 0, 0xcd, 0x80],
  registerOffsets: sigcontext(160),
};

/** pop %eax; mov $119, %eax; int $0x80: of handlers that did not ask for siginfo. */
const plain: SignalTrampoline = {
  code: [0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80],
  registerOffsets: sigcontext(4),
};

/** System V psABI i386 table 2.14. */
export const i386: Architecture = {
  name: "i386",
  pointerBytes: 4,
  littleEndian: true,
  registerNames: ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"],
  programCounter: 8,
  stackPointer: 4,
  framePointer: 5,
  calleeSaved: [3, 5, 6, 7],
  frameChain: pairChain(4),
  signalTrampolines: [withInfo, plain],
};
