import { machine } from "../../formats/elf/constants";
import { type Architecture, architectures } from "../architecture";

/** A machine as ELF cores of Linux describe it. */
export interface ElfMachine {
  readonly architecture: Architecture;
  /** Position in NT_PRSTATUS of each register, by DWARF number. */
  readonly statusIndex: readonly number[];
  /** Position there of the thread pointer; others have it in a note of its own. */
  readonly threadPointerIndex?: number;
}

/** Positions are those of each machine's `struct user_regs_struct`; x86-64's 21 is fs_base. */
const byNumber: Readonly<Record<number, ElfMachine>> = {
  [machine.x86_64]: {
    architecture: architectures.x86_64,
    statusIndex: [10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16],
    threadPointerIndex: 21,
  },
  [machine.aarch64]: {
    architecture: architectures.aarch64,
    statusIndex: Array.from({ length: 33 }, (_, i) => i),
  },
  [machine.i386]: { architecture: architectures.i386, statusIndex: [6, 1, 2, 0, 15, 5, 3, 4, 12] },
  [machine.arm]: {
    architecture: architectures.arm,
    statusIndex: Array.from({ length: 16 }, (_, i) => i),
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
