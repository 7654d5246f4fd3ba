import { architectures } from "../../architecture";
import { range } from "../../architectures/shape";
import type { ElfMachine } from "./shape";

/** `user_regs_struct` has pc where x0 would be. Relocations: RISC-V ABIs Specification, "ELF Object Files". */
export const elfRiscv64: ElfMachine = {
  architecture: architectures.riscv64,
  statusIndex: [undefined, ...range(1, 31), ...range(32, 63).map(() => undefined), 0],
  otherWords: {},
  floatingPoint: { first: 32, offsets: range(0, 31).map((number) => 8 * number) },
  threadPointerIndex: 4,
  steering: [0, 5],
  relativeRelocation: 3,
  threadLocals: { executable: { above: 0 }, vector: -16, module: 7, offset: 11 },
  longFloats: "quad",
};
