import { ExhumeError } from "../../base/errors";
import { formatCount, formatQuantity } from "../../base/figures";
import type { CoreLightSummary } from "../../protocol/core/lightThreads";
import type { CoreCause, CoreSignal, CoreSummary } from "../../protocol/core/process";
import type { CoreBacktrace } from "../../protocol/core/stacks";
import type { DumpSession } from "../../session/dumpSession";
import { type Command, countOption, exitCodeFor, openFlags, requirePositional } from "./command";
import { jsonFrame, textOfFrame, textOfWait } from "./coreFrames";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { textOfLightGroup } from "./lightGroups";
import { apart } from "./output";

/** Frames of one stack in text; JSON has all of them. */
const defaultFrames = 200;
const everything = 0x7fff_ffff;
const virtualThread = "virtual thread";
/** Groups of virtual threads in text. */
const groupsShown = 50;

export const bt: Command = {
  name: "bt",
  listsProblems: true,
  needs: "nativeStacks",
  summary: "Print the stacks of a core: the crashing thread's, or all of them.",
  usage: `CORE [--all] [--frames N] [--json] [--program FILE]
  --all               every thread, not only the one that crashed; virtual threads of a JVM in groups
  --frames N          frames of each stack (text: ${defaultFrames}, JSON: all)
  --json              one JSON object on standard output
${coreOptionsUsage}`,
  options: {
    all: { type: "boolean" },
    frames: { type: "string" },
    json: { type: "boolean" },
    ...coreFlags,
    ...openFlags,
  },
  async run(invocation) {
    const { output, signal, values } = invocation;
    const path = requirePositional(invocation, 0, "CORE");
    const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
    const json = values["json"] === true;
    const frames = countOption(invocation, "frames") ?? (json ? undefined : defaultFrames);
    const summary = await session.ask("core/summary", {}, signal);
    const threads = await session.ask("core/threads", { start: 0, count: 1 }, signal);
    const lwps = values["all"] === true ? undefined : threads.rows.map(({ lwp }) => lwp);
    const answer = await session.ask(
      "core/backtrace",
      {
        folded: !json,
        ...(lwps === undefined ? {} : { lwps }),
        ...(frames === undefined ? {} : { maximumFrames: frames }),
      },
      signal,
    );
    const light = values["all"] === true ? await virtualThreadsOf(session, frames, signal) : undefined;
    if (json) output.json({ ...jsonOf(summary, answer.threads), ...jsonOfVirtualThreads(light) });
    else output.text(apart([textOf(summary, answer.threads), textOfVirtualThreads(light)]));
    const { problems, modules } = summary;
    if (modules.unverified + modules.missing + modules.mismatched > 0) {
      const lost =
        modules.missing + modules.mismatched > 0 ? "; no names and lines where no file is used" : "";
      output.note([`exhume bt: modules: ${modules.words}${lost}. See exhume modules.`]);
    }
    for (const { message } of problems) output.note([`exhume bt: ${message}`]);
    return exitCodeFor(problems);
  },
};

/** @throws ExhumeError `unsupported` when the dump is of another kind */
export async function openCore(opening: Promise<DumpSession>, path: string): Promise<DumpSession> {
  const session = await opening;
  if (session.kind === "core") return session;
  throw new ExhumeError({
    code: "unsupported",
    file: path,
    what: `it is a ${session.kind} dump, not a core`,
  });
}

/** Virtual threads of a JVM, those with the same stack together; goroutines have a verb of their own. */
async function virtualThreadsOf(
  session: DumpSession,
  maximumFrames: number | undefined,
  signal: AbortSignal,
): Promise<CoreLightSummary | undefined> {
  const { total } = await session.ask("core/lightThreads", { start: 0, count: 0 }, signal);
  if (total === 0) return undefined;
  const query = { maximumFrames: maximumFrames ?? everything };
  const summary = await session.ask("core/lightThreadGroups", query, signal);
  return summary.noun?.[0] === virtualThread ? summary : undefined;
}

function jsonOfVirtualThreads(summary: CoreLightSummary | undefined): Record<string, unknown> {
  if (summary === undefined) return {};
  const { total, groups, leftOut } = summary;
  return {
    virtualThreads: {
      total,
      groups: groups.map(({ count, threads, state, waits, frames }) => ({
        count,
        threads: threads.map(({ title }) => title),
        state,
        waits,
        frames: frames.map(jsonFrame),
      })),
      ...(leftOut !== undefined && { leftOut }),
    },
  };
}

function textOfVirtualThreads(summary: CoreLightSummary | undefined): string[] {
  if (summary?.noun === undefined) return [];
  const { total, groups, noun } = summary;
  const shown = groups.slice(0, groupsShown);
  const more = groups.length + (summary.leftOut ?? 0) - shown.length;
  return apart([
    [
      `${formatQuantity(total, noun[0], noun[1])} in ${formatQuantity(groups.length + (summary.leftOut ?? 0), "group")}`,
    ],
    ...shown.map((group) => textOfLightGroup(group, noun)),
    more > 0 ? [`… ${formatCount(more)} more groups; --json has them`] : [],
  ]);
}

function jsonOf(
  { headline, cause, deadlocks, signal }: CoreSummary,
  threads: readonly CoreBacktrace[],
): Record<string, unknown> {
  return {
    schemaVersion: 1,
    headline,
    ...(cause === undefined ? {} : { cause }),
    ...(signal === undefined ? {} : { signal: jsonSignal(signal) }),
    ...(deadlocks === undefined ? {} : { deadlocks }),
    threads: threads.map(({ lwp, name, runs, crashed, wait, notes, stopped, frames }) => ({
      lwp,
      ...(name === undefined ? {} : { name }),
      ...(runs === undefined ? {} : { runs }),
      crashed,
      ...(wait === undefined ? {} : { wait }),
      ...(notes === undefined ? {} : { notes }),
      stopped,
      frames: frames.map(jsonFrame),
    })),
  };
}

/** The fields of a signal that the JSON schema promises. */
export function jsonSignal({ name, code, address }: CoreSignal): Record<string, unknown> {
  return { name, code, ...(address === undefined ? {} : { address }) };
}

function textOf(
  { headline, cause, deadlocks = [], signal }: CoreSummary,
  threads: readonly CoreBacktrace[],
): string[] {
  return apart([
    [headline],
    deadlocks.slice(1).map(({ words }) => words),
    textOfSignal(signal, cause),
    ...threads.map(textOfThread),
  ]);
}

/** What the system said, and where the reason in the headline was read. */
export function textOfSignal(signal: CoreSignal | undefined, cause: CoreCause | undefined): string[] {
  return [
    ...(signal === undefined ? [] : [`${signal.name}: ${signal.description}`]),
    ...(cause === undefined ? [] : [`Told by ${cause.evidence}`]),
  ];
}

function textOfThread(thread: CoreBacktrace): string[] {
  const name = thread.name === undefined ? "" : ` "${thread.name}"`;
  const lines = [
    `Thread ${thread.lwp}${name}${thread.crashed ? ", crashed" : ""}`,
    ...(thread.runs === undefined ? [] : [`  runs ${thread.runs}`]),
    ...textOfWait(thread.wait),
    ...(thread.notes ?? []).map((note) => `  ${note}`),
    ...thread.frames.flatMap(textOfFrame),
  ];
  const left = thread.leftOut ?? thread.totalFrames - thread.frames.length;
  if (left > 0) lines.push(`  … ${left} more frames`);
  else if (thread.stopped !== "outermost") lines.push(`  (ends here: ${thread.stoppedBecause})`);
  return lines;
}
