// How every front writes figures: one size must read the same in a table, a sentence, a lens and a terminal.

const binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1536` → `1.50 KiB`; three significant digits, exact below one KiB. */
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
  return withMinus(bytes, `${value.toFixed(digits)} ${binaryUnits[unit]!}`);
}

/** The same; a dash for a size that is not known, as retained sizes are when dominators were left out. */
export function formatBytesOrDash(bytes: number | undefined): string {
  return bytes === undefined ? "—" : formatBytes(bytes);
}

/** `1536` → `1,536 bytes`, for hovers and screen readers. */
export function formatExactBytes(bytes: number): string {
  return formatQuantity(bytes, "byte");
}

/** `12345` → `12,345`. */
export function formatCount(count: number): string {
  // Without Intl, whose first use costs a process as much as reading a small core.
  if (Number.isSafeInteger(count)) return withMinus(count, grouped(String(Math.abs(count))));
  return withMinus(count, Math.abs(count).toLocaleString("en-US", { maximumFractionDigits: 0 }));
}

/** A minus, as long as a plus, not a hyphen. */
function withMinus(figure: number, amount: string): string {
  return figure < 0 ? `−${amount}` : amount;
}

function grouped(digits: string): string {
  const first = digits.length - 3;
  return first > 0 ? `${grouped(digits.slice(0, first))},${digits.slice(first)}` : digits;
}

/** `1` → `1 object`, `2` → `2 objects`; pass the plural when it is not formed with an s. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** Part of a whole as percent; `<0.1 %` rather than a zero that is not one, a dash when there is no whole. */
export function formatShare(part: number, all: number): string {
  if (all <= 0) return "–";
  const percent = (100 * part) / all;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  return `${percent.toFixed(1)} %`;
}

/** What a bare number stands for; the protocol names the same units for the tables of saved texts. */
export type FigureUnit = "bytes" | "count" | "seconds" | "share" | "text" | "address";

/** A figure as its unit wants to be read; empty for one that is not there. */
export function formatFigure(value: number | string | null, unit: FigureUnit): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  switch (unit) {
    case "bytes":
      return formatBytes(value);
    case "count":
      return formatCount(value);
    case "seconds":
      return `${value.toLocaleString("en-US", { maximumFractionDigits: 3 })} s`;
    case "share":
      return formatShare(value, 1);
    case "address":
      return `0x${value.toString(16)}`;
    case "text":
      return String(value);
  }
}

/** As it stands at the beginning of a line; class names keep their letters: `java.util.HashMap with 15,000 entries`. */
export function capitalised(sentence: string): string {
  const [word = ""] = sentence.split(" ");
  return /^\p{Ll}[\p{L}-]*$/u.test(word) ? `${word[0]!.toUpperCase()}${sentence.slice(1)}` : sentence;
}
