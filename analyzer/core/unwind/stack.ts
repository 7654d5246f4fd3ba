import type { Registers } from "../registers";

/** How a frame's registers were found. */
export type FrameOrigin =
  /** The registers of the thread itself. */
  | "thread"
  /** Call-frame information of the frame below. */
  | "cfi"
  /** The kernel's saved context of an interrupted frame. */
  | "signal"
  /** What the virtual machine that made the code says of its frames. */
  | "generated"
  /** The frame-pointer chain or a return address on top of the stack: may be wrong. */
  | "guessed"
  /** A word of the stack that is behind a call of the frame below, or leads on from one: may be wrong. */
  | "scanned";

/** One physical frame; inlined ones are added when it is symbolized. */
export interface Frame<Module> {
  readonly index: number;
  /** The instruction the frame is at: for callers the one after the call. */
  readonly pc: bigint;
  /** Where to look names and lines up: pc, or one less for return addresses. */
  readonly lookupAddress: bigint;
  readonly registers: Registers;
  /** Canonical frame address of this frame (the caller's stack pointer); absent for the last one. */
  readonly frameAddress?: bigint;
  readonly module?: Module;
  readonly origin: FrameOrigin;
  /**
   * The first frame below this one that was guessed or scanned, or whose module's file nothing shows to be what ran:
   * what stands there is wrong, then so may this frame be.
   */
  readonly restsOn?: number;
  /** The trampoline the kernel made a signal handler return to. */
  readonly isSignalFrame: boolean;
}

/** Why a stack ends where it does. */
export type StopReason =
  /** The unwind information says that nobody called this function: the stack is complete. */
  | "outermost"
  /** The return address is zero, as at the start of a thread without unwind information. */
  | "zeroReturnAddress"
  /** Neither unwind information nor a usable frame pointer. */
  | "noUnwindInformation"
  /** The stack's memory is not in the core. */
  | "memoryAbsent"
  /** A register the rules need was lost. */
  | "registerLost"
  /** The next frame would be the same as this one or below it. */
  | "didNotAdvance"
  | "frameLimit"
  | "damagedUnwindInformation";

/** The frames of a thread, innermost first. An overflow has hundreds of thousands: they are followed when asked for. */
export interface Stack<Module> {
  /** Undefined beyond the end. */
  frameAt(index: number): Frame<Module> | undefined;
  /** Frames [start, end), fewer where the stack ends before. */
  slice(start: number, end: number): Frame<Module>[];
  /** How many frames there are, at most `most`; without it the stack is followed to its end. */
  count(most?: number): number;
  /** Where to look up the name of a frame that has been counted. */
  lookupAddressAt(index: number): bigint;
  /** Why it ends; follows the stack to its end. */
  readonly stopped: StopReason;
}

/** True when the stack is whole, not cut by something missing. */
export function isComplete(stopped: StopReason): boolean {
  return stopped === "outermost" || stopped === "zeroReturnAddress";
}

const sentences: Readonly<Record<StopReason, string>> = {
  outermost: "the outermost frame",
  zeroReturnAddress: "the return address is zero",
  noUnwindInformation: "there is neither unwind information nor a usable frame pointer",
  memoryAbsent: "the memory of the stack is not in the core",
  registerLost: "a register the unwind rules need was lost",
  didNotAdvance: "the next frame would not be further up the stack",
  frameLimit: "there are more frames than are followed",
  damagedUnwindInformation: "the unwind information is damaged",
};

export function describeStop(stopped: StopReason): string {
  return sentences[stopped];
}
