/** A column of a terminal table. */
export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Lays rows out in columns; the last left-aligned column is cut so that lines fit `width`. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const flexible = columns.map(({ align }) => align).lastIndexOf("left");
  if (flexible >= 0) {
    const others = widths.reduce((sum, each, at) => (at === flexible ? sum : sum + each + 2), 0);
    widths[flexible] = Math.max(16, Math.min(widths[flexible]!, width - others));
  }
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const cell = shorten(cells[at] ?? "", widths[at]!);
        return align === "right" ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join("\n").concat("\n");
}

/** Keeps the end of long names: in class names it says more than the beginning. */
function shorten(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}
