import type { Work } from "../../../base/work";
import { type Frame, isComplete, type StopReason } from "../../unwind/stack";
import { type FrameReference, frameReferences } from "../frames/frameReferences";
import type { JavaCode, JavaCodeFrame } from "../frames/javaCode";
import { functionsOf, type JavaFunction } from "../frames/javaFunctions";
import type { JavaObjects } from "../javaObjects";
import type { RootFrame } from "./heapRoot";
import type { StackSpan } from "./stackSpans";

/** A stack, frame by frame, the innermost first. */
export interface FrameList {
  frameAt(index: number): Frame<unknown> | undefined;
  /** Why it ends. */
  readonly stopped?: StopReason;
}

/** What is known of a thread of the system beside its frames. */
export interface FramePlace {
  /** End of its stack. */
  readonly end: number;
  /**
   * True when all that native code holds on the stack is known by handles: the JVM's own code keeps no address of an object
   * where a collection may come.
   */
  readonly hasHandles: boolean;
  /** The same of the code the thread is in just now. */
  readonly isAtRest: boolean;
}

export interface ThreadFrames {
  readonly frames: readonly RootFrame[];
  /** What frames hold exactly, with the frame's position; raw addresses. */
  readonly held: readonly { readonly object: number; readonly frame: number }[];
  /** What interpreted frames may hold. */
  readonly maybeHeld: readonly number[];
  /** Parts of the stack whose words are all there is to go by, ascending. */
  readonly untold: readonly StackSpan[];
}

const mostFrames = 1 << 16;
/** Frames of all stacks with inlined ones, and what they hold: each may claim thousands in a damaged core. */
const mostOfAll = 1 << 22;
/** Frames between two looks at the cancel flag. */
const betweenChecks = 1 << 10;
const nativeLine = -3;
const unknownLine = -1;

/** The frame of the file that a method and a line are; the same each time. */
export type RootFrameOf = (own: JavaFunction) => RootFrame;

export function newRootFrames(code: JavaCode): RootFrameOf {
  const known = new Map<string, RootFrame>();
  return ({ method, line }) => {
    const key = `${method.address} ${line}`;
    const frame = known.get(key) ?? {
      klass: code.structs.word(method.constants, ["ConstantPool", "_pool_holder"]) ?? 0,
      method: method.name,
      signature: method.signature,
      ...(method.file === undefined ? {} : { file: method.file }),
      line: method.isNative ? nativeLine : (line ?? unknownLine),
    };
    known.set(key, frame);
    return frame;
  };
}

/** Reads Java's frames of threads of the system: names for the dump, references for its roots. */
export function newFrameReader(
  code: JavaCode,
  objects: JavaObjects,
  work: Work,
  frameOf = newRootFrames(code),
): (stack: FrameList, place: FramePlace) => ThreadFrames {
  let left = mostOfAll;
  return (stack, place) => {
    const frames: RootFrame[] = [];
    const held: { object: number; frame: number }[] = [];
    const maybeHeld: number[] = [];
    const untold = new UntoldParts(code, place);
    let isExact = true;
    let isWhole = false;
    for (let index = 0; index < mostFrames && left > 0; index++) {
      if (index % betweenChecks === 0) work.throwIfCancelled();
      const frame = stack.frameAt(index);
      if (frame === undefined) {
        isWhole = stack.stopped !== undefined && isComplete(stack.stopped);
        break;
      }
      const found =
        frame.module === undefined
          ? code.frameAt({ pc: frame.pc, registers: frame.registers, isExact })
          : undefined;
      const references = found && frameReferences(code, objects, frame, found);
      untold.add(frame, found, references, isExact);
      isExact = frame.isSignalFrame;
      if (found === undefined) continue;
      const functions = functionsOf(code, found);
      left -= (references?.length ?? 0) + functions.length;
      for (const { object, isExact: isSure } of references ?? [])
        if (isSure) held.push({ object, frame: frames.length });
        else maybeHeld.push(object);
      for (const each of functions) frames.push(frameOf(each));
    }
    return { frames, held, maybeHeld, untold: untold.end(isWhole) };
  };
}

/** Which parts of a stack no map describes, frame by frame. */
class UntoldParts {
  private readonly spans: StackSpan[] = [];
  private first: number | undefined;
  /** Where the frame before begins, and whether it is one of these parts. */
  private last = 0;
  private isLastUntold = false;
  private isLastStub = false;
  private hasMetJava = false;
  private isGuess = false;

  constructor(
    private readonly code: JavaCode,
    private readonly place: FramePlace,
  ) {}

  add(
    frame: Frame<unknown>,
    found: JavaCodeFrame | undefined,
    references: readonly FrameReference[] | undefined,
    isExact: boolean,
  ): void {
    const sp = Number(frame.registers[this.code.architecture.stackPointer] ?? 0n);
    this.close(sp);
    this.first ??= sp;
    this.last = sp;
    if (found === undefined) {
      const { hasHandles, isAtRest } = this.place;
      this.isLastUntold = !hasHandles || (!this.hasMetJava && !isAtRest);
      this.isLastStub = false;
      return;
    }
    this.hasMetJava = true;
    // Where a frame was guessed, so may what lies between be.
    if (frame.origin === "guessed" || frame.origin === "scanned" || found.isGuessed) this.isGuess = true;
    const isJava = found.interpreted !== undefined || found.compiledAt !== undefined;
    // A stub saves the registers of its caller, and may have been given arguments on its stack.
    this.isLastUntold = !found.isEntry && (!isJava || references === undefined || isExact || this.isLastStub);
    this.isLastStub = !isJava && !found.isEntry;
  }

  /** @param isWhole whether the stack was followed to its end */
  end(isWhole: boolean): readonly StackSpan[] {
    const { end } = this.place;
    if (this.first === undefined) return [{ start: 0, end }];
    if (this.isGuess) return [{ start: this.first, end }];
    this.isLastUntold ||= !isWhole;
    this.close(end);
    return this.spans;
  }

  private close(upTo: number): void {
    if (!this.isLastUntold) return;
    const before = this.spans.at(-1);
    if (before !== undefined && before.end >= this.last)
      this.spans[this.spans.length - 1] = { start: before.start, end: Math.max(before.end, upTo) };
    else if (upTo > this.last) this.spans.push({ start: this.last, end: upTo });
  }
}
