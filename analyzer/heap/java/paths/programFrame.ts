import type { Heap, HeapThread, ObjectIndex, StackFrame } from "../../heap";
import { localsOf } from "../program/threads";
import { isApplicationClass } from "./applicationClasses";
import { isOwnCode } from "./ownCode";

/**
 * The method to blame for a variable: the program's own that has it, nearest to the top; else the program's own that
 * called whoever has it, as a library that was asked for all rows. Where the program has no method on the stack, the
 * same of libraries.
 * @param holding numbers of the frames that have the variable
 */
export function programFrame(
  heap: Heap,
  frames: readonly StackFrame[],
  holding: readonly number[],
): StackFrame | undefined {
  const numbers = [...new Set(holding)].sort((a, b) => a - b);
  const holders = numbers.flatMap((number) => frames[number] ?? []);
  const callers = frames.slice(Math.max(0, numbers[0] ?? 0));
  const isOwn = ({ className }: StackFrame) => isOwnCode(heap, className);
  const isApplication = ({ className }: StackFrame) => isApplicationClass(className);
  for (const isSuch of [isOwn, isApplication]) {
    const found = holders.find(isSuch) ?? callers.find(isSuch) ?? frames.find(isSuch);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Numbers of the frames that have each local variable of a thread, the top one's first. */
export function framesOfLocals(heap: Heap, { serial }: HeapThread): Map<ObjectIndex, number[]> {
  const framesByLocal = new Map<ObjectIndex, number[]>();
  for (const [frame, locals] of localsOf(heap, serial)) {
    for (const { object } of locals) {
      const known = framesByLocal.get(object);
      if (known === undefined) framesByLocal.set(object, [frame]);
      else known.push(frame);
    }
  }
  return framesByLocal;
}
