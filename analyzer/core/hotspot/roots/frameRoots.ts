import type { Frame } from "../../unwind/stack";
import { frameReferences } from "../frames/frameReferences";
import type { JavaCode } from "../frames/javaCode";
import { functionsOf } from "../frames/javaFunctions";
import type { JavaObjects } from "../javaObjects";
import type { RootFrame } from "./heapRoot";

/** A stack, frame by frame, the innermost first. */
export interface FrameList {
  frameAt(index: number): Frame<unknown> | undefined;
}

export interface ThreadFrames {
  readonly frames: readonly RootFrame[];
  /** What frames hold exactly, with the frame's position; raw addresses. */
  readonly held: readonly { readonly object: number; readonly frame: number }[];
}

const mostFrames = 1 << 16;
const nativeLine = -3;
const unknownLine = -1;

/** Reads Java's frames of threads: names for the dump, references for its roots. */
export function newFrameReader(code: JavaCode, objects: JavaObjects): (stack: FrameList) => ThreadFrames {
  const { structs } = code;
  return (stack) => {
    const frames: RootFrame[] = [];
    const held: { object: number; frame: number }[] = [];
    let isExact = true;
    for (let index = 0; index < mostFrames; index++) {
      const frame = stack.frameAt(index);
      if (frame === undefined) break;
      const found =
        frame.module === undefined
          ? code.frameAt({ pc: frame.pc, registers: frame.registers, isExact })
          : undefined;
      isExact = frame.isSignalFrame;
      if (found === undefined) continue;
      // What may be left over is found among the words of the stack as well.
      for (const { object, isExact: isSure } of frameReferences(code, objects, frame, found) ?? [])
        if (isSure) held.push({ object, frame: frames.length });
      for (const { method, line } of functionsOf(code, found))
        frames.push({
          klass: structs.word(method.constants, ["ConstantPool", "_pool_holder"]) ?? 0,
          method: method.name,
          signature: method.signature,
          ...(method.file === undefined ? {} : { file: method.file }),
          line: method.isNative ? nativeLine : (line ?? unknownLine),
        });
    }
    return { frames, held };
  };
}
