import { firstLightThread } from "../../base/lightThreadIds";
import { isMessenger } from "../../core/crash/blamedFrame";
import type { JoinedStack } from "../../core/managed/joinedStack";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import { describeStop } from "../../core/unwind/stack";
import type { CoreBacktrace, CoreFrame, CoreThreadRow } from "../../protocol/core/stacks";
import { type CoreContext, findLightThread } from "./coreContext";
import { ExpandedStack } from "./expandedStack";
import { lightWaitWords, waitWordsOf } from "./locks";
import { innermostManaged } from "./managedFrames";
import { wireFramesOf } from "./wireFrames";

/** More frames than these are asked for in pages. */
const mostFramesOfAnswer = 250_000;

/** @param maximumFrames stops expanding after so many; the total is then a lower bound by inlined frames */
export function backtraceOf(
  context: CoreContext,
  thread: ThreadSnapshot,
  maximumFrames?: number,
): CoreBacktrace {
  const expanded = expandedStackOf(context, thread);
  const most = Math.min(maximumFrames ?? mostFramesOfAnswer, mostFramesOfAnswer);
  const frames: CoreFrame[] = [];
  let index = 0;
  for (; frames.length < most; index++) {
    const own = expanded.at(index);
    if (own.length === 0) break;
    for (const frame of own) frames.push(frame);
  }
  const totalFrames = frames.length + expanded.count() - index;
  return { ...backtraceHead(context, thread), frames: frames.slice(0, most), totalFrames };
}

/** Frames [start, start + count) as they are shown. */
export function backtracePage(
  context: CoreContext,
  thread: ThreadSnapshot,
  start: number,
  count: number,
): CoreBacktrace {
  const expanded = expandedStackOf(context, thread);
  const frames = expanded.slice(start, start + Math.min(count, mostFramesOfAnswer));
  return {
    ...backtraceHead(context, thread),
    frames,
    totalFrames: expanded.totalFrames,
  };
}

/**
 * A stack with each recursion shown once: its first frames say how often they repeat.
 * @param maximumFrames of those that are shown
 */
export function foldedBacktraceOf(
  context: CoreContext,
  thread: ThreadSnapshot,
  maximumFrames: number,
): CoreBacktrace {
  const expanded = expandedStackOf(context, thread);
  const count = expanded.count();
  const most = Math.min(maximumFrames, mostFramesOfAnswer);
  const frames: CoreFrame[] = [];
  let index = 0;
  // An ordinary stack is not named beyond what is shown of it.
  const recursions = count > 8 ? expanded.recursions() : [];
  let next = 0;
  while (index < count && frames.length < most) {
    const recursion = recursions[next]?.start === index ? recursions[next++] : undefined;
    const { period, times } = recursion ?? { period: 1, times: 1 };
    const own: CoreFrame[] = [];
    for (let each = 0; each < period; each++) for (const frame of expanded.at(index + each)) own.push(frame);
    for (const [position, frame] of own.entries()) {
      const isFirst = position === 0 && times > 1;
      frames.push(isFirst ? { ...frame, repeats: { frames: own.length, times } } : frame);
    }
    index += period * times;
  }
  const leftOut = Math.max(0, frames.length - most);
  return {
    ...backtraceHead(context, thread),
    frames: frames.slice(0, most),
    totalFrames: recursions.length > 0 ? expanded.totalFrames : frames.length + count - index,
    leftOut: leftOut + count - index,
  };
}

function backtraceHead(context: CoreContext, thread: ThreadSnapshot) {
  const { stopped } = context.core.stackOf(thread);
  return { ...threadHead(context, thread), stopped, stoppedBecause: describeStop(stopped) };
}

const expandedStacks = new WeakMap<JoinedStack, ExpandedStack>();

function expandedStackOf(context: CoreContext, thread: ThreadSnapshot): ExpandedStack {
  const stack = context.managed.stackOf(thread);
  let expanded = expandedStacks.get(stack);
  if (expanded === undefined) {
    expanded = new ExpandedStack(context, stack);
    expandedStacks.set(stack, expanded);
  }
  return expanded;
}

export function threadRow(context: CoreContext, thread: ThreadSnapshot): CoreThreadRow {
  const top = topFrameOf(context, thread);
  return { ...threadHead(context, thread), ...(top === undefined ? {} : { top }) };
}

/**
 * The innermost frame with a name, looked for only as far as people would look, and not beyond the program's own code, whose
 * callers tell nothing of it; of a thread that did not crash the innermost one that a runtime tells of.
 */
export function topFrameOf(context: CoreContext, thread: ThreadSnapshot): CoreFrame | undefined {
  const managed = thread.crashed ? undefined : innermostManaged(context, thread);
  if (managed !== undefined) return managed;
  const frames = context.core.stackOf(thread).slice(0, 8);
  for (const frame of frames) {
    const { index, module } = frame;
    // Code that a virtual machine made stands in no module.
    const generated = module === undefined && innermostManaged(context, thread, index);
    if (generated && generated.index === index) return generated;
    const functions = wireFramesOf(context, frame);
    const named = functions.find((each) => each.function !== undefined);
    if (named !== undefined) return named;
    if (module !== undefined && module.kind !== "vdso" && !isMessenger(module)) return functions[0];
  }
  return frames[0] === undefined ? undefined : wireFramesOf(context, frames[0])[0];
}

function threadHead(context: CoreContext, thread: ThreadSnapshot) {
  const { lwp, crashed } = thread;
  const told = context.managed.threadOf(thread);
  const name = told?.name ?? thread.name;
  const light = lwp < firstLightThread ? undefined : findLightThread(context, lwp);
  const wait = light === undefined ? waitWordsOf(context, thread) : lightWaitWords(context, light);
  const runs = told?.runs;
  const notes = light?.notes ?? told?.notes ?? [];
  return {
    lwp,
    crashed,
    ...(name === undefined ? {} : { name }),
    ...(wait === undefined ? {} : { wait }),
    ...(runs === undefined ? {} : { runs }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
