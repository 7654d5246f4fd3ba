import type { LoadedModule } from "../../core/modules/loadedModule";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { Frame } from "../../core/unwind/stack";
import { variablesOf } from "../../core/values/variables";
import { byteSizeOf } from "../../formats/dwarf/types";
import type { CoreFrame } from "../../protocol/core/stacks";
import { type CoreContext, findLightThread } from "./coreContext";
import { placeWords } from "./placeWords";
import { wireFramesOf } from "./wireFrames";

/** Frames further out are not looked through for the one that has a word. */
const mostFrames = 20_000;
/** Below the stack pointer leaf functions may keep data. */
const redZoneBytes = 128n;

/** The thread, frame and variable that a word on a stack belongs to, in words; undefined elsewhere. */
export function stackPlaceOf(context: CoreContext, at: bigint): string | undefined {
  const thread = threadWithStackAt(context, at);
  if (thread === undefined) return lightPlaceOf(context, at);
  const frame = frameWith(context, thread, at);
  const place = frame === undefined ? undefined : placeInFrame(context, thread, frame, at);
  return place ?? `the stack of thread ${thread.lwp}`;
}

/** Stacks of goroutines lie beside each other in the heap: the one whose frame has the word. */
function lightPlaceOf(context: CoreContext, at: bigint): string | undefined {
  const { stackPointer } = context.image.architecture;
  let found: { readonly thread: ThreadSnapshot; readonly top: bigint } | undefined;
  for (const thread of context.managed.lightThreads) {
    if (thread.keptStack !== undefined) continue;
    const top = thread.registers[stackPointer];
    if (top !== undefined && top <= at && (found === undefined || top > found.top)) found = { thread, top };
  }
  const frame = found && frameWith(context, found.thread, at);
  return found && frame && placeInFrame(context, found.thread, frame, at);
}

/** The function that a thread's registers belong to, in words. */
export function innermostFrameName(context: CoreContext, thread: ThreadSnapshot): string | undefined {
  const frame = context.core.stackOf(thread).frameAt(0);
  const [own] = frame === undefined ? [] : wireFramesOf(context, frame);
  return own === undefined ? undefined : functionText(own);
}

/** Of several stacks in one mapping the one that begins closest below. */
function threadWithStackAt({ image }: CoreContext, at: bigint): ThreadSnapshot | undefined {
  const segment = image.memory.segmentOf(at);
  let found: { readonly thread: ThreadSnapshot; readonly top: bigint } | undefined;
  for (const thread of image.threads) {
    const top = thread.registers[image.architecture.stackPointer];
    if (top === undefined || top - redZoneBytes > at || image.memory.segmentOf(top) !== segment) continue;
    if (found === undefined || top > found.top) found = { thread, top };
  }
  return found?.thread;
}

function frameWith(
  context: CoreContext,
  thread: ThreadSnapshot,
  at: bigint,
): Frame<LoadedModule> | undefined {
  const stack = context.core.stackOf(thread);
  for (let index = 0; index < mostFrames; index++) {
    const frame = stack.frameAt(index);
    if (frame?.frameAddress === undefined) return undefined;
    if (at < frame.frameAddress) return frame;
  }
  return undefined;
}

function placeInFrame(
  context: CoreContext,
  thread: ThreadSnapshot,
  frame: Frame<LoadedModule>,
  at: bigint,
): string {
  const functions = wireFramesOf(context, frame);
  const variable = variableAt(context, thread, frame.index, at);
  const own = functions[variable?.inline ?? 0] ?? functions[0];
  const where = own === undefined ? "" : `${functionText(own)}, `;
  const name = variable === undefined ? "" : `${variable.name} in `;
  return `${name}${where}frame ${frame.index} of ${threadName(context, thread)}`;
}

function threadName(context: CoreContext, thread: ThreadSnapshot): string {
  const light = findLightThread(context, thread.lwp);
  return light?.title ?? `thread ${thread.lwp}`;
}

function variableAt(
  context: CoreContext,
  thread: ThreadSnapshot,
  index: number,
  at: bigint,
): { readonly name: string; readonly inline: number } | undefined {
  const { view } = context;
  const frame = view.machineFrame(thread, index);
  if (frame === undefined) return undefined;
  for (const [inline, functionFrame] of view.functionsOf(frame).entries())
    for (const { name, value } of variablesOf(functionFrame, frame, view)) {
      const { address } = value.storage;
      const size = byteSizeOf(view.completeType(value.type)) ?? 0;
      if (address !== undefined && address <= at && at < address + BigInt(size)) return { name, inline };
    }
  return undefined;
}

function functionText(frame: CoreFrame): string {
  return `${frame.function ?? frame.pc}${placeWords(frame)}`;
}
