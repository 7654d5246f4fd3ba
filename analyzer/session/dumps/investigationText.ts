import { fileNameOf } from "../../base/pathNames";
/** A document made of headings, facts, findings and tables, before it becomes Markdown or HTML. */
export interface InvestigationDocument {
  readonly title: string;
  readonly sections: readonly DocumentSection[];
}

export type DocumentSection =
  | {
      readonly kind: "facts";
      readonly title: string;
      /** What happened, in one line. */
      readonly lead?: string;
      /** The few figures one looks for first. */
      readonly figures?: readonly (readonly [name: string, value: string])[];
      readonly facts: readonly (readonly [name: string, value: string])[];
    }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly columns: readonly DocumentColumn[];
      readonly rows: readonly (readonly Cell[])[];
      /** Said instead of a table without rows. */
      readonly empty?: string;
    }
  | { readonly kind: "findings"; readonly title: string; readonly findings: readonly Finding[] }
  | { readonly kind: "text"; readonly title: string; readonly paragraphs: readonly Cell[] };

/** Something with a name of its own and sentences below: a leak suspect, a note. */
export interface Finding {
  readonly title: Cell;
  /** How much, beside a bar when it is a share of a whole. */
  readonly figure?: string;
  /** 0 … 1. */
  readonly share?: number;
  readonly badges?: readonly string[];
  readonly sentences: readonly string[];
  readonly advice?: string;
  /** Steps from the root. */
  readonly path?: readonly string[];
}

export interface DocumentColumn {
  readonly title: string;
  readonly align: "left" | "right";
}

export interface Cell {
  readonly text: string;
  /** Opens the place in the editor. */
  readonly link?: string;
  /** The whole of what the text tells shortly. */
  readonly whole?: string;
  /** 0 … 1: drawn as a bar before the text. */
  readonly share?: number;
}

/** The address that opens a place of the dump in the editor. */
export type LinkTo = (view: string, params?: Readonly<Record<string, unknown>>) => string;

/** Columns by their titles; one that begins with `>` is aligned to the right. */
export function columnsOf(...titles: readonly string[]): DocumentColumn[] {
  return titles.map((title) => ({
    title: title.replace(/^>/, ""),
    align: title.startsWith(">") ? "right" : "left",
  }));
}

/** A moment as both forms show it, to the second and in UTC: a document is read in other places. */
export function momentText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A path by its last part, which is what one reads; the whole of it beside. */
export function fileCell(path: string, suffix = ""): Cell {
  const name = fileNameOf(path);
  return { text: `${name}${suffix}`, whole: `${path}${suffix}` };
}

/** The columns that say something: an empty one only makes the others narrow. */
export function filledColumns({
  columns,
  rows,
}: Extract<DocumentSection, { kind: "table" }>): readonly number[] {
  return columns
    .map((_, at) => at)
    .filter((at) => rows.length === 0 || rows.some((row) => (row[at]?.text ?? "") !== ""));
}
