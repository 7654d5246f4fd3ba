import type { LoadedModule } from "../modules/loadedModule";
import type { Registers } from "../registers";
import type { CallerState } from "./cfiStep";
import type { StopReason } from "./stack";

/** Where a frame stands. */
export interface GeneratedPlace {
  readonly pc: bigint;
  readonly registers: Registers;
  /** False for a caller: its pc is where a call returns to. */
  readonly isExact: boolean;
}

export interface GeneratedFrame {
  readonly caller: CallerState | { readonly stopped: StopReason };
  /** What tells the frame from others at the same pc: for interpreted ones the instruction of the virtual machine. */
  readonly lookupAddress?: bigint;
  /** True when the caller was found by what its frame looks like: it may be wrong. */
  readonly isGuessed?: true;
}

/** Code that a virtual machine made while the program ran: no file describes it, the machine itself does. */
export interface GeneratedCode {
  /** A module that has such code among its own. */
  readonly module?: LoadedModule;
  /** @returns undefined for an address that is not in such code */
  frameAt(place: GeneratedPlace): GeneratedFrame | undefined;
  /** The innermost frame above a stack pointer that the machine noted down when it called native code. */
  notedAbove(stackPointer: bigint): CallerState | undefined;
}
