import { dump } from "../dump/open";
import { type ParamsIn, request } from "../request";
import { flag, name, object, optional, page, whole, words } from "../shapes";
import type { Page, WireProblem } from "../wire";

/** How a figure or a column is to be shown. */
export type CellUnit = "bytes" | "count" | "seconds" | "share" | "text" | "address";

export interface TextFigure {
  readonly name: string;
  readonly unit: CellUnit;
  readonly value: number | string;
}

/** A list inside a saved text; its rows are asked page by page. */
export interface TextTable {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly unit: CellUnit }[];
  readonly rows: number;
}

/** Figures along time, or along the reports of a file. */
export interface ChartOfLines {
  readonly kind: "lines";
  readonly title: string;
  /** What the picture says, in a sentence. */
  readonly note: string;
  /** What `x` of the points counts. */
  readonly along: { readonly title: string; readonly unit: "seconds" | "count" };
  readonly unit: "bytes" | "count";
  readonly lines: readonly {
    readonly name: string;
    /** How it is drawn: a line through the points, the points alone, or a limit that nothing may pass. */
    readonly look: "line" | "points" | "limit";
    /** `[x, y]`, ascending by x; thinned to what a picture can show. */
    readonly points: readonly (readonly [number, number])[];
  }[];
}

/** Parts beside each other, the largest first; changes may be negative. */
export interface ChartOfBars {
  readonly kind: "bars";
  readonly title: string;
  readonly note: string;
  readonly unit: "bytes" | "count";
  /** Values are what changed: written with a sign. */
  readonly isChange?: true;
  readonly bars: readonly {
    readonly name: string;
    readonly value: number;
    /** What the value is a part of: the reserved bytes of committed ones. */
    readonly of?: number;
  }[];
}

export type TextChart = ChartOfLines | ChartOfBars;

export interface TextSummary {
  readonly path: string;
  /** In words: `NMT report (summary.diff)`. */
  readonly format: string;
  readonly figures: readonly TextFigure[];
  readonly charts: readonly TextChart[];
  readonly tables: readonly TextTable[];
  readonly problems: readonly WireProblem[];
}

/** One row: cells in the order of the columns; null where the text has no figure. */
export interface TextRow {
  readonly cells: readonly (number | string | null)[];
  /** Further lines of the row, e.g. the frames of a stack, innermost first. */
  readonly details?: readonly string[];
}

export const textRequests = {
  "text/summary": request({ dump }).gives<TextSummary>(),
  "text/table": request({
    dump,
    ...page,
    table: name,
    /** Column to sort by; absent for the order of the text. */
    sort: optional(object({ column: whole(10_000), descending: flag })),
    /** Part of any cell or detail, case-insensitive. */
    filter: optional(words),
  }).gives<Page<TextRow>>(),
};
export type TextTableQuery = ParamsIn<(typeof textRequests)["text/table"]>;
