import type { Work } from "../../../base/work";
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
/** Frames of all stacks with inlined ones, and what they hold: each may claim thousands in a damaged core. */
const mostOfAll = 1 << 22;
/** Frames between two looks at the cancel flag. */
const betweenChecks = 1 << 10;
const nativeLine = -3;
const unknownLine = -1;

/** Reads Java's frames of threads: names for the dump, references for its roots. */
export function newFrameReader(
  code: JavaCode,
  objects: JavaObjects,
  work: Work,
): (stack: FrameList, how?: { readonly isFrozen: boolean }) => ThreadFrames {
  const { structs } = code;
  let left = mostOfAll;
  return (stack, { isFrozen } = { isFrozen: false }) => {
    const objectIn = isFrozen
      ? (word: bigint) => objects.inChunk(word)
      : (word: bigint) => objects.inRegister(word);
    const frames: RootFrame[] = [];
    const held: { object: number; frame: number }[] = [];
    // Where a thread was left by a call its innermost frame is one that is returned to.
    let isExact = !isFrozen;
    for (let index = 0; index < mostFrames && left > 0; index++) {
      if (index % betweenChecks === 0) work.throwIfCancelled();
      const frame = stack.frameAt(index);
      if (frame === undefined) break;
      const found =
        frame.module === undefined
          ? code.frameAt({ pc: frame.pc, registers: frame.registers, isExact })
          : undefined;
      isExact = frame.isSignalFrame;
      if (found === undefined) continue;
      // What may be left over is found among the words of the stack as well.
      const references = frameReferences(code, objects, frame, found, objectIn) ?? [];
      const functions = functionsOf(code, found);
      left -= references.length + functions.length;
      for (const { object, isExact: isSure } of references)
        if (isSure) held.push({ object, frame: frames.length });
      for (const { method, line } of functions)
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
