import { machine } from "../../formats/elf/constants";
import { type Architecture, architectures } from "../architecture";

/** A machine as ELF cores of Linux describe it. */
export interface ElfMachine {
  readonly architecture: Architecture;
  /** Position in NT_PRSTATUS of each register, by DWARF number. */
  readonly statusIndex: readonly number[];
  /** Position there of registers without a DWARF number, by the names debuggers have for them. */
  readonly otherWords: Readonly<Record<string, number>>;
  /** Position there of the thread pointer; others have it in a note of its own. */
  readonly threadPointerIndex?: number;
}

/** Positions are those of each machine's `struct user_regs_struct`; x86-64's 21 is fs_base. */
const byNumber: Readonly<Record<number, ElfMachine>> = {
  [machine.x86_64]: {
    architecture: architectures.x86_64,
    statusIndex: [10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16],
    otherWords: {
      eflags: 18,
      cs: 17,
      ss: 20,
      ds: 23,
      es: 24,
      fs: 25,
      gs: 26,
      fs_base: 21,
      gs_base: 22,
      orig_rax: 15,
    },
    threadPointerIndex: 21,
  },
  [machine.aarch64]: {
    architecture: architectures.aarch64,
    statusIndex: Array.from({ length: 33 }, (_, i) => i),
    otherWords: { cpsr: 33 },
  },
  [machine.i386]: {
    architecture: architectures.i386,
    statusIndex: [6, 1, 2, 0, 15, 5, 3, 4, 12],
    otherWords: { eflags: 14, cs: 13, ss: 16, ds: 7, es: 8, fs: 9, gs: 10, orig_eax: 11 },
  },
  [machine.arm]: {
    architecture: architectures.arm,
    statusIndex: Array.from({ length: 16 }, (_, i) => i),
    otherWords: { cpsr: 16 },
  },
};

/** @returns undefined also for a known machine with pointers of another width (x32) */
export function machineOf(header: {
  readonly machine: number;
  readonly bits: 32 | 64;
}): ElfMachine | undefined {
  const found = byNumber[header.machine];
  return found?.architecture.pointerBytes === header.bits / 8 ? found : undefined;
}
