import { formatBytes, formatCount } from "../../base/figures";
import type { CoreBacktrace, CoreModuleRow, CoreSummary, CoreThreadGroup } from "../../protocol/coreRequests";
import type { DumpSession } from "../../session/dumpSession";
import { jsonFrame, jsonSignal, textOfFrame } from "./bt";
import { exitCodeFor, type Invocation, jsonProblem } from "./command";
import { textOfModules } from "./modules";
import type { AnalyzeRequest } from "./report";

const defaultFrames = 30;
const defaultGroups = 10;

interface CoreReport {
  readonly summary: CoreSummary;
  readonly groups: readonly CoreThreadGroup[];
  readonly modules: readonly CoreModuleRow[];
  readonly crashed: CoreBacktrace | undefined;
}

/** Report of a core: what happened, the crashing stack, threads by stack, modules. */
export async function analyzeCore(
  session: DumpSession,
  { json, top }: AnalyzeRequest,
  { terminal, signal }: Invocation,
): Promise<number> {
  const summary = await session.ask("core/summary", {}, signal);
  const { groups } = await session.ask("core/threadGroups", { maximumFrames: defaultFrames }, signal);
  const { modules } = await session.ask("core/modules", {}, signal);
  const first = await session.ask("core/threads", { start: 0, count: 1 }, signal);
  const lwps = first.rows.filter(({ crashed }) => crashed).map(({ lwp }) => lwp);
  const crashed =
    lwps.length === 0
      ? undefined
      : (await session.ask("core/backtrace", { lwps, maximumFrames: defaultFrames }, signal)).threads[0];
  const report = { summary, groups, modules, crashed };
  terminal.out(
    json
      ? `${JSON.stringify(jsonOf(report), null, 2)}\n`
      : textOf(report, top ?? defaultGroups, terminal.columns),
  );
  return exitCodeFor(summary.problems);
}

function jsonOf({ summary, groups, modules }: CoreReport): Record<string, unknown> {
  const { path, fileBytes, signal, problems, headline, architecture, producer, executable, process } =
    summary;
  return {
    schemaVersion: 1,
    dump: { path, kind: "core", bytes: fileBytes, architecture, producer, executable, ...process },
    headline,
    ...(signal === undefined ? {} : { signal: jsonSignal(signal) }),
    memory: summary.memory,
    ...(summary.truncation === undefined ? {} : { truncation: summary.truncation }),
    threads: groups.map(({ lwps, crashed, stopped, frames }) => ({
      lwps,
      crashed,
      stopped,
      frames: frames.map(jsonFrame),
    })),
    modules,
    problems: problems.map(jsonProblem),
  };
}

function textOf({ summary, groups, modules, crashed }: CoreReport, top: number, width: number): string {
  const { memory, process } = summary;
  const parts = [
    `${summary.headline}\n`,
    `${summary.path}\n${summary.format}, ${formatBytes(summary.fileBytes)}, ` +
      `${formatCount(memory.segments)} segments, ${formatBytes(memory.dumpedBytes)} of ` +
      `${formatBytes(memory.mappedBytes)} of memory dumped\n` +
      `${process === undefined ? "" : `Process ${process.pid}: ${process.commandLine}\n`}` +
      `Executable: ${summary.executable}\n`,
  ];
  if (summary.signal !== undefined) parts.push(`${summary.signal.name}: ${summary.signal.description}\n`);
  if (crashed !== undefined) {
    parts.push(`Thread ${crashed.lwp}, crashed\n${crashed.frames.map(textOfFrame).join("\n")}\n`);
  }
  const others = groups.filter((group) => !group.crashed || group.lwps.length > 1);
  if (others.length > 0) {
    const lines = others.slice(0, top).map(textOfGroup);
    const left = others.length - lines.length;
    parts.push(
      `Other threads by stack\n${lines.join("")}${left > 0 ? `… ${left} more stacks (exhume bt --all)\n` : ""}`,
    );
  }
  const { found, missing, mismatched } = summary.modules;
  parts.push(
    `Modules: ${found} found, ${missing} missing, ${mismatched} mismatched\n${textOfModules(modules, width)}`,
  );
  if (summary.problems.length > 0) {
    parts.push(`Problems\n${summary.problems.map(({ message }) => `  ${message}\n`).join("")}`);
  }
  return parts.join("\n");
}

function textOfGroup({ lwps, frames }: CoreThreadGroup): string {
  const shown = lwps.slice(0, 5).join(", ");
  const who =
    lwps.length === 1
      ? `Thread ${shown}`
      : `${lwps.length} threads (${shown}${lwps.length > 5 ? ", …" : ""})`;
  return `${who}\n${frames.slice(0, 8).map(textOfFrame).join("\n")}\n`;
}
