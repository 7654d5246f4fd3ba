import { type Architecture, range } from "./shape";

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
  signalTrampolines: [],
} as const;

/** Of the n64 calling convention, where gp is preserved. */
export const mips64: Architecture = {
  ...common,
  name: "mips64",
  pointerBytes: 8,
  littleEndian: true,
  calleeSaved: [...range(16, 23), 28, 30, ...range(56, 63)],
};

/** Of the o32 calling convention. */
export const mips: Architecture = {
  ...common,
  name: "mips",
  pointerBytes: 4,
  littleEndian: true,
  calleeSaved: [...range(16, 23), 28, 30, ...range(52, 63)],
};
