import { type Architecture, numbered, range, type SignalTrampoline } from "./shape";

/** Of DWARF's order: f0, f2, f4, f6, then f1, f3, …; control and access registers follow. */
export const floatOrder = [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15];

/** ELF Application Binary Interface s390x Supplement, table 1.21. */
const registerNames = [
  ...numbered("r", 16),
  ...floatOrder.map((number) => `f${number}`),
  ...range(32, 47).map(() => ""),
  ...numbered("a", 16),
  "pswm",
  "pc",
];

/** `_sigregs`: the program status word, which ends with the address, then r0 to r15. */
const sigregs = (start: number, word: number) => [
  ...range(0, 15).map((number) => start + (2 + number) * word),
  ...range(16, 63).map(() => undefined),
  start,
  start + word,
];

/**
 * svc 173: the kernel puts two bytes of code, aligned to 8, and siginfo of 128 bytes before ucontext, where the
 * registers are 5 words in. svc 119: the frame points to the registers.
 * @param top bytes a caller keeps free for the registers of whom it calls
 */
function trampolines(top: number, word: number): SignalTrampoline[] {
  const ucontext = top + 8 + 128;
  const inContext = ucontext + Math.ceil((5 * word) / 8) * 8;
  return [
    { code: [0x0a, 0xad], registerOffsets: sigregs(inContext, word) },
    { code: [0x0a, 0x77], through: top + 8, registerOffsets: sigregs(0, word) },
  ];
}

const common = {
  littleEndian: false,
  registerNames,
  programCounter: 65,
  stackPointer: 15,
  framePointer: 11,
  linkRegister: 14,
  // A frame begins behind what its caller keeps free.
  keepsStackPointer: true,
  floats: { first: 16, end: 32, narrow: "upperHalf" },
} as const;

export const s390x: Architecture = {
  ...common,
  name: "s390x",
  pointerBytes: 8,
  calleeSaved: [...range(6, 15), 24, 25, 26, 27, 28, 29, 30, 31],
  signalTrampolines: trampolines(160, 8),
};

/** The 31-bit mode: the highest bit of an address of code says that it is one. */
export const s390: Architecture = {
  ...common,
  name: "s390",
  pointerBytes: 4,
  codeAddressMask: 0x7fff_ffffn,
  calleeSaved: [...range(6, 15), 18, 19],
  signalTrampolines: trampolines(96, 4),
};
