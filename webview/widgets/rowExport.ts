import { asPastedCell } from "../../analyzer/base/foreignText";
import type { SortOrder } from "../../analyzer/protocol/wire";
import { formatCsv } from "../format";
import type { Column } from "./columns";
import type { RowSource } from "./rowSource";

/** A row as people paste it: cells apart by tabs. */
export function rowAsText<Row>(columns: readonly Column<Row>[], row: Row): string {
  return columns.map((column) => asPastedCell(column.value(row))).join("\t");
}

export interface ExportRequest<Row> {
  readonly source: RowSource<Row>;
  readonly columns: readonly Column<Row>[];
  readonly sort: SortOrder<string>;
  /** At most this many rows. */
  readonly limit: number;
}

/** The top rows in the order shown, as CSV with a heading line; numbers are exact, not rounded. */
export async function topRowsAsCsv<Row>(request: ExportRequest<Row>, signal: AbortSignal): Promise<string> {
  const { source, columns, sort, limit } = request;
  const rows: Row[] = [];
  for (;;) {
    const count = Math.min(1000, limit - rows.length);
    const page = await source.page({ path: [], start: rows.length, count, sort }, signal);
    for (const row of page.rows) rows.push(row);
    if (page.rows.length === 0 || rows.length >= Math.min(page.total, limit)) break;
  }
  const heading = columns.map((column) => column.title);
  return formatCsv([heading, ...rows.map((row) => columns.map((column) => column.value(row)))]);
}
