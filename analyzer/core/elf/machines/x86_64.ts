import { architectures } from "../../architecture";
import type { ElfMachine } from "./shape";

/** Positions of `struct user_regs_struct`; 21 is fs_base. Relocations: System V psABI x86-64 table 4.10. */
export const elfX86_64: ElfMachine = {
  architecture: architectures.x86_64,
  statusIndex: [10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16],
  otherWords: {
    ...{ eflags: 18, cs: 17, ss: 20, ds: 23, es: 24, fs: 25, gs: 26 },
    ...{ fs_base: 21, gs_base: 22, orig_rax: 15 },
  },
  threadPointerIndex: 21,
  steering: [15, 27],
  callResult: 10,
  relativeRelocation: 8,
  threadLocals: { executable: "below", vector: 8, module: 16, offset: 18, descriptor: 36 },
};
