import { formatBytes, formatCount } from "../../base/figures";
import type { CoreModuleRow } from "../../protocol/core/modules";
import type { CoreSummary } from "../../protocol/core/process";
import type { CoreBacktrace, CoreThreadGroup } from "../../protocol/core/stacks";
import type { DumpSession } from "../../session/dumpSession";
import { jsonSignal, textOfSignal } from "./bt";
import { exitCodeFor, type Invocation, jsonProblem } from "./command";
import { jsonFrame, textOfFrame, textOfWait } from "./coreFrames";
import { jsonModule, textOfModules } from "./modules";
import { apart } from "./output";
import type { AnalyzeRequest } from "./report";

const defaultFrames = 30;
const defaultGroups = 10;

interface CoreReport {
  readonly summary: CoreSummary;
  readonly groups: readonly CoreThreadGroup[];
  readonly modules: readonly CoreModuleRow[];
  /** The stack to look at first, of a process that a signal ended. */
  readonly shown: CoreBacktrace | undefined;
}

/** Report of a core: what happened, the crashing stack, threads by stack, modules. */
export async function analyzeCore(
  session: DumpSession,
  { json, top }: AnalyzeRequest,
  { output, signal }: Invocation,
): Promise<number> {
  const summary = await session.ask("core/summary", {}, signal);
  const { groups } = await session.ask("core/threadGroups", { maximumFrames: defaultFrames }, signal);
  const { modules } = await session.ask("core/modules", {}, signal);
  const first = await session.ask("core/threads", { start: 0, count: 1 }, signal);
  const lwps = summary.signal === undefined ? [] : first.rows.map(({ lwp }) => lwp);
  const shown =
    lwps.length === 0
      ? undefined
      : (await session.ask("core/backtrace", { lwps, maximumFrames: defaultFrames, folded: true }, signal))
          .threads[0];
  const report = { summary, groups, modules, shown };
  if (json) output.json(jsonOf(report));
  else output.text(textOf(report, top ?? defaultGroups, output.columns));
  return exitCodeFor(summary.problems);
}

function jsonOf({ summary, groups, modules }: CoreReport): Record<string, unknown> {
  const { path, fileBytes, signal, problems, headline, architecture, producer, executable, process } =
    summary;
  return {
    schemaVersion: 1,
    dump: { path, kind: "core", bytes: fileBytes, architecture, producer, executable, ...process },
    headline,
    ...(summary.cause === undefined ? {} : { cause: summary.cause }),
    ...(summary.deadlocks === undefined ? {} : { deadlocks: summary.deadlocks }),
    ...(signal === undefined ? {} : { signal: jsonSignal(signal) }),
    memory: summary.memory,
    ...(summary.runtimes === undefined ? {} : { runtimes: summary.runtimes }),
    ...(summary.truncation === undefined ? {} : { truncation: summary.truncation }),
    threads: groups.map(({ lwps, crashed, wait, stopped, frames }) => ({
      lwps,
      crashed,
      ...(wait === undefined ? {} : { wait }),
      stopped,
      frames: frames.map(jsonFrame),
    })),
    moduleCounts: summary.modules,
    modules: modules.map(jsonModule),
    problems: problems.map(jsonProblem),
  };
}

function textOf({ summary, groups, modules, shown }: CoreReport, top: number, width: number): string[] {
  const { memory, process } = summary;
  const blocks = [
    [summary.headline],
    [
      summary.path,
      `${summary.format}, ${formatBytes(summary.fileBytes)}, ` +
        `${formatCount(memory.segments)} segments, ${formatBytes(memory.dumpedBytes)} of ` +
        `${formatBytes(memory.mappedBytes)} of memory dumped`,
      ...(process === undefined ? [] : [`Process ${process.pid}: ${process.commandLine}`]),
      `Executable: ${summary.executable}`,
      ...textOfRuntimes(summary),
    ],
  ];
  if (summary.signal !== undefined) blocks.push(textOfSignal(summary.signal, summary.cause));
  if (shown !== undefined) {
    const { lwp, name, crashed, frames } = shown;
    const whose = crashed ? ", crashed" : name === undefined ? "" : ` "${name}"`;
    blocks.push([`Thread ${lwp}${whose}`, ...frames.flatMap(textOfFrame)]);
  }
  const others = groups.filter(({ lwps }) => lwps[0] !== shown?.lwp || lwps.length > 1);
  if (others.length > 0) {
    const listed = others.slice(0, top);
    const left = others.length - listed.length;
    blocks.push([
      "Other threads by stack",
      ...listed.flatMap(textOfGroup),
      ...(left > 0 ? [`… ${left} more stacks (exhume bt --all)`] : []),
    ]);
  }
  blocks.push([`Modules: ${summary.modules.words}`, ...textOfModules(modules, width)]);
  if (summary.problems.length > 0) {
    blocks.push(["Problems", ...summary.problems.map(({ message }) => `  ${message}`)]);
  }
  return apart(blocks);
}

function textOfRuntimes({ runtimes = [] }: CoreSummary): string[] {
  return runtimes.flatMap(({ title, facts }) => [
    `This is ${title}`,
    ...facts.map(({ name, value }) => `  ${name}: ${value}`),
  ]);
}

function textOfGroup({ lwps, wait, frames }: CoreThreadGroup): string[] {
  const shown = lwps.slice(0, 5).join(", ");
  const who =
    lwps.length === 1
      ? `Thread ${shown}`
      : `${lwps.length} threads (${shown}${lwps.length > 5 ? ", …" : ""})`;
  return [who, ...textOfWait(wait), ...frames.slice(0, 8).flatMap(textOfFrame)];
}
