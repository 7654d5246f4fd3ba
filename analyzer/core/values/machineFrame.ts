import type { DebugFile, Die } from "../../formats/dwarf/dies";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Registers } from "../registers";

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
  readonly debug?: DebugFile;
  /** Run-time minus link-time address of the frame's module. */
  readonly bias: bigint;
  /** The frame that called this one. */
  readonly caller: () => MachineFrame | undefined;
  /** Address of the thread's copy of a thread-local variable of the frame's module. */
  readonly threadLocal?: (offset: bigint) => bigint | undefined;
  /** The thread whose stack it is in, for what is the same in all its frames. */
  readonly thread?: ThreadSnapshot;
  /** Where the thread stopped. */
  readonly isInnermost?: true;
  /** For variables of other modules. */
  readonly threadPointer?: bigint;
}

/** A function in a frame, and the code address within the file. */
export interface FunctionInFrame {
  readonly frame: MachineFrame;
  /** The compiled function, not an inlined one. */
  readonly compiled: Die;
}
