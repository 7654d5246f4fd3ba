import { loopOfThread } from "./locatePython";
import type { PythonCode, PythonCodes } from "./pythonCode";
import type { PythonMemory } from "./pythonMemory";

/** A call of a Python function. */
export interface PythonFrame {
  readonly address: number;
  readonly code: PythonCode;
  /** As the frame keeps it, for `PythonCode.placeOf`. */
  readonly instruction: number;
}

/** The frames that one call of the interpreter's loop runs, innermost first. */
export interface PythonRun {
  readonly frames: readonly PythonFrame[];
  /** An address on the C stack within the native frame of that loop; unknown before 3.10. */
  readonly anchor?: number;
}

/** Python's own limit is 1,000 unless a program raises it. */
const mostFrames = 200_000;
const owner = { generator: 1, shim: 3 } as const;
/** Of what a thread points at in 3.10 to 3.12: the frame it runs, and the one of the loop that called. */
const controlFrame = { 10: { previous: 8 }, 11: { frame: 8, previous: 16 }, 12: { frame: 0, previous: 8 } };

/** The calls of a thread by loops of the interpreter, innermost first. */
export function runsOfThread(python: PythonMemory, codes: PythonCodes, thread: number): PythonRun[] {
  const { layout } = python;
  switch (layout.frame.entry) {
    case "each":
      return runsOfEach(python, codes, thread);
    case "flag":
      return runsByFlag(python, codes, thread);
    case "shim":
      return runsByShim(python, codes, innermostFrame(python, thread));
  }
}

function innermostFrame(python: PythonMemory, thread: number): number | undefined {
  const { layout } = python;
  const pointed = python.pointer(thread + layout.thread.frame);
  return layout.minor === 12 && pointed !== undefined
    ? python.pointer(pointed + controlFrame[12].frame)
    : pointed;
}

/** Up to 3.10 each frame is run by a loop of its own. */
function runsOfEach(python: PythonMemory, codes: PythonCodes, thread: number): PythonRun[] {
  const { layout } = python;
  const runs: PythonRun[] = [];
  let control = layout.minor === 10 ? python.pointer(thread + loopOfThread) : undefined;
  for (const address of chainOf(python, python.pointer(thread + layout.thread.frame))) {
    const frame = readFrame(python, codes, address);
    if (frame !== undefined)
      runs.push({ frames: [frame], ...(control !== undefined && { anchor: control }) });
    if (control !== undefined) control = python.pointer(control + controlFrame[10].previous);
  }
  return runs;
}

/** 3.11: a frame says that it is the first of its loop, whose variables are a chain of their own. */
function runsByFlag(python: PythonMemory, codes: PythonCodes, thread: number): PythonRun[] {
  const { frame: layout, thread: threadLayout } = python.layout;
  const runs: PythonRun[] = [];
  let control = python.pointer(thread + threadLayout.frame);
  let frames: PythonFrame[] = [];
  const first = control === undefined ? undefined : python.pointer(control + controlFrame[11].frame);
  for (const address of chainOf(python, first)) {
    const frame = readFrame(python, codes, address);
    if (frame !== undefined) frames.push(frame);
    if (python.byte(address + layout.entryFlag!) === 0) continue;
    runs.push({ frames, ...(control !== undefined && { anchor: control }) });
    frames = [];
    if (control !== undefined) control = python.pointer(control + controlFrame[11].previous);
  }
  if (frames.length > 0) runs.push({ frames });
  return runs;
}

/** Since 3.12 the last frame of a loop is one on the C stack that stands for the caller. */
function runsByShim(python: PythonMemory, codes: PythonCodes, first: number | undefined): PythonRun[] {
  const { frame: layout } = python.layout;
  const runs: PythonRun[] = [];
  let frames: PythonFrame[] = [];
  for (const address of chainOf(python, first)) {
    if ((python.byte(address + layout.owner!) ?? 0) >= owner.shim) {
      runs.push({ frames, anchor: address });
      frames = [];
      continue;
    }
    const frame = readFrame(python, codes, address);
    if (frame !== undefined) frames.push(frame);
  }
  if (frames.length > 0) runs.push({ frames });
  return runs;
}

/** Addresses of frames from one to its callers; a chain that comes back to itself ends. */
function* chainOf(python: PythonMemory, first: number | undefined): Generator<number> {
  const seen = new Set<number>();
  let address = first;
  while (address !== undefined && !seen.has(address) && seen.size < mostFrames) {
    seen.add(address);
    yield address;
    address = python.pointer(address + python.layout.frame.previous);
  }
}

/** Undefined for what is not a frame, and for one that is still being made. */
export function readFrame(
  python: PythonMemory,
  codes: PythonCodes,
  address: number,
): PythonFrame | undefined {
  const { frame: layout, minor } = python.layout;
  const codeAddress = python.reference(address + layout.code);
  const code = codeAddress === undefined ? undefined : codes.at(codeAddress);
  const instruction =
    minor < 11 ? python.i32(address + layout.instruction) : python.word(address + layout.instruction);
  if (code === undefined || instruction === undefined) return undefined;
  const isOfGenerator = layout.owner !== undefined && python.byte(address + layout.owner) === owner.generator;
  return !isOfGenerator && code.isBefore(instruction) ? undefined : { address, code, instruction };
}
