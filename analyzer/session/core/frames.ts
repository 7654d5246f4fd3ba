import { formatHex } from "../../base/units";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import { describeStop, type Frame } from "../../core/unwind/stack";
import type { CoreBacktrace, CoreFrame, CoreThreadGroup, CoreThreadRow } from "../../protocol/core/stacks";
import type { CoreContext } from "./coreContext";

/** gdb's name for it, which people know. */
const signalFrameName = "<signal handler called>";

/** The wire frames of one physical frame: inlined functions first, then the one that holds them. */
export function wireFramesOf(context: CoreContext, frame: Frame<LoadedModule>): CoreFrame[] {
  const { index, pc, module, isSignalFrame, origin } = frame;
  const base = {
    index,
    pc: formatHex(pc),
    guessed: origin === "guessed",
    signalFrame: isSignalFrame,
    ...(module === undefined ? {} : { module: module.path }),
  };
  if (isSignalFrame) return [{ ...base, function: signalFrameName, inline: 0, inlined: false }];
  const symbols =
    module === undefined
      ? []
      : context.symbolize(module, BigInt.asUintN(64, frame.lookupAddress - module.bias));
  if (symbols.length === 0) return [{ ...base, inline: 0, inlined: false }];
  const binaryModifiedMs = module === undefined ? undefined : context.files.modifiedMs(module);
  return symbols.map(({ function: name, file, md5, line, column, inlined }, inline) => ({
    ...base,
    inline,
    inlined,
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(file === undefined || binaryModifiedMs === undefined ? {} : { binaryModifiedMs }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }));
}

/** @param maximumFrames stops expanding after so many; the total is then a lower bound by inlined frames */
export function backtraceOf(
  context: CoreContext,
  thread: ThreadSnapshot,
  maximumFrames?: number,
): CoreBacktrace {
  const stack = context.core.stackOf(thread);
  const frames: CoreFrame[] = [];
  let expanded = 0;
  for (const frame of stack.frames) {
    if (maximumFrames !== undefined && frames.length >= maximumFrames) break;
    for (const inlined of wireFramesOf(context, frame)) frames.push(inlined);
    expanded++;
  }
  const totalFrames = frames.length + stack.frames.length - expanded;
  return {
    ...threadHead(thread),
    stopped: stack.stopped,
    stoppedBecause: describeStop(stack.stopped),
    frames: maximumFrames === undefined ? frames : frames.slice(0, maximumFrames),
    totalFrames,
  };
}

export function threadRow(context: CoreContext, thread: ThreadSnapshot): CoreThreadRow {
  const top = topFrameOf(context, thread);
  return { ...threadHead(thread), ...(top === undefined ? {} : { top }) };
}

/** The innermost frame with a name, looked for only as far as people would look. */
export function topFrameOf(context: CoreContext, thread: ThreadSnapshot): CoreFrame | undefined {
  const { frames } = context.core.stackOf(thread);
  for (const frame of frames.slice(0, 8)) {
    const named = wireFramesOf(context, frame).find((each) => each.function !== undefined);
    if (named !== undefined) return named;
  }
  return frames[0] === undefined ? undefined : wireFramesOf(context, frames[0])[0];
}

/** Threads with the same return addresses all the way up are one group. */
export function threadGroups(context: CoreContext, maximumFrames: number): CoreThreadGroup[] {
  const groups = new Map<string, ThreadSnapshot[]>();
  for (const thread of context.image.threads) {
    const { frames, stopped } = context.core.stackOf(thread);
    const key = `${stopped} ${frames.map(({ pc }) => pc.toString(16)).join(" ")}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thread]);
    else group.push(thread);
  }
  const rows = [...groups.values()].map((threads) => {
    const { frames, stopped } = backtraceOf(context, threads[0]!, maximumFrames);
    return {
      lwps: threads.map(({ lwp }) => lwp),
      crashed: threads.some(({ crashed }) => crashed),
      stopped,
      frames,
    };
  });
  return rows.sort((a, b) => Number(b.crashed) - Number(a.crashed) || b.lwps.length - a.lwps.length);
}

function threadHead({ lwp, name, crashed }: ThreadSnapshot) {
  return { lwp, crashed, ...(name === undefined ? {} : { name }) };
}
