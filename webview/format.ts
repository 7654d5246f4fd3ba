const binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1536` → `1.5 KiB`; three significant digits, exact below one KiB. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  // 1023.7 must not round up to "1024 KiB".
  if (unit > 0 && unit < binaryUnits.length - 1 && Math.round(value) >= 1024) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${bytes < 0 ? "−" : ""}${value.toFixed(digits)} ${binaryUnits[unit]!}`;
}

/** `1536` → `1,536 bytes`, for hovers and screen readers. */
export function formatExactBytes(bytes: number): string {
  return `${whole.format(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** `12345` → `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1` → `1 object`, `2` → `2 objects`; pass the plural when it is not formed with an s. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** Part of a whole as percent; `<0.1 %` rather than a zero that is not one. */
export function formatShare(part: number, all: number): string {
  if (all <= 0) return "–";
  const percent = (100 * part) / all;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  return `${percent.toFixed(1)} %`;
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
  const cell = (value: string | number) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
