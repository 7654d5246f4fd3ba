import { architectures } from "../../architecture";
import { range } from "../../architectures/shape";
import type { ElfMachine } from "./shape";

/** Relocations: ELF for the Arm 64-bit Architecture section 5.7. */
export const elfAarch64: ElfMachine = {
  architecture: architectures.aarch64,
  statusIndex: range(0, 32),
  otherWords: { cpsr: 33 },
  steering: [29, 34],
  relativeRelocation: 1027,
  threadLocals: { executable: { above: 16 }, vector: 0, module: 1028, offset: 1030, descriptor: 1031 },
  longFloats: "quad",
};
