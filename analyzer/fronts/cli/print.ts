import { ExhumeError } from "../../base/errors";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { CoreFramePlace, CoreVariableRow } from "../../protocol/core/variables";
import type { DumpSession } from "../../session/dumpSession";
import { openCore } from "./bt";
import { type Command, countOption, exitCodeFor, openFlags, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { exitCodes } from "./exitCodes";

const mostRows = 2000;
/** Frames looked at for the first one with a source file. */
const framesLookedAt = 100;

export const print: Command = {
  name: "print",
  needs: "nativeStacks",
  summary: "Print values of a core: of expressions in a frame, its variables, or its registers.",
  usage: `CORE [EXPRESSION …] [--thread LWP] [--frame N] [--registers] [--json] [--program FILE]
  EXPRESSION          as in C, C++ or Rust, over the variables of the frame; all of them when none is given
  --thread LWP        the thread (the one that crashed)
  --frame N           number of the frame as in bt (the first with a source file)
  --registers         the registers of the frame
  --json              one JSON object on standard output
${coreOptionsUsage}`,
  options: {
    thread: { type: "string" },
    frame: { type: "string" },
    registers: { type: "boolean" },
    json: { type: "boolean" },
    ...coreFlags,
    ...openFlags,
  },
  async run(invocation) {
    const { output, signal, values, positionals } = invocation;
    const path = requirePositional(invocation, 0, "CORE");
    const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
    const lwp = countOption(invocation, "thread") ?? (await firstThread(session, path, signal));
    const place = await placeIn(session, lwp, countOption(invocation, "frame"), signal);
    const expressions = positionals.slice(1);
    const rows: CoreVariableRow[] = [];
    let failed = false;
    for (const expression of expressions) {
      try {
        rows.push({
          ...(await session.ask("core/evaluate", { expression, place }, signal)),
          name: expression,
        });
      } catch (error) {
        if (!(error instanceof ExhumeError)) throw error;
        failed = true;
        output.note([`exhume print: ${expression}: ${error.message}`]);
      }
    }
    const scopes =
      values["registers"] === true ? ["registers"] : expressions.length > 0 ? [] : ["arguments", "locals"];
    for (const scope of scopes as ("registers" | "arguments" | "locals")[]) {
      const page = await session.ask(
        "core/variables",
        { ...place, scope, start: 0, count: mostRows },
        signal,
      );
      for (const row of page.rows) await addRow(session, rows, row, scope === "registers", signal);
    }
    if (values["json"] === true) output.json({ schemaVersion: 1, values: rows.map(jsonOf) });
    else output.text(rows.map(({ name, value }) => `${name} = ${value}`));
    return failed ? exitCodes.incomplete : exitCodeFor(session.problems);
  },
};

/** Groups of registers are printed register by register. */
async function addRow(
  session: DumpSession,
  rows: CoreVariableRow[],
  row: CoreVariableRow,
  opensGroups: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!opensGroups || row.expression !== undefined || row.parts === undefined) {
    rows.push(row);
    return;
  }
  const { handle, count } = row.parts;
  const page = await session.ask(
    "core/parts",
    { handle, start: 0, count: Math.min(count, mostRows) },
    signal,
  );
  for (const part of page.rows) rows.push(part);
}

async function firstThread(session: DumpSession, path: string, signal: AbortSignal): Promise<number> {
  const { rows } = await session.ask("core/threads", { start: 0, count: 1 }, signal);
  if (rows[0] === undefined) throw new ExhumeError({ code: "notFound", what: `a thread in ${path}` });
  return rows[0].lwp;
}

async function placeIn(
  session: DumpSession,
  lwp: number,
  wanted: number | undefined,
  signal: AbortSignal,
): Promise<CoreFramePlace> {
  const { threads } = await session.ask(
    "core/backtrace",
    { lwps: [lwp], maximumFrames: framesLookedAt },
    signal,
  );
  const frames = (threads[0]?.frames ?? []).filter(({ language }) => language === undefined);
  const chosen: CoreFrame | undefined =
    wanted === undefined
      ? (frames.find(({ file, module }) => file !== undefined && module === frames.at(-1)?.module) ??
        frames.find(({ file }) => file !== undefined) ??
        frames[0])
      : frames.find(({ index }) => index === wanted);
  return { lwp, frame: wanted ?? chosen?.index ?? 0, inline: chosen?.inline ?? 0 };
}

function jsonOf({ name, value, type, address, missing }: CoreVariableRow): Record<string, unknown> {
  return {
    name,
    value,
    type,
    ...(address === undefined ? {} : { address }),
    ...(missing === undefined ? {} : { missing: missing.kind }),
  };
}
