import type { Bytes, Call, DumpId, Page, PageQuery, WireProblem } from "./wire";

/** How a figure or a column is to be shown. */
export type FigureUnit = "bytes" | "count" | "seconds" | "share" | "text" | "address";

export interface TextFigure {
  readonly name: string;
  readonly unit: FigureUnit;
  readonly value: number | string;
}

/** A list inside a saved text; its rows are asked page by page. */
export interface TextTable {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly unit: FigureUnit }[];
  readonly rows: number;
}

export interface TextSummary {
  readonly path: string;
  /** In words: `NMT report (summary.diff)`. */
  readonly format: string;
  readonly figures: readonly TextFigure[];
  readonly tables: readonly TextTable[];
  readonly problems: readonly WireProblem[];
}

/** One row: cells in the order of the columns; null where the text has no figure. */
export interface TextRow {
  readonly cells: readonly (number | string | null)[];
  /** Further lines of the row, e.g. the frames of a stack, innermost first. */
  readonly details?: readonly string[];
}

export interface TextTableQuery extends PageQuery {
  readonly dump: DumpId;
  readonly table: string;
  /** Column to sort by; absent for the order of the text. */
  readonly sort?: { readonly column: number; readonly descending: boolean };
  /** Part of any cell or detail, case-insensitive. */
  readonly filter?: string;
}

export type TriageCause =
  | "retention"
  | "fragmentation"
  | "off-heap"
  | "churn"
  | "thread-leak"
  | "none"
  | "undetermined";

/** Something to capture next. `PID` stands for the process. */
export interface CaptureStep {
  readonly what: string;
  readonly command: string;
  readonly pause: string;
  readonly disk: string;
  readonly risk: string;
  readonly why: string;
}

export interface AccountRow {
  readonly name: string;
  readonly group: "heap" | "native" | "malloc" | "stacks" | "files" | "other" | "unexplained";
  readonly bytes: Bytes;
  readonly source: string;
  readonly exact: boolean;
}

/** What RSS consists of. */
export interface MemoryAccount {
  readonly parts: readonly AccountRow[];
  readonly rssBytes?: Bytes;
  readonly rssSource?: string;
  /** RSS minus the parts; negative when committed memory that is not resident was counted. */
  readonly unexplainedBytes?: Bytes;
  readonly limitBytes?: Bytes;
  /** True when the parts are resident bytes, false when some are committed ones. */
  readonly resident: boolean;
}

export interface TriageVerdict {
  readonly cause: TriageCause;
  readonly confidence: "high" | "medium" | "low";
  readonly summary: string;
  readonly because: readonly string[];
  /** Names ending in `Bytes` are bytes, in `Share` parts of one. */
  readonly figures: Readonly<Record<string, number>>;
  readonly isNot: readonly {
    readonly cause: TriageCause;
    readonly sentence: string;
    readonly known: boolean;
  }[];
  readonly usualFix: string;
  readonly next: readonly CaptureStep[];
  readonly account: MemoryAccount;
  readonly inputs: readonly TriageInput[];
  /** What changed over inputs of one kind; empty when there is one of each. */
  readonly growth: readonly GrowthRow[];
}

export interface TriageInput {
  readonly path: string;
  readonly what: string;
  /** What of it could not be read or is odd, in sentences. */
  readonly problems: readonly string[];
}

/** Growth of one part between two inputs of a series. */
export interface GrowthRow {
  readonly name: string;
  /** What is compared: a category, a size class, a group of threads… */
  readonly of: string;
  /** One value per input, in the order given; 0 where the input does not have it. */
  readonly values: readonly number[];
  /** Last minus first. */
  readonly change: number;
  readonly unit: "bytes" | "count";
}

/** Which inputs to weigh: an open dump, then files that are opened for the answer. */
export interface TriageInputs {
  readonly dump: DumpId;
  readonly paths?: readonly string[];
}

/** What one dump says about its process, for {@link TriageRequests}; only the analyzer looks inside. */
export interface OpaqueEvidence {
  readonly source: string;
  readonly kind: string;
}

export interface TriageRequests {
  "text/summary": Call<{ readonly dump: DumpId }, TextSummary>;
  "text/table": Call<TextTableQuery, Page<TextRow>>;
  /** Asked of every dump whose format has figures for it. */
  "triage/evidence": Call<{ readonly dump: DumpId }, OpaqueEvidence>;
  /** Which cause it is, from all inputs of one process in the order of time. */
  "triage/verdict": Call<TriageInputs & { readonly limitBytes?: Bytes }, TriageVerdict>;
}
