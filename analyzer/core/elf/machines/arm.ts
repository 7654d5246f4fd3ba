import { architectures } from "../../architecture";
import { range } from "../../architectures/shape";
import type { ElfMachine } from "./shape";

/** The kernel does not write the thread pointer. */
export const elfArm: ElfMachine = {
  architecture: architectures.arm,
  statusIndex: range(0, 15),
  otherWords: { cpsr: 16 },
  steering: [11, 17],
  relativeRelocation: 23,
};
