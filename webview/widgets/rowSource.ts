import type { Page, SortOrder } from "../../analyzer/protocol/wire";
import type { Column } from "./columns";

export interface RowRequest<Row> {
  /** Rows from the top down to the parent; empty for the top. */
  readonly path: readonly Row[];
  readonly start: number;
  readonly count: number;
  readonly sort: SortOrder<string>;
}

/** Where a {@link DataTable} gets its rows: pages, sorted and filtered beside the data. */
export interface RowSource<Row> {
  readonly page: (request: RowRequest<Row>, signal: AbortSignal) => Promise<Page<Row>>;
  /** Names a row for good: re-sorting finds it again by this. */
  readonly keyOf: (row: Row) => string;
  /** Whether a row has rows below it; leave out for a flat table. */
  readonly expandable?: (row: Row) => boolean;
  /** Indices from the top down to the row with this key in the given order; empty when it is not there. */
  readonly locate?: (key: string, sort: SortOrder<string>, signal: AbortSignal) => Promise<readonly number[]>;
}

/** Rows a table looks through for one it should return to, when its source cannot locate rows by itself. */
const mostScanned = 20_000;
const scannedAtOnce = 1_000;

/** Indices of a row at the top level of a table; empty when it is not there, or far down. */
export async function locateRow<Row>(
  source: RowSource<Row>,
  key: string,
  sort: SortOrder<string>,
  signal: AbortSignal,
): Promise<readonly number[]> {
  if (source.locate !== undefined) return source.locate(key, sort, signal);
  for (let start = 0; start < mostScanned && !signal.aborted; ) {
    const page = await source.page({ path: [], start, count: scannedAtOnce, sort }, signal);
    const index = page.rows.findIndex((row) => source.keyOf(row) === key);
    if (index >= 0) return [page.start + index];
    start = page.end;
    if (page.rows.length === 0 || start >= page.total) return [];
  }
  return [];
}

export interface LocalRows<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Part of any cell's text, case-insensitive. */
  readonly filter?: string;
}

/** A source over rows that are all here already; for lists that are short by nature (threads, loaders, modules). */
export function localSource<Row>({ rows, columns, keyOf, filter = "" }: LocalRows<Row>): RowSource<Row> {
  const wanted = filter.trim().toLowerCase();
  const kept =
    wanted === ""
      ? rows
      : rows.filter((row) =>
          columns.some((column) => String(column.value(row)).toLowerCase().includes(wanted)),
        );
  const inOrder = (sort: SortOrder<string>) => {
    const column = columns.find(({ id }) => id === sort.column);
    if (column === undefined) return kept;
    const sign = sort.descending ? -1 : 1;
    return [...kept].sort((a, b) => sign * compare(column.value(a), column.value(b)));
  };
  return {
    keyOf,
    page: ({ start, count, sort }) => {
      const page = inOrder(sort).slice(start, start + count);
      return Promise.resolve({ start, end: start + page.length, total: kept.length, rows: page });
    },
    locate: (key, sort) => {
      const index = inOrder(sort).findIndex((row) => keyOf(row) === key);
      return Promise.resolve(index < 0 ? [] : [index]);
    },
  };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}
