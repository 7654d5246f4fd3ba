import { type Architecture, codeOf, range, type SignalTrampoline } from "./shape";

/** MIPSpro 64-Bit Porting Guide, "DWARF"; 66 is gcc's return address of signal frames, here pc. */
const registerNames = [
  ...["zero", "at", "v0", "v1", "a0", "a1", "a2", "a3"],
  ...["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"],
  ...["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"],
  ...["t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"],
  ...range(0, 31).map((number) => `f${number}`),
  ...["hi", "lo", "pc"],
];

const common = {
  registerNames,
  programCounter: 66,
  stackPointer: 29,
  framePointer: 30,
  linkRegister: 31,
} as const;

/**
 * li v0, number; syscall. Six words and siginfo of 128 bytes come before ucontext.
 * @param places of registers r0 and on, hi, lo and pc from the stack pointer
 */
function trampoline(
  call: number,
  places: {
    readonly registers: number;
    readonly high?: number;
    readonly low?: number;
    readonly counter: number;
  },
  littleEndian: boolean,
): SignalTrampoline {
  return {
    code: codeOf([0x24020000 + call, 0x0000000c], littleEndian),
    registerOffsets: [
      ...range(0, 31).map((number) => places.registers + 8 * number),
      ...range(32, 63).map(() => undefined),
      ...[places.high, places.low, places.counter],
    ],
  };
}

const wide = { registers: 192, high: 192 + 512, low: 192 + 544, counter: 192 + 576 };
/** Registers of 8 bytes also in this mode; the lower half is where the order has it. */
const narrow = (lowHalf: number) => ({ registers: 192 + lowHalf, counter: 184 + lowHalf });

/** Of the n64 calling convention, where gp is preserved. */
export const mips64: Architecture = {
  ...common,
  name: "mips64",
  pointerBytes: 8,
  littleEndian: true,
  calleeSaved: [...range(16, 23), 28, 30, ...range(56, 63)],
  signalTrampolines: [trampoline(5211, wide, true), trampoline(5211, wide, false)],
};

/** Of the o32 calling convention. */
export const mips: Architecture = {
  ...common,
  name: "mips",
  pointerBytes: 4,
  littleEndian: true,
  calleeSaved: [...range(16, 23), 28, 30, ...range(52, 63)],
  signalTrampolines: [trampoline(4193, narrow(0), true), trampoline(4193, narrow(4), false)],
};
