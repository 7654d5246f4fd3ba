/** Machines whose cores are read. Stacks of all but `arm` are followed. */
export type ArchitectureName = "x86_64" | "aarch64" | "i386" | "arm";

/** What differs between machines, in DWARF register numbers of the psABIs. */
export interface Architecture {
  readonly name: ArchitectureName;
  readonly pointerBytes: 4 | 8;
  /** Names by DWARF number; the general registers with the program counter. */
  readonly registerNames: readonly string[];
  readonly programCounter: number;
  readonly stackPointer: number;
  readonly framePointer: number;
  /** Where the return address is at a function's entry; absent: on the stack. */
  readonly linkRegister?: number;
  /**
   * Bits of an address of code where return addresses may be signed: what is above them is the signature. How many
   * there are is the kernel's choice, which dumps tell.
   */
  readonly codeAddressBits?: number;
  /** Registers a call preserves. */
  readonly calleeSaved: readonly number[];
}

/** System V psABI x86-64 figure 3.36. */
const x86_64: Architecture = {
  name: "x86_64",
  pointerBytes: 8,
  registerNames: [
    ...["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp"],
    ...["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"],
  ],
  programCounter: 16,
  stackPointer: 7,
  framePointer: 6,
  calleeSaved: [3, 6, 12, 13, 14, 15],
};

/** DWARF for the Arm 64-bit Architecture, section 4.1; pc is not in it: 32 as gdb's own order has it. */
const aarch64: Architecture = {
  name: "aarch64",
  pointerBytes: 8,
  registerNames: [...Array.from({ length: 31 }, (_, i) => `x${i}`), "sp", "pc"],
  programCounter: 32,
  stackPointer: 31,
  framePointer: 29,
  linkRegister: 30,
  codeAddressBits: 48,
  calleeSaved: [19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30],
};

/** System V psABI i386 table 2.14. */
const i386: Architecture = {
  name: "i386",
  pointerBytes: 4,
  registerNames: ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"],
  programCounter: 8,
  stackPointer: 4,
  framePointer: 5,
  calleeSaved: [3, 5, 6, 7],
};

const arm: Architecture = {
  name: "arm",
  pointerBytes: 4,
  registerNames: [...Array.from({ length: 13 }, (_, i) => `r${i}`), "sp", "lr", "pc"],
  programCounter: 15,
  stackPointer: 13,
  framePointer: 11,
  linkRegister: 14,
  calleeSaved: [4, 5, 6, 7, 8, 9, 10, 11],
};

export const architectures: Readonly<Record<ArchitectureName, Architecture>> = { x86_64, aarch64, i386, arm };
