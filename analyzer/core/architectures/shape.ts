/** Machines whose cores are read. */
export type ArchitectureName =
  | "x86_64"
  | "aarch64"
  | "i386"
  | "arm"
  | "riscv64"
  | "ppc64"
  | "ppc"
  | "s390x"
  | "s390"
  | "mips64"
  | "mips";

/** What differs between machines, in DWARF register numbers of the psABIs. */
export interface Architecture {
  readonly name: ArchitectureName;
  readonly pointerBytes: 4 | 8;
  readonly littleEndian: boolean;
  /** Names by DWARF number, empty where there is no register; the general registers with the program counter. */
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
  /** Bits of a program counter that are an address; others say how the code is to be executed. */
  readonly codeAddressMask?: bigint;
  /** Functions preserve the stack pointer like other registers; elsewhere a frame's address is the caller's. */
  readonly keepsStackPointer?: true;
  /** Floating-point registers that have no form of their own for numbers of 4 bytes, [first, end). */
  readonly floats?: FloatRegisters;
  /** Registers a call preserves. */
  readonly calleeSaved: readonly number[];
  /** Where frames are chained without unwind rules; absent where compilers keep no such chain. */
  readonly frameChain?: FrameChain;
  readonly signalTrampolines: readonly SignalTrampoline[];
}

export interface FloatRegisters {
  readonly first: number;
  readonly end: number;
  /** Numbers of 4 bytes are in the upper half, or kept as numbers of 8 bytes. */
  readonly narrow: "upperHalf" | "asDouble";
}

/** Distances from the frame pointer. */
export interface FrameChain {
  /** To the caller's frame pointer. */
  readonly saved: number;
  /** To the return address. */
  readonly returnAddress: number;
  /** To the caller's stack pointer. */
  readonly top: number;
  /** The chain is one of stack pointers, and the last two distances count from the caller's. */
  readonly isOfStackPointers?: true;
}

/** The chain of x86 and aarch64: a frame pointer, and the return address above it. */
export const pairChain = (pointerBytes: 4 | 8): FrameChain => ({
  saved: 0,
  returnAddress: pointerBytes,
  top: 2 * pointerBytes,
});

/**
 * The kernel's frame of a signal handler, for trampolines without unwind information (static programs, other C
 * libraries): told by the instructions of the trampoline.
 */
export interface SignalTrampoline {
  readonly code: readonly number[];
  /** Distance from the stack pointer at the trampoline to each register, by DWARF number. */
  readonly registerOffsets: readonly (number | undefined)[];
  /** The offsets count from where the word at this distance points to. */
  readonly through?: number;
  /** A word the kernel always writes: tells the frame when the code cannot be read. */
  readonly mark?: { readonly offset: number; readonly mask: bigint; readonly value: bigint };
}

/** Names of numbered registers: `x0`, `x1`, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix}${number}`);
}

/** The numbers [first, last]. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The bytes of instructions of 32 bits. */
export function codeOf(words: readonly number[], littleEndian: boolean): number[] {
  return words.flatMap((word) => {
    const bytes = [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255];
    return littleEndian ? bytes.reverse() : bytes;
  });
}
