import { ExhumeError } from "../../base/errors";
import { formatCount, formatQuantity } from "../../base/figures";
import type { QueryCell, QueryResultPage } from "../../protocol/heap/query";
import {
  type Command,
  countOption,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { formatTable } from "./table";

const defaultRows = 100;
const defaultJsonRows = 1_000;
const pageRows = 5_000;

export const query: Command = {
  name: "query",
  needs: "fieldValues",
  summary: "Ask a heap dump in OQL, as Eclipse MAT and VisualVM users write it.",
  usage: `DUMP 'SELECT … FROM [INSTANCEOF] CLASS [alias] [WHERE …]' [--reachable | --all] [--top N] [--json]
  --reachable         leave out objects that nothing reaches, as Eclipse MAT does
  --all               count them as well, as VisualVM does (the default)
  --top N             rows shown (100, as JSON 1000)
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: {
    json: { type: "boolean" },
    reachable: { type: "boolean" },
    all: { type: "boolean" },
    top: { type: "string" },
    ...openFlags,
  },
  async run(invocation) {
    const path = requirePositional(invocation, 0, "DUMP");
    const text = requirePositional(invocation, 1, "the query");
    const { output, signal, values } = invocation;
    const json = values["json"] === true;
    const wanted = countOption(invocation, "top") ?? (json ? defaultJsonRows : defaultRows);
    const reachableOnly = values["reachable"] === true;
    if (reachableOnly && values["all"] === true) {
      throw new ExhumeError({ code: "invalid", what: "--reachable and --all contradict each other" });
    }
    const session = await invocation.openDump(path, openOptionsOf(invocation));
    let page = await session.ask(
      "heap/query",
      { text, reachableOnly, start: 0, count: Math.min(wanted, pageRows) },
      signal,
    );
    const rows = [...page.rows];
    while (rows.length < Math.min(wanted, page.total)) {
      const count = Math.min(pageRows, wanted - rows.length);
      page = await session.ask("heap/query", { text, reachableOnly, start: rows.length, count }, signal);
      if (page.rows.length === 0) break;
      for (const row of page.rows) rows.push(row);
    }
    const { columns, total, cut, unreachable } = page;
    if (json) output.json({ schemaVersion: 1, columns, total, cut, unreachable, rows });
    else output.text(tableText({ ...page, rows }, output.columns));
    return exitCodeFor(session.problems);
  },
};

/** What a reader of counts has to know, and how to have it the other way. */
const unreachableWords = {
  included: "; unreachable objects count (--reachable leaves them out)",
  leftOut: "; unreachable objects are left out",
} as const;

function tableText({ columns, rows, total, unreachable }: QueryResultPage, width: number): string[] {
  const numeric = columns.map((_, at) => rows.every(({ cells }) => typeof cells[at] === "number"));
  const table = formatTable(
    columns.map((title, at) => ({ title, align: numeric[at] === true ? "right" : "left" })),
    rows.map(({ cells }) => cells.map(cellText)),
    width,
  );
  const shown =
    rows.length < total
      ? `${formatCount(rows.length)} of ${formatQuantity(total, "row")}`
      : formatQuantity(total, "row");
  return [...table, unreachable === undefined ? shown : shown + unreachableWords[unreachable]];
}

function cellText(cell: QueryCell): string {
  if (cell === null) return "null";
  if (typeof cell !== "object") return String(cell);
  return "list" in cell ? `[${cell.list.map(cellText).join(", ")}]` : cell.text;
}
