import type { LightThread } from "../../core/managed/lightThread";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { Stack } from "../../core/unwind/stack";
import type {
  CoreLightGroup,
  CoreLightSummary,
  CoreLightThread,
  coreLightThreadRequests,
} from "../../protocol/core/lightThreads";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { AnswerTable } from "../room";
import type { CoreContext } from "./coreContext";
import { foldedBacktraceOf } from "./frames";
import { lightLocksOf } from "./lightLocks";
import { lightWaitWords } from "./locks";
import { innermostManaged } from "./managedFrames";
import { stackKeyOf } from "./stackKey";
import { wireFramesOf } from "./wireFrames";

/** Programs have some hundred. */
const mostGroups = 5000;
/** Frames of a group that a view shows. */
const groupFrames = 64;
const threadsOfGroup = 100;
const waitsOfGroup = 5;
/** Frames looked at for one of the program. */
const framesToTop = 24;
const betweenReports = 1000;

/** Threads that runtimes schedule by themselves. */
export const lightThreadAnswers: AnswerTable<CoreContext, keyof typeof coreLightThreadRequests> = {
  "core/lightThreads": {
    lane: "quick",
    answer: (context, { start, count, system, filter }, work) =>
      context.core.during(work, () => {
        const wanted = shownThreads(context, system);
        if (filter === undefined || filter === "") {
          const rows = wanted.slice(start, start + count).map((thread) => lightThreadRow(context, thread));
          return { start, end: start + rows.length, total: wanted.length, rows };
        }
        const rows: CoreLightThread[] = [];
        let total = 0;
        for (const thread of wanted) {
          work.throwIfCancelled();
          const row = lightThreadRow(context, thread);
          if (!mentions(row, filter.toLowerCase())) continue;
          if (total >= start && total < start + count) rows.push(row);
          total++;
        }
        return { start, end: start + rows.length, total, rows };
      }),
  },
  "core/lightThreadGroups": {
    lane: "quick",
    answer: (context, { system, maximumFrames = groupFrames }, work) =>
      context.core.during(work, () => {
        const wanted = shownThreads(context, system);
        const groups = new Map<string, LightThread[]>();
        for (const [done, thread] of wanted.entries()) {
          work.throwIfCancelled();
          if (done % betweenReports === 0) work.report("Following stacks", done / wanted.length);
          const key = `${thread.state}\n${stackKeyOf(stackOf(context, thread))}`;
          const group = groups.get(key);
          if (group === undefined) groups.set(key, [thread]);
          else group.push(thread);
        }
        const bySize = [...groupsThatLookAlike(context, groups).values()].sort(
          (a, b) => Number(a[0]!.isSystem) - Number(b[0]!.isSystem) || b.length - a.length,
        );
        const shown = bySize.slice(0, mostGroups);
        const { noun } = wanted[0] ?? {};
        return {
          runtimes: context.managed.runtimes.map(({ title }) => title),
          ...(noun !== undefined && { noun }),
          total: wanted.length,
          groups: shown.map((threads) => {
            work.throwIfCancelled();
            return groupRow(context, threads, maximumFrames);
          }),
          locks: lightLocksOf(wanted),
          ...(bySize.length > shown.length && { leftOut: bySize.length - shown.length }),
        } satisfies CoreLightSummary;
      }),
  },
};

/** Where code is compiled while threads stand in it, the same lines are at several addresses. */
function groupsThatLookAlike(
  context: CoreContext,
  groups: ReadonlyMap<string, LightThread[]>,
): ReadonlyMap<string, LightThread[]> {
  const merged = new Map<string, LightThread[]>();
  for (const [key, threads] of groups) {
    const [first] = threads;
    const { places = [] } =
      (first?.keptStack === undefined ? undefined : context.managed.threadOf(first)) ?? {};
    const lines = places.flatMap(({ frames }) =>
      frames.map(({ function: name, line }) => `${name} ${line ?? ""}`),
    );
    const alike = lines.length === 0 ? key : [first!.state, ...lines].join("\n");
    const known = merged.get(alike);
    if (known === undefined) merged.set(alike, threads);
    else for (const thread of threads) known.push(thread);
  }
  return merged;
}

function shownThreads({ managed }: CoreContext, system: boolean | undefined): readonly LightThread[] {
  return system === true ? managed.lightThreads : managed.lightThreads.filter(({ isSystem }) => !isSystem);
}

/** A stack that is not kept, unless the thread runs: there may be a million. */
function stackOf({ core }: CoreContext, thread: LightThread): Stack<LoadedModule> {
  return thread.runsOn === undefined ? core.freshStackOf(thread) : core.stackOf(thread);
}

function groupRow(
  context: CoreContext,
  threads: readonly LightThread[],
  maximumFrames: number,
): CoreLightGroup {
  const first = threads[0]!;
  const waits = new Map<string, number>();
  let waitedSeconds: number | undefined;
  for (const thread of threads) {
    const words = lightWaitWords(context, thread);
    if (words !== undefined) waits.set(words, (waits.get(words) ?? 0) + 1);
    if ((thread.waitedSeconds ?? -1) > (waitedSeconds ?? -1)) waitedSeconds = thread.waitedSeconds;
  }
  const top = topOfProgram(context, first);
  const { frames, leftOut = 0, stopped } = foldedBacktraceOf(context, first, maximumFrames);
  return {
    count: threads.length,
    threads: threads.slice(0, threadsOfGroup).map(({ lwp, title }) => ({ lwp, title })),
    state: first.state,
    waits: [...waits]
      .map(([words, count]) => ({ words, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, waitsOfGroup),
    ...(waitedSeconds !== undefined && { waitedSeconds }),
    ...createdOf(context, first),
    system: first.isSystem,
    ...(top !== undefined && { top }),
    frames,
    leftOut,
    stopped,
  };
}

function lightThreadRow(context: CoreContext, thread: LightThread): CoreLightThread {
  const { lwp, title, state, waitedSeconds, notes, runsOn, isSystem } = thread;
  const waits = lightWaitWords(context, thread);
  const top = topOfProgram(context, thread);
  return {
    lwp,
    title,
    state,
    notes,
    system: isSystem,
    ...(waits !== undefined && { waits }),
    ...(waitedSeconds !== undefined && { waitedSeconds }),
    ...(runsOn !== undefined && { runsOn }),
    ...createdOf(context, thread),
    ...(top !== undefined && { top }),
  };
}

/** The innermost frame that is not how the runtime waits. */
function topOfProgram(context: CoreContext, thread: LightThread): CoreFrame | undefined {
  let innermost: CoreFrame | undefined;
  // Who keeps frames of their own names them, too.
  if (thread.keptStack !== undefined) return innermostManaged(context, thread);
  for (const frame of stackOf(context, thread).slice(0, framesToTop))
    for (const wire of wireFramesOf(context, frame)) {
      if (wire.function !== undefined && !thread.isPlumbing(wire.function)) return wire;
      innermost ??= wire;
    }
  return innermost;
}

/** The line that started a thread. */
function createdOf(context: CoreContext, { createdAt }: LightThread): { readonly created?: CoreFrame } {
  if (createdAt === undefined) return {};
  const lookupAddress = createdAt - 1n;
  const module = context.core.moduleAt(lookupAddress);
  const [created] = wireFramesOf(context, {
    index: 0,
    pc: createdAt,
    lookupAddress,
    registers: [],
    origin: "thread",
    isSignalFrame: false,
    ...(module !== undefined && { module }),
  });
  return created === undefined ? {} : { created };
}

function mentions({ title, state, waits, top }: CoreLightThread, filter: string): boolean {
  return [title, state, waits, top?.function, top?.file].some((text) => text?.toLowerCase().includes(filter));
}
