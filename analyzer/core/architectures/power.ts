import { type Architecture, codeOf, type FrameChain, numbered, range, type SignalTrampoline } from "./shape";

/** 67 is what the kernel's unwind rules of its signal frames call the interrupted instruction: here pc. */
const registerNames = [...numbered("r", 32), ...numbered("f", 32), "cr", "lr", "ctr", "pc"];

/** Of both: OpenPOWER ELF V2 ABI, section 2.4, and the Power Architecture 32-bit supplement, table 3-2. */
const common = {
  registerNames,
  programCounter: 67,
  stackPointer: 1,
  framePointer: 31,
  linkRegister: 65,
  floats: { first: 32, end: 64, narrow: "asDouble" },
  calleeSaved: [2, ...range(13, 31), ...range(46, 63)],
} as const;

/** Every frame begins with its caller's, where the return address is kept. */
const backChain = (returnAddress: number): FrameChain => ({
  saved: 0,
  returnAddress,
  top: 0,
  isOfStackPointers: true,
});

/** Places in `struct pt_regs`: r0 to r31, nip, msr, the first argument of a system call, ctr, lr, xer, cr. */
export const placesInRegisters = [...range(0, 31), ...range(32, 63).map(() => undefined), 38, 36, 35, 32];

const registersIn = (word: number) =>
  placesInRegisters.map((index) => (index === undefined ? undefined : index * word));

/** addi r1, r1, 128; li r0, 172; sc. The pointer to the registers is in ucontext. */
const wide = (littleEndian: boolean): SignalTrampoline => ({
  code: codeOf([0x38210080, 0x380000ac, 0x44000002], littleEndian),
  through: 0x80 + 0xe0,
  registerOffsets: registersIn(8),
});

/** li r0, number; sc, of handlers that asked for siginfo and of others. */
const narrow = (call: number, through: number): SignalTrampoline => ({
  code: codeOf([0x38000000 + call, 0x44000002], false),
  through,
  registerOffsets: registersIn(4),
});

export const ppc64: Architecture = {
  ...common,
  name: "ppc64",
  pointerBytes: 8,
  littleEndian: true,
  frameChain: backChain(16),
  signalTrampolines: [wide(true), wide(false)],
};

export const ppc: Architecture = {
  ...common,
  name: "ppc",
  pointerBytes: 4,
  littleEndian: false,
  frameChain: backChain(4),
  signalTrampolines: [narrow(172, 0xd0 + 0x30), narrow(119, 0x40 + 0x1c)],
};
