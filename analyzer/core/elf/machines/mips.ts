import { architectures } from "../../architecture";
import { range } from "../../architectures/shape";
import type { ElfMachine } from "./shape";

/** r0 to r31, lo, hi, then the program counter; o32 keeps six words free before them. */
const statusIndex = (first: number) => [
  ...range(first, first + 31),
  ...range(32, 63).map(() => undefined),
  ...[first + 33, first + 32, first + 34],
];

const mips64el: ElfMachine = {
  architecture: architectures.mips64,
  statusIndex: statusIndex(0),
  otherWords: { badvaddr: 35, status: 36, cause: 37 },
  steering: [28, 38],
  // R_MIPS_REL32, and R_MIPS_64 in the second of three types.
  relativeRelocation: 0x1203,
  longFloats: "quad",
};

const mipsel: ElfMachine = {
  architecture: architectures.mips,
  statusIndex: statusIndex(6),
  otherWords: { badvaddr: 41, status: 42, cause: 43 },
  steering: [34, 44],
  relativeRelocation: 3,
};

const bigEndian = (machine: ElfMachine): ElfMachine => ({
  ...machine,
  architecture: { ...machine.architecture, littleEndian: false },
});

export const elfMips = { mips64el, mipsel, mips64: bigEndian(mips64el), mips: bigEndian(mipsel) };
