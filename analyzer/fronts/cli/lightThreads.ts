import { formatCount, formatQuantity } from "../../base/figures";
import type {
  CoreLightGroup,
  CoreLightLock,
  CoreLightSummary,
  CoreLightThread,
} from "../../protocol/core/lightThreads";
import type { CoreBacktrace } from "../../protocol/core/stacks";
import { openCore } from "./bt";
import { type Command, countOption, exitCodeFor, openFlags, requirePositional } from "./command";
import { jsonFrame, textOfFrame } from "./coreFrames";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { numbersOf, sinceOf, textOfCreated, textOfLightGroup } from "./lightGroups";
import { apart } from "./output";

/** Frames of one stack in text; JSON has all of them. */
const defaultFrames = 50;
const everything = 0x7fff_ffff;
const locksShown = 20;

export const goroutines = lightThreadsCommand({
  name: "goroutines",
  summary: "List the goroutines of a core of a Go program, those with the same stack together.",
  key: "goroutines",
  runtime: "Go runtime",
});

export const virtualThreads = lightThreadsCommand({
  name: "virtual-threads",
  summary: "List the virtual threads of a JVM's core, those with the same stack together.",
  key: "virtualThreads",
  runtime: "JVM with virtual threads",
});

interface LightThreadsVerb {
  readonly name: string;
  readonly summary: string;
  /** Of the list in JSON. */
  readonly key: string;
  /** What a core without any lacks. */
  readonly runtime: string;
}

function lightThreadsCommand({ name, summary: about, key, runtime }: LightThreadsVerb): Command {
  return {
    name,
    listsProblems: true,
    needs: "nativeStacks",
    summary: about,
    usage: `CORE [FILTER] [--all] [--system] [--frames N] [--json]
  FILTER              with --all: part of a state, of what is waited for, or of the innermost frame
  --all               each by itself instead of groups
  --system            those of the runtime itself too
  --frames N          frames of each stack (text: ${defaultFrames}, JSON: all)
  --json              one JSON object on standard output
${coreOptionsUsage}`,
    options: {
      all: { type: "boolean" },
      system: { type: "boolean" },
      frames: { type: "string" },
      json: { type: "boolean" },
      ...coreFlags,
      ...openFlags,
    },
    async run(invocation) {
      const { output, signal, values, positionals } = invocation;
      const path = requirePositional(invocation, 0, "CORE");
      const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
      const json = values["json"] === true;
      const system = values["system"] === true;
      const maximumFrames = countOption(invocation, "frames") ?? (json ? everything : defaultFrames);
      const filter = positionals[1];
      if (values["all"] === true || filter !== undefined) {
        const query = { start: 0, count: everything, system, ...(filter !== undefined && { filter }) };
        const { rows } = await session.ask("core/lightThreads", query, signal);
        const lwps = rows.map(({ lwp }) => lwp);
        const { threads } = await session.ask(
          "core/backtrace",
          { lwps, maximumFrames, folded: !json },
          signal,
        );
        if (json)
          output.json({ schemaVersion: 1, [key]: rows.map((row, at) => jsonOfThread(row, threads[at])) });
        else output.text(apart(rows.map((row, at) => textOfThread(row, threads[at]))));
      } else {
        const summary = await session.ask("core/lightThreadGroups", { system, maximumFrames }, signal);
        if (json) output.json({ schemaVersion: 1, ...summary, groups: summary.groups.map(jsonOfGroup) });
        else output.text(textOf(summary, runtime));
      }
      const { problems } = await session.ask("core/summary", {}, signal);
      for (const { message } of problems) output.note([`exhume ${name}: ${message}`]);
      return exitCodeFor(problems);
    },
  };
}

function jsonOfThread(row: CoreLightThread, stack: CoreBacktrace | undefined): Record<string, unknown> {
  const { top: _, created, ...rest } = row;
  return {
    ...rest,
    ...(created !== undefined && { created: jsonFrame(created) }),
    ...(stack !== undefined && { frames: stack.frames.map(jsonFrame), stopped: stack.stopped }),
  };
}

function jsonOfGroup({ created, frames, top: _, ...rest }: CoreLightGroup): Record<string, unknown> {
  return {
    ...rest,
    ...(created !== undefined && { created: jsonFrame(created) }),
    frames: frames.map(jsonFrame),
  };
}

function textOf(
  { runtimes, noun, total, groups, locks, leftOut = 0 }: CoreLightSummary,
  runtime: string,
): string[] {
  if (noun === undefined)
    return [
      runtimes.length === 0
        ? `No ${runtime} was found in this core.`
        : `${runtimes.join(", ")}: there are none.`,
    ];
  const count = formatQuantity(total, noun[0], noun[1]);
  const head = `${runtimes.join(", ")}: ${count} in ${formatQuantity(groups.length + leftOut, "group")}`;
  const rest = leftOut === 0 ? [] : [`… ${formatCount(leftOut)} more groups`];
  const ofLocks = locks.slice(0, locksShown).map((lock) => textOfLock(lock, noun[0]));
  return apart([[head], ofLocks, ...groups.map((group) => textOfLightGroup(group, noun)), rest]);
}

/** `sync.Mutex main.gate (0x58acf0), held by someone, 3 wait: 12, 13, 14` */
function textOfLock({ name, state, count, threads }: CoreLightLock, one: string): string {
  return `${name}, ${state}; waiting: ${numbersOf(threads, count, one)}`;
}

function textOfThread(row: CoreLightThread, stack: CoreBacktrace | undefined): string[] {
  const { title, state, waits, notes, runsOn } = row;
  const on = runsOn === undefined ? "" : ` on thread ${runsOn}`;
  return [
    `${title} [${state}${sinceOf(row.waitedSeconds)}]${on}`,
    ...[waits, ...notes].flatMap((each) => (each === undefined ? [] : [`  ${each}`])),
    ...(stack?.frames ?? []).flatMap(textOfFrame),
    ...((stack?.leftOut ?? 0) > 0 ? [`  … ${formatCount(stack!.leftOut!)} more frames`] : []),
    ...textOfCreated(row.created),
  ];
}
