import type { Work } from "../../../base/work";
import { frameReferences } from "../frames/frameReferences";
import type { JavaCode } from "../frames/javaCode";
import { functionsOf } from "../frames/javaFunctions";
import { type OopSlot, oopSlotsAt } from "../frames/oopMaps";
import type { JavaObjects } from "../javaObjects";
import type { FrozenStack } from "../virtualThreads/frozenStack";
import type { RootFrameOf } from "./frameRoots";
import type { RootFrame } from "./heapRoot";

/** Frames of all stacks with inlined ones, and what they hold: each may claim thousands in a damaged core. */
const mostOfAll = 1 << 25;
const mostFrames = 1 << 16;
/** Stacks and places that are remembered: programs have some hundred. */
const mostRemembered = 100_000;
/** Longer stacks are not looked for among those before. */
const longestRemembered = 1024;

export interface FrozenThread {
  /** The same list for threads that stand in the same places. */
  readonly frames: readonly RootFrame[];
  /** False where words of the stack are all there is to go by. */
  readonly isTold: boolean;
}

/** What frames hold: raw addresses. */
export interface Held {
  exactly(object: number, frame: number): void;
  maybe(object: number): void;
}

/** Of a compiled frame, whatever thread it is of. */
interface CompiledPlace {
  readonly frames: readonly RootFrame[];
  readonly slots: readonly OopSlot[] | undefined;
}

/** Reads frames of threads that no carrier runs: a hundred thousand stand in the same few places. */
export function newFrozenReader(
  code: JavaCode,
  objects: JavaObjects,
  frameOf: RootFrameOf,
  work: Work,
): (stack: FrozenStack, held: Held) => FrozenThread {
  const inChunks = objects.ofChunks();
  const compiled = new Map<number, CompiledPlace | undefined>();
  const stacks = new Map<string, readonly RootFrame[]>();
  const numbers = new Map<RootFrame, number>();
  let left = mostOfAll;

  return (stack, held) => {
    work.throwIfCancelled();
    const frames: RootFrame[] = [];
    let isTold = true;
    const count = stack.count(mostFrames);
    for (let index = 0; index < count && left > 0; index++) {
      const before = frames.length;
      const place = compiledAt(stack, index);
      if (place === undefined) addOther(stack, index, frames, held);
      else {
        for (const frame of place.frames) frames.push(frame);
        if (place.slots === undefined) isTold = false;
        else addSlots(place.slots, stack.spAt(index), before, held);
        left -= place.slots?.length ?? 0;
      }
      left -= frames.length - before + 1;
    }
    return { frames: remembered(frames), isTold: isTold && left > 0 && stack.stopped === "outermost" };
  };

  /** undefined where the thread's own memory must be looked at. */
  function compiledAt(stack: FrozenStack, index: number): CompiledPlace | undefined {
    const pc = stack.pcAt(index);
    if (compiled.has(pc)) return compiled.get(pc);
    if (compiled.size >= mostRemembered) compiled.clear();
    const place = stack.isInterpretedAt(index) ? undefined : readCompiled(stack, index);
    compiled.set(pc, place);
    return place;
  }

  function readCompiled(stack: FrozenStack, index: number): CompiledPlace | undefined {
    const { pc, registers } = stack.frameAt(index)!;
    const found = code.frameAt({ pc, registers, isExact: false });
    // Where it goes on after it was deoptimized is told by each frame.
    if (found?.compiledAt === undefined || found.compiledAt.pc !== Number(pc)) return undefined;
    if (code.scopes.tablesOf(found.blob)?.deoptimization.includes(Number(pc)) === true) return undefined;
    return {
      frames: functionsOf(code, found).map(frameOf),
      slots: oopSlotsAt(code, found.blob, found.compiledAt.pc),
    };
  }

  function addSlots(slots: readonly OopSlot[], sp: number, frame: number, held: Held): void {
    for (const { isNarrow, stackAt } of slots) {
      // What its callee has saved of registers lies below it.
      const at = sp + (stackAt ?? -16);
      const object = isNarrow ? objects.references.fieldAt(at) : inChunks.onStackAt(at);
      if (object !== undefined && objects.klassOf(object) !== undefined) held.exactly(object, frame);
    }
  }

  function addOther(stack: FrozenStack, index: number, frames: RootFrame[], held: Held): void {
    const frame = stack.frameAt(index)!;
    const found = code.frameAt({ pc: frame.pc, registers: frame.registers, isExact: false });
    if (found === undefined) return;
    const references = frameReferences(code, inChunks, frame, found) ?? [];
    left -= references.length;
    for (const { object, isExact } of references)
      if (isExact) held.exactly(object, frames.length);
      else held.maybe(object);
    for (const each of functionsOf(code, found)) frames.push(frameOf(each));
  }

  function remembered(frames: readonly RootFrame[]): readonly RootFrame[] {
    if (frames.length > longestRemembered) return frames;
    const key = frames.map(numberOf).join(" ");
    const known = stacks.get(key);
    if (known !== undefined) return known;
    if (stacks.size >= mostRemembered) stacks.clear();
    stacks.set(key, frames);
    return frames;
  }

  function numberOf(frame: RootFrame): number {
    let number = numbers.get(frame);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(frame, number);
    }
    return number;
  }
}
