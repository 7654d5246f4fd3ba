import { architectures } from "../../architecture";
import { floatOrder } from "../../architectures/s390x";
import { range } from "../../architectures/shape";
import type { ElfMachine } from "./shape";

/** `s390_regs`: the program status word, its address, r0 to r15; access registers 0 and 1 hold the thread pointer. */
const common = {
  statusIndex: [...range(2, 17), ...range(16, 63).map(() => undefined), 0, 1],
  otherWords: {},
  // Behind the control word.
  floatingPoint: { first: 16, offsets: floatOrder.map((number) => 8 + 8 * number) },
  threadPointerIndex: 18,
  steering: [0, 2],
  relativeRelocation: 12,
  longFloats: "quad",
} as const;

/** Relocations: ELF Application Binary Interface s390x Supplement, table 2.4. */
export const elfS390x: ElfMachine = {
  ...common,
  architecture: architectures.s390x,
  threadLocals: { executable: "below", vector: 8, module: 54, offset: 56 },
};

export const elfS390: ElfMachine = {
  ...common,
  architecture: architectures.s390,
  threadLocals: { executable: "below", vector: 4, module: 54, offset: 56 },
};
