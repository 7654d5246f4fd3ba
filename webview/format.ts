import { type FigureUnit, formatExactBytes, formatFigure } from "../analyzer/base/figures";
import { asCsvCell } from "../analyzer/base/foreignText";

export {
  capitalised,
  formatBytes,
  formatBytesOrDash,
  formatCount,
  formatExactBytes,
  formatFigure,
  formatQuantity,
  formatShare,
} from "../analyzer/base/figures";

/** The same figure to the last digit, for hovers. */
export function exactFigure(value: number | string | null, unit: FigureUnit): string {
  return typeof value === "number" && unit === "bytes" ? formatExactBytes(value) : formatFigure(value, unit);
}

/** Milliseconds since 1970 → date and time in the reader's zone; empty for 0, which dumps use for "not known". */
export function formatTime(ms: number): string {
  if (ms <= 0) return "";
  return new Date(ms).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** Package and simple name of a class as Java writes it: `java.util.HashMap$Node[]` → [`java.util.`, `HashMap$Node[]`]. */
export function splitClassName(className: string): readonly [packagePrefix: string, simpleName: string] {
  // Hidden and lambda classes carry a slash after the last dot that belongs to the name.
  const nameEnd = className.search(/[/[<(]/);
  const dot = className.lastIndexOf(".", nameEnd < 0 ? className.length : nameEnd);
  return [className.slice(0, dot + 1), className.slice(dot + 1)];
}

/** Rows of cells as CSV (RFC 4180). */
export function formatCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(asCsvCell).join(",")}\r\n`).join("");
}
