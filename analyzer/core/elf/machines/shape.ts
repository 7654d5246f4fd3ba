import type { LongFloats } from "../../../formats/dwarf/dies";
import type { Architecture } from "../../architecture";

/** A machine as ELF files and cores of Linux describe it. */
export interface ElfMachine {
  readonly architecture: Architecture;
  /** Position in NT_PRSTATUS of each register, by DWARF number; undefined for those it does not have. */
  readonly statusIndex: readonly (number | undefined)[];
  /** Position there of registers without a DWARF number, by the names debuggers have for them. */
  readonly otherWords: Readonly<Record<string, number>>;
  /** Position there of the thread pointer; others have it in a note of its own. */
  readonly threadPointerIndex?: number;
  /** Where NT_FPREGSET has the registers of 8 bytes from a DWARF number on. */
  readonly floatingPoint?: { readonly first: number; readonly offsets: readonly number[] };
  /** Registers there that steer the program, [first, end): counter, stack, flags, segments. */
  readonly steering: readonly [first: number, end: number];
  /** Position there of a system call's result, which says that the thread slept in one. */
  readonly callResult?: number;
  /** `R_…_RELATIVE`: the loader adds the bias to what the file says. */
  readonly relativeRelocation: number;
  readonly threadLocals?: ThreadLocalLayout;
  /** What a floating-point number of 16 bytes is; absent: x87's. */
  readonly longFloats?: LongFloats;
}

/** Where a thread's own variables are (ELF Handling for Thread-Local Storage; the vector is glibc's). */
export interface ThreadLocalLayout {
  /** The executable's block ends at the thread pointer, or begins so many bytes behind it. */
  readonly executable: "below" | { readonly above: number };
  /** Distance from the thread pointer to the pointer to the thread's vector of blocks. */
  readonly vector: number;
  /** Relocation types of a module number, of an offset from the thread pointer, of a descriptor. */
  readonly module: number;
  readonly offset: number;
  readonly descriptor?: number;
}
