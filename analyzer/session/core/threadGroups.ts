import type { ThreadSnapshot } from "../../core/processSnapshot";
import type { CoreThreadGroup } from "../../protocol/core/stacks";
import type { CoreContext } from "./coreContext";
import { threadsInOrder } from "./crash";
import { foldedBacktraceOf } from "./frames";
import { stackKeyOf } from "./stackKey";

/** Threads with the same return addresses, and the same lines of managed code, all the way up are one group. */
export function threadGroups(context: CoreContext, maximumFrames: number): CoreThreadGroup[] {
  const groups = new Map<string, ThreadSnapshot[]>();
  for (const thread of threadsInOrder(context)) {
    const told = context.managed.threadOf(thread);
    const managed = [...(told?.places ?? []), { nativeIndex: -1, frames: told?.beyond ?? [] }].flatMap(
      ({ nativeIndex, frames }) =>
        frames.map(({ function: name, file, line }) => `${nativeIndex} ${name} ${file} ${line}`),
    );
    const key = [stackKeyOf(context.core.stackOf(thread)), ...managed].join("\n");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thread]);
    else group.push(thread);
  }
  const rows = [...groups.values()].map((threads) => {
    const { frames, stopped, wait } = foldedBacktraceOf(context, threads[0]!, maximumFrames);
    return {
      lwps: threads.map(({ lwp }) => lwp),
      crashed: threads.some(({ crashed }) => crashed),
      ...(wait !== undefined && { wait }),
      stopped,
      frames,
    };
  });
  const first = threadsInOrder(context)[0]?.lwp;
  const isFirst = ({ lwps }: CoreThreadGroup) => Number(lwps[0] === first);
  return rows.sort((a, b) => isFirst(b) - isFirst(a) || b.lwps.length - a.lwps.length);
}
