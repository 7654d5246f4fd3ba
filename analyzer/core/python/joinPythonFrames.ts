import type { ManagedFrame, ManagedPlace } from "../managed/managedStack";
import type { LoadedModule } from "../modules/loadedModule";
import type { Frame, Stack } from "../unwind/stack";
import type { PythonFrame, PythonRun } from "./pythonFrames";

/** What joining looks at of a native stack. */
export interface NativeStack {
  readonly stack: Stack<LoadedModule>;
  /** Whether a frame is of the function that runs Python code; undefined for one that nothing names. */
  roleOf(frame: Frame<LoadedModule>): "loop" | "other" | undefined;
  stackPointerOf(frame: Frame<LoadedModule>): bigint | undefined;
}

export interface JoinedPython {
  readonly places: readonly ManagedPlace[];
  readonly beyond: readonly ManagedFrame[];
}

type Convert = (frame: PythonFrame) => ManagedFrame;

/**
 * Puts each run of Python frames at the native frame that runs them: the one that has the run's address within it, and
 * where a release leaves no address the calls of the loop from the outermost on.
 */
export function joinPythonFrames(
  runs: readonly PythonRun[],
  native: NativeStack,
  convert: Convert,
): JoinedPython {
  const anchored = runs.every(({ anchor }) => anchor !== undefined);
  return anchored ? joinByAddress(runs, native, convert) : joinInOrder(runs, native, convert);
}

function joinByAddress(runs: readonly PythonRun[], native: NativeStack, convert: Convert): JoinedPython {
  const places: OpenPlace[] = [];
  const beyond: ManagedFrame[] = [];
  const sorted = [...runs].sort((a, b) => a.anchor! - b.anchor!);
  let index = 0;
  for (const { frames, anchor } of sorted) {
    const address = BigInt(anchor!);
    let frame = native.stack.frameAt(index);
    while (frame !== undefined && !(frame.frameAddress !== undefined && address < frame.frameAddress))
      frame = native.stack.frameAt(++index);
    const managed = frames.map(convert);
    if (frame === undefined) for (const each of managed) beyond.push(each);
    else {
      const isWithin = (native.stackPointerOf(frame) ?? 0n) <= address;
      // Of a stripped interpreter the rarely used part of the loop has no name.
      const isReplaced = isWithin && native.roleOf(frame) !== "other";
      addPlace(places, { nativeIndex: index, frames: managed, isReplaced });
    }
  }
  return { places, beyond };
}

function joinInOrder(runs: readonly PythonRun[], native: NativeStack, convert: Convert): JoinedPython {
  const loops: number[] = [];
  for (let index = 0; ; index++) {
    const frame = native.stack.frameAt(index);
    if (frame === undefined) break;
    if (native.roleOf(frame) === "loop") loops.push(index);
  }
  // A loop that was just entered, or has just left its frame, is the innermost. A stack that is cut lacks the outermost ones.
  const ahead = Math.max(0, loops.length - runs.length);
  const places: ManagedPlace[] = [];
  const beyond: ManagedFrame[] = [];
  for (const [position, { frames }] of runs.entries()) {
    const nativeIndex = loops[position + ahead];
    const managed = frames.map(convert);
    if (nativeIndex === undefined) for (const each of managed) beyond.push(each);
    else places.push({ nativeIndex, frames: managed, isReplaced: true });
  }
  return { places, beyond };
}

interface OpenPlace extends ManagedPlace {
  readonly frames: ManagedFrame[];
}

/** Two interpreters' runs can fall on one native frame where the stack lacks some. */
function addPlace(places: OpenPlace[], place: OpenPlace): void {
  const last = places.at(-1);
  if (last?.nativeIndex !== place.nativeIndex) places.push(place);
  else for (const frame of place.frames) last.frames.push(frame);
}
