import { architectures } from "../../architecture";
import { placesInRegisters } from "../../architectures/power";
import { range } from "../../architectures/shape";
import type { ElfMachine } from "./shape";

const floatingPoint = { first: 32, offsets: range(0, 31).map((number) => 8 * number) };

const otherWords = { msr: 33, xer: 37, orig_r3: 34, trap: 40 };

/** The thread pointer is 0x7000 into the executable's block; glibc's vector is at the end of what is before it. */
const fromThreadPointer = -0x7000;

const wide: Omit<ElfMachine, "architecture"> = {
  statusIndex: placesInRegisters,
  otherWords,
  floatingPoint,
  threadPointerIndex: 13,
  steering: [32, 44],
  relativeRelocation: 22,
  longFloats: "pair",
  threadLocals: {
    executable: { above: fromThreadPointer },
    vector: fromThreadPointer - 8,
    module: 68,
    offset: 73,
  },
};

/** Relocations: OpenPOWER ELF V2 ABI, table 3.8. */
export const elfPpc64le: ElfMachine = { ...wide, architecture: architectures.ppc64 };

export const elfPpc64: ElfMachine = {
  ...wide,
  architecture: { ...architectures.ppc64, littleEndian: false },
};

/** Relocations: Power Architecture 32-bit supplement, table 4-8. */
export const elfPpc: ElfMachine = {
  architecture: architectures.ppc,
  statusIndex: placesInRegisters,
  otherWords,
  floatingPoint,
  threadPointerIndex: 2,
  steering: [32, 44],
  relativeRelocation: 22,
  longFloats: "pair",
  threadLocals: {
    executable: { above: fromThreadPointer },
    vector: fromThreadPointer - 4,
    module: 68,
    offset: 73,
  },
};
