import type { Capability } from "../../protocol/capabilities";
import type { DumpSession } from "../../session/dumpSession";
import {
  type Command,
  countOption,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { apart } from "./output";
import { formatTable, type TableColumn } from "./table";

/** A table of an answer as a terminal shows it. */
export interface ListSection {
  readonly title?: string;
  /** One line under the title. */
  readonly note?: string;
  readonly columns: readonly TableColumn[];
  /** All rows; the first `--top` of them are printed. */
  readonly rows: readonly (readonly string[])[];
  /** Said instead of a table without rows. */
  readonly empty: string;
}

export interface HeapList<Answer extends object> {
  readonly name: string;
  readonly summary: string;
  readonly needs: Capability;
  /** The whole answer, which is what `--json` prints beside `schemaVersion`. */
  readonly ask: (session: DumpSession, signal: AbortSignal) => Promise<Answer>;
  readonly sections: (answer: Answer) => readonly ListSection[];
}

/** Asks for all rows of a paged list. */
export const everyRow = { start: 0, count: 0x7fff_ffff } as const;

const defaultTop = 30;

/** A verb that asks a heap dump one question without arguments and prints the answer as tables. */
export function heapListVerb<Answer extends object>(list: HeapList<Answer>): Command {
  return {
    name: list.name,
    summary: list.summary,
    needs: list.needs,
    usage: `DUMP [--top N] [--json]
  --top N             rows of a table (${defaultTop}); JSON has all
  --json              one JSON object on standard output
${openOptionsUsage}`,
    options: { json: { type: "boolean" }, top: { type: "string" }, ...openFlags },
    async run(invocation) {
      const file = requirePositional(invocation, 0, "DUMP");
      const top = countOption(invocation, "top") ?? defaultTop;
      const { output, signal, values } = invocation;
      const session = await invocation.openDump(file, openOptionsOf(invocation));
      const answer = await list.ask(session, signal);
      if (values["json"] === true) output.json({ schemaVersion: 1, ...answer });
      else
        output.text(apart(list.sections(answer).map((section) => sectionText(section, top, output.columns))));
      return exitCodeFor(session.problems);
    },
  };
}

function sectionText(
  { title, note, columns, rows, empty }: ListSection,
  top: number,
  width: number,
): string[] {
  const lines = [
    ...(title === undefined ? [] : [title]),
    ...(note === undefined ? [] : [note]),
    ...(rows.length === 0 ? [empty] : formatTable(columns, rows.slice(0, top), width)),
  ];
  if (rows.length > top) lines.push(`… ${rows.length - top} more`);
  return lines;
}
