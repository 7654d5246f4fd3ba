import { type Architecture, numbered, range } from "./shape";

/** 67 is what the kernel's unwind rules of its signal frames call the interrupted instruction: here pc. */
const registerNames = [...numbered("r", 32), ...numbered("f", 32), "cr", "lr", "ctr", "pc"];

/** Of both: OpenPOWER ELF V2 ABI, section 2.4, and the Power Architecture 32-bit supplement, table 3-2. */
const common = {
  registerNames,
  programCounter: 67,
  stackPointer: 1,
  framePointer: 31,
  linkRegister: 65,
  calleeSaved: [2, ...range(13, 31), ...range(46, 63)],
  // The kernel's own page has unwind rules for its trampolines.
  signalTrampolines: [],
} as const;

export const ppc64: Architecture = { ...common, name: "ppc64", pointerBytes: 8, littleEndian: true };

export const ppc: Architecture = { ...common, name: "ppc", pointerBytes: 4, littleEndian: false };
