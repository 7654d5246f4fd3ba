import { capitalized } from "../../base/capitalized";
import { formatBytes, formatBytesOrDash } from "../../base/figures";
import type { StackGroupRow, ThreadDetail, ThreadRow } from "../../protocol/heap/threads";
import {
  type Command,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { apart } from "./output";

const everything = 0x7fff_ffff;

export const threads: Command = {
  name: "threads",
  needs: "threads",
  summary: "List the threads of a heap dump with their stacks and what their locals keep.",
  usage: `DUMP [NAME] [--locals] [--group] [--json]
  NAME                part of a thread's name, state or frames
  --locals            objects that the locals of each frame hold
  --group             threads with the same stack together
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: {
    json: { type: "boolean" },
    locals: { type: "boolean" },
    group: { type: "boolean" },
    ...openFlags,
  },
  async run(invocation) {
    const path = requirePositional(invocation, 0, "DUMP");
    const { output, signal, values, positionals } = invocation;
    const session = await invocation.openDump(path, openOptionsOf(invocation));
    const json = values["json"] === true;
    if (values["group"] === true) {
      const { groups } = await session.ask("heap/stackGroups", {}, signal);
      if (json) output.json({ schemaVersion: 1, groups });
      else output.text(apart(groups.map(groupText)));
      return exitCodeFor(session.problems);
    }
    const { deadlocks } = await session.ask("heap/deadlocks", {}, signal);
    const filter = positionals[1];
    const page = await session.ask(
      "heap/threads",
      { start: 0, count: everything, ...(filter === undefined ? {} : { filter }) },
      signal,
    );
    const details: ThreadDetail[] = [];
    for (const { objectId } of page.rows)
      details.push(await session.ask("heap/thread", { objectId }, signal));
    if (json) output.json({ schemaVersion: 1, deadlocks, threads: details.map(jsonThread) });
    else {
      const texts = details.map((detail) => threadText(detail, values["locals"] === true));
      output.text(apart([...deadlocks.map(({ words }) => [capitalized(words)]), ...texts]));
    }
    return exitCodeFor(session.problems);
  },
};

function jsonThread({ thread, frames, others }: ThreadDetail): Record<string, unknown> {
  const { top: _top, frameCount: _frameCount, ...facts } = thread;
  return {
    ...facts,
    frames: frames.map(({ frame, locals, retainedBytes }) => ({ ...frame, retainedBytes, locals })),
    otherLocals: others,
  };
}

function threadText({ thread, frames, others }: ThreadDetail, withLocals: boolean): string[] {
  const lines = [headline(thread), ...(thread.wait === undefined ? [] : [`    ${thread.wait}`])];
  for (const { frame, locals, retainedBytes } of frames) {
    const size =
      retainedBytes === undefined || retainedBytes === 0 ? "" : `  [${formatBytes(retainedBytes)}]`;
    lines.push(`    at ${frame.text}${size}`);
    if (withLocals) for (const local of locals) lines.push(localText(local));
  }
  if (withLocals && others.length > 0) {
    lines.push("    (of no frame)");
    for (const local of others) lines.push(localText(local));
  }
  return lines;
}

function headline(thread: ThreadRow): string {
  const marks = [
    thread.outOfMemory ? "RAN OUT OF MEMORY" : "",
    thread.deadlocked === true ? "DEADLOCKED" : "",
    thread.virtual ? "virtual" : thread.daemon ? "daemon" : "",
    thread.virtual ? "" : `prio=${thread.priority}`,
    thread.state,
    thread.className === "java.lang.Thread" ? "" : thread.className,
    `keeps ${formatBytesOrDash(thread.retainedBytes)}`,
    `@ ${thread.objectId}`,
  ];
  return `"${thread.name}" ${marks.filter((mark) => mark !== "").join(" ")}`;
}

function localText(local: ThreadDetail["others"][number]): string {
  const name = local.isClass === true ? `class ${local.className}` : local.className;
  return `        ${local.kind}: ${name} @ ${local.objectId}${local.label === undefined ? "" : ` ${local.label}`} (${formatBytesOrDash(local.retainedBytes)})`;
}

function groupText({ frames, threads: members, threadCount, retainedBytes }: StackGroupRow): string[] {
  const names = members.slice(0, 8).map(({ name }) => `"${name}"`);
  const more = threadCount > names.length ? `, … ${threadCount - names.length} more` : "";
  const stack = frames.length === 0 ? ["    (no frames)"] : frames.map(({ text }) => `    at ${text}`);
  return [`${threadCount} × ${names.join(", ")}${more}  keep ${formatBytesOrDash(retainedBytes)}`, ...stack];
}
