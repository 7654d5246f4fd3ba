import type { ComponentChildren } from "preact";
import { formatBytes, formatBytesOrDash, formatCount, formatExactBytes, formatShare } from "../format";
import { Bar } from "./bar";

/** One column of a {@link DataTable}: what it shows, and what it says when copied. */
export interface Column<Row> {
  /** Also the sort column's name on the wire, when sortable. */
  readonly id: string;
  readonly title: string;
  /** Longer explanation, shown on hover over the heading. */
  readonly hint?: string;
  /** A CSS grid track, e.g. `minmax(16em, 1fr)` or `8em`. */
  readonly width: string;
  readonly align: "start" | "end";
  readonly sortable: boolean;
  /** First click on the heading sorts this way. */
  readonly descendingFirst: boolean;
  /** Plain value for copy, CSV and type-ahead; numbers stay exact. */
  readonly value: (row: Row) => string | number;
  readonly render?: (row: Row) => ComponentChildren;
  /** Shown on hover over the cell. */
  readonly tooltip?: (row: Row) => string | undefined;
}

type Options<Row> = Partial<Pick<Column<Row>, "hint" | "width" | "sortable" | "render">> & {
  readonly tooltip?: (row: Row) => string | undefined;
};

export function textColumn<Row>(
  id: string,
  title: string,
  value: (row: Row) => string,
  options: Options<Row> = {},
): Column<Row> {
  const { tooltip, ...rest } = options;
  return {
    id,
    title,
    value,
    width: "minmax(14em, 1fr)",
    align: "start",
    sortable: true,
    descendingFirst: false,
    tooltip: tooltip ?? value,
    ...rest,
  };
}

export function countColumn<Row>(
  id: string,
  title: string,
  count: (row: Row) => number | undefined,
  options: Options<Row> = {},
): Column<Row> {
  return numberColumn(id, title, count, formatCount, formatCount, options);
}

/** Binary units in the cell, exact bytes on hover and in copies. */
export function bytesColumn<Row>(
  id: string,
  title: string,
  bytes: (row: Row) => number | undefined,
  options: Options<Row> = {},
): Column<Row> {
  const render = (row: Row) => formatBytesOrDash(bytes(row));
  return numberColumn(id, title, bytes, formatBytes, formatExactBytes, { render, ...options });
}

/** A bar and a percentage of `whole`. Not sortable: sort by the figure it is made of. */
export function shareColumn<Row>(
  id: string,
  title: string,
  part: (row: Row) => number | undefined,
  whole: number,
  options: Options<Row> = {},
): Column<Row> {
  return {
    id,
    title,
    width: "9em",
    align: "start",
    sortable: false,
    descendingFirst: true,
    value: (row) => formatShare(part(row) ?? 0, whole),
    render: (row) => <Bar part={part(row) ?? 0} whole={whole} />,
    ...options,
  };
}

function numberColumn<Row>(
  id: string,
  title: string,
  value: (row: Row) => number | undefined,
  format: (value: number) => string,
  exact: (value: number) => string,
  { tooltip, ...rest }: Options<Row>,
): Column<Row> {
  const shown = (row: Row, how: (value: number) => string) => {
    const number = value(row);
    return number === undefined ? "" : how(number);
  };
  return {
    id,
    title,
    width: "8.5em",
    align: "end",
    sortable: true,
    descendingFirst: true,
    value: (row) => value(row) ?? "",
    render: (row) => shown(row, format),
    tooltip: tooltip ?? ((row) => shown(row, exact)),
    ...rest,
  };
}
