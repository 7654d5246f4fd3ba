import type { Frame } from "../../unwind/stack";
import type { JavaCode, JavaCodeFrame } from "../frames/javaCode";
import { functionsOf } from "../frames/javaFunctions";
import type { ObjectReferences } from "../objectReferences";
import type { RootFrame } from "./heapRoot";
import { OopMaps } from "./oopMaps";

/** A stack, frame by frame, the innermost first. */
export interface FrameList {
  frameAt(index: number): Frame<unknown> | undefined;
}

export interface ThreadFrames {
  readonly frames: readonly RootFrame[];
  /** What compiled frames hold by the maps of their code, with the frame's position; raw addresses. */
  readonly held: readonly { readonly object: number; readonly frame: number }[];
}

const mostFrames = 1 << 16;
const nativeLine = -3;
const unknownLine = -1;

/** Reads Java's frames of threads: names for the dump, references for its roots. */
export function newFrameReader(
  code: JavaCode,
  references: ObjectReferences,
): (stack: FrameList) => ThreadFrames {
  const { structs, architecture } = code;
  const maps = new OopMaps(structs);
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
      for (const object of objectsOf(frame, found)) held.push({ object, frame: frames.length });
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

  function objectsOf({ pc, registers }: Frame<unknown>, { blob }: JavaCodeFrame): number[] {
    if (blob.kind !== "compiled" && blob.kind !== "nativeWrapper") return [];
    const places = maps.placesAt(blob, Number(pc));
    const sp = registers[architecture.stackPointer];
    if (places === undefined || sp === undefined) return [];
    return places.flatMap(({ stackAt, isNarrow }) => {
      if (stackAt === undefined) {
        const saved = registers[architecture.framePointer];
        if (saved === undefined) return [];
        return isNarrow ? [references.narrow(Number(BigInt.asUintN(32, saved)))] : [Number(saved)];
      }
      const at = Number(sp) + stackAt;
      const object = isNarrow ? references.fieldAt(at) : structs.wordAt(at);
      return object ? [object] : [];
    });
  }
}
