import { ExhumeError } from "../../base/errors";
import { formatCount } from "../../base/figures";
import type { CoreCause, CoreSignal, CoreSummary } from "../../protocol/core/process";
import type { CoreBacktrace, CoreFrame } from "../../protocol/core/stacks";
import type { DumpSession } from "../../session/dumpSession";
import { frameMarks } from "../frameMarks";
import { type Command, countOption, exitCodeFor, openFlags, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { apart } from "./output";

/** Frames of one stack in text; JSON has all of them. */
const defaultFrames = 200;

export const bt: Command = {
  name: "bt",
  listsProblems: true,
  needs: "nativeStacks",
  summary: "Print the stacks of a core: the crashing thread's, or all of them.",
  usage: `CORE [--all] [--frames N] [--json] [--program FILE]
  --all               every thread, not only the one that crashed
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
    if (json) output.json(jsonOf(summary, answer.threads));
    else output.text(textOf(summary, answer.threads));
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
    threads: threads.map(({ lwp, name, crashed, wait, notes, stopped, frames }) => ({
      lwp,
      ...(name === undefined ? {} : { name }),
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

/** The fields of a frame that the JSON schema promises. */
export function jsonFrame(frame: CoreFrame): Record<string, unknown> {
  const { pc, function: name, file, line, inlined, module, guessed, tailCall, repeats } = frame;
  const { scanned, unverified, mismatched, restsOn, language, how, locks } = frame;
  return {
    pc,
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    inlined,
    ...(module === undefined ? {} : { module }),
    guessed,
    ...(scanned === true ? { scanned } : {}),
    ...(unverified === true ? { unverified } : {}),
    ...(mismatched === true ? { mismatched } : {}),
    ...(restsOn === undefined ? {} : { restsOn }),
    ...(tailCall === true ? { tailCall } : {}),
    ...(repeats === undefined ? {} : { repeats }),
    ...(language === undefined ? {} : { language }),
    ...(how === undefined ? {} : { how }),
    ...(locks === undefined ? {} : { locks }),
  };
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
    ...textOfWait(thread.wait),
    ...(thread.notes ?? []).map((note) => `  ${note}`),
    ...thread.frames.flatMap(textOfFrame),
  ];
  const left = thread.leftOut ?? thread.totalFrames - thread.frames.length;
  if (left > 0) lines.push(`  … ${left} more frames`);
  else if (thread.stopped !== "outermost") lines.push(`  (ends here: ${thread.stoppedBecause})`);
  return lines;
}

export function textOfWait(wait: string | undefined): string[] {
  return wait === undefined ? [] : [`  ${wait}`];
}

/** One line for a frame: `#3   0x55d0 main at crash.cpp:90`; one more before those that repeat. */
export function textOfFrame(frame: CoreFrame): string[] {
  const line = lineOfFrame(frame);
  const locks = (frame.locks ?? []).map((lock) => `         - ${lock}`);
  if (frame.repeats === undefined) return [line, ...locks];
  const { frames, times } = frame.repeats;
  if (frames === 1) return [`${line} ×${formatCount(times)}`, ...locks];
  return [`  the next ${frames} frames stand here ${formatCount(times)} times:`, line, ...locks];
}

function lineOfFrame(frame: CoreFrame): string {
  const { index, pc, function: name, file, line, module } = frame;
  const place = file === undefined ? inModule(module) : ` at ${file}${line === undefined ? "" : `:${line}`}`;
  return `  #${String(index).padEnd(3)} ${pc} ${name ?? "??"}${place}${frameMarks(frame)}`;
}

function inModule(module: string | undefined): string {
  return module === undefined ? "" : ` in ${module}`;
}
