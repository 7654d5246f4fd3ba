import { architectures } from "../../architecture";
import type { ElfMachine } from "./shape";

export const elfI386: ElfMachine = {
  architecture: architectures.i386,
  statusIndex: [6, 1, 2, 0, 15, 5, 3, 4, 12],
  otherWords: { eflags: 14, cs: 13, ss: 16, ds: 7, es: 8, fs: 9, gs: 10, orig_eax: 11 },
  steering: [7, 17],
  callResult: 6,
  relativeRelocation: 8,
};
