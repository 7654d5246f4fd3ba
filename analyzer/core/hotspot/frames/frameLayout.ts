import type { Architecture } from "../../architecture";
import type { VmStructs } from "../vmStructs";

/** Where the parts of frames lie, in words from the frame pointer. */
export interface FrameLayout {
  readonly senderSp: number;
  readonly lastSp: number;
  readonly method: number;
  /** The class of the method, since JDK 9. */
  readonly mirror?: number;
  readonly locals: number;
  readonly bytecode: number;
  /** The lowest monitor of the frame. */
  readonly monitors: number;
  /** The lowest slot that every interpreted frame has. */
  readonly lowest: number;
  /** Registers that the code between native and Java functions saves, by DWARF number. */
  readonly saved: readonly (readonly [register: number, slot: number])[];
  /** Holds the address of the bytecode while it is interpreted. */
  readonly bytecodeRegister: number;
  /** Holds the stack pointer of the caller while a method is entered. */
  readonly senderRegister: number;
  /** May hold the return address while a method is entered. */
  readonly returnRegister: number;
  readonly methodRegister: number;
  /** Holds the address of the thread in all Java code. */
  readonly threadRegister?: number;
  readonly localsRegister: number;
  /** The frame pointer as HotSpot numbers halves of registers: the one register that a compiled frame's callee may have saved. */
  readonly framePointerSlot: number;
}

/** `frame_x86.hpp`; the mirror came with JDK 9. Saved by the call stub: rbx, r12 to r15. */
function x86Layout(hasMirror: boolean): FrameLayout {
  const more = hasMirror ? 1 : 0;
  return {
    senderSp: -1,
    lastSp: -2,
    method: -3,
    ...(hasMirror && { mirror: -4 }),
    locals: -6 - more,
    bytecode: -7 - more,
    monitors: -8 - more,
    lowest: -8 - more,
    saved: [
      [3, -7],
      [12, -8],
      [13, -9],
      [14, -10],
      [15, -11],
    ],
    bytecodeRegister: 13,
    senderRegister: 13,
    returnRegister: 0,
    methodRegister: 3,
    threadRegister: 15,
    localsRegister: 14,
    framePointerSlot: 2 * 5,
  };
}

/** `frame_aarch64.hpp`; a slot before the mirror keeps the stack aligned. What its call stub saves is not followed. */
function arm64Layout(hasMirror: boolean): FrameLayout {
  const more = hasMirror ? 2 : 0;
  return {
    senderSp: -1,
    lastSp: -2,
    method: -3,
    ...(hasMirror && { mirror: -6 }),
    locals: -6 - more,
    bytecode: -7 - more,
    monitors: -8 - more,
    lowest: -8 - more,
    saved: [],
    bytecodeRegister: 22,
    senderRegister: 19,
    returnRegister: 30,
    methodRegister: 12,
    localsRegister: 24,
    framePointerSlot: 2 * 29,
  };
}

/** @returns undefined for machines whose Java frames are not known here */
export function frameLayoutOf({ name }: Architecture, structs: VmStructs): FrameLayout | undefined {
  // JDK 8 has one heap of code and no mirror in its frames.
  const hasMirror = structs.staticAddress(["CodeCache", "_heaps"]) !== undefined;
  if (name === "aarch64") return arm64Layout(hasMirror);
  return name === "x86_64" ? x86Layout(hasMirror) : undefined;
}
