/** A column of a terminal table. */
export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** Which end of a long text stays: in class names the last part says most, so that is the rule. */
  readonly keep?: "start" | "end";
}

/** Lays rows out in columns; the last left-aligned column is cut so that lines fit `width`. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const widths = columns.map(({ title }, at) =>
    rows.reduce((most, row) => Math.max(most, (row[at] ?? "").length), title.length),
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
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join("\n").concat("\n");
}

function shorten(text: string, width: number, keep: "start" | "end" = "end"): string {
  if (text.length <= width) return text;
  return keep === "start" ? `${text.slice(0, width - 1)}…` : `…${text.slice(text.length - width + 1)}`;
}

/** A value of the dumped program in a terminal: without line ends and escape sequences, which could draw there. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "·");
}
