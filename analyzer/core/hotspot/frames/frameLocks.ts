import type { Frame } from "../../unwind/stack";
import type { JavaObjects } from "../javaObjects";
import { FrameValues } from "./frameValues";
import type { JavaCode, JavaCodeFrame } from "./javaCode";
import type { JavaFunction } from "./javaFunctions";

/** Monitors of one frame: a synchronized method and blocks in it, more is damage. */
const mostMonitors = 1000;
const monitorBytes = 16;

/** The objects whose monitors a method of a frame has taken or is about to take, the last one first. */
export function lockedBy(
  code: JavaCode,
  objects: JavaObjects,
  frame: Frame<unknown>,
  found: JavaCodeFrame,
  { values }: JavaFunction,
): number[] {
  const { interpreted } = found;
  if (interpreted?.framePointer !== undefined)
    return interpretedMonitors(code, objects, interpreted.framePointer);
  if (values === undefined || values.monitors === 0) return [];
  const reader = new FrameValues(code, objects, frame, found);
  return reader.scopeValues
    .monitorsAt(found.blob, values.monitors)
    .reverse()
    .flatMap(({ owner, isEliminated }) => {
      const object = isEliminated ? undefined : reader.objectOf(owner);
      return object === undefined ? [] : [object];
    });
}

/** Entries of {lock word, object} from the lowest one up to the fixed part of the frame. */
function interpretedMonitors(code: JavaCode, objects: JavaObjects, fp: number): number[] {
  const { layout } = code;
  const end = fp + 8 * layout.monitors;
  const start = code.relative(fp, layout.monitors);
  const found: number[] = [];
  if (start === undefined || start > end || end - start > mostMonitors * monitorBytes) return found;
  for (let at = start; at + monitorBytes <= end; at += monitorBytes) {
    const object = objects.onStackAt(at + 8);
    if (object !== undefined) found.push(object);
  }
  return found;
}
