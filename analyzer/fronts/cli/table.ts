import { visibleControls } from "../../base/foreignText";

/** A column of a terminal table. */
export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** Which end of a long text stays: in class names the last part says most, so that is the rule. */
  readonly keep?: "start" | "end";
}

/** Lines of a table; the last left-aligned column is cut so that they fit `width`. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  // Before anything is measured: an escape is longer than the control it shows.
  const shown = rows.map((row) => row.map(visibleControls));
  const titles = columns.map(({ title }) => visibleControls(title));
  const widths = titles.map((title, at) =>
    shown.reduce((widest, row) => Math.max(widest, (row[at] ?? "").length), title.length),
  );
  const flexible = columns.map(({ align }) => align).lastIndexOf("left");
  if (flexible >= 0) {
    const others = widths.reduce((sum, each, at) => (at === flexible ? sum : sum + each + 2), 0);
    widths[flexible] = Math.max(16, Math.min(widths[flexible]!, width - others));
  }
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align, keep }, at) => {
        const cell = shorten(cells[at] ?? "", widths[at]!, keep);
        return align === "right" ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!);
      })
      .join("  ")
      .trimEnd();
  return [titles, ...shown].map(line);
}

function shorten(text: string, width: number, keep: "start" | "end" = "end"): string {
  if (text.length <= width) return text;
  return keep === "start" ? `${text.slice(0, width - 1)}…` : `…${text.slice(text.length - width + 1)}`;
}
