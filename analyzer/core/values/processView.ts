import type { Die } from "../../formats/dwarf/dies";
import type { DwarfFile } from "../../formats/dwarf/dwarfFile";
import type { DebugType, RecordType } from "../../formats/dwarf/types";
import type { Registers } from "../registers";
import type { Printer } from "./printers/printer";

/** What values are read from: the dead process, whoever opened it. */
export interface ProcessView {
  readonly pointerBytes: 4 | 8;
  /** All the bytes, or undefined when any of them is not in the dump. */
  readMemory(address: bigint, length: number): Uint8Array | undefined;
  /** Names what is at an address, e.g. `main+4` of code or `table` of data. */
  describeAddress(address: bigint): string | undefined;
  /** The definition of a type that is only declared where it was found. */
  completeType(type: DebugType): DebugType;
  /** What shows records of a library as its users think of them; undefined for all others. */
  printerOf(type: RecordType): Printer | undefined;
  /** A record or enumeration by its whole name, from the debug information an entry is in. */
  typeNamed?(name: string, near: Die): DebugType | undefined;
}

/** One machine frame as its variables need it; inlined functions share it. */
export interface MachineFrame {
  readonly pc: bigint;
  /** Where to look up names and locations: pc, or one less in callers. */
  readonly lookupAddress: bigint;
  readonly registers: Registers;
  /** Vector and floating-point registers, known only where the thread stopped. */
  readonly wideRegister?: (register: number) => Uint8Array | undefined;
  /** The stack pointer of the caller before it called. */
  readonly frameAddress?: bigint;
  readonly debug?: DwarfFile;
  /** Run-time minus link-time address of the frame's module. */
  readonly bias: bigint;
  /** The frame that called this one. */
  readonly caller: () => MachineFrame | undefined;
  /** Address of the thread's copy of a thread-local variable of the frame's module. */
  readonly threadLocal?: (offset: bigint) => bigint | undefined;
  /** For variables of other modules. */
  readonly threadPointer?: bigint;
}

/** A function in a frame, and the code address within the file. */
export interface FunctionInFrame {
  readonly frame: MachineFrame;
  /** The compiled function, not an inlined one. */
  readonly compiled: Die;
}
