import type { FigureUnit } from "../../analyzer/protocol/triageRequests";
import { formatBytes, formatCount, formatExactBytes, formatShare } from "../format";

/** A figure of a saved text as its unit wants to be read. */
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

/** The exact figure, for hovers. */
export function exactFigure(value: number | string | null, unit: FigureUnit): string {
  return typeof value === "number" && unit === "bytes" ? formatExactBytes(value) : formatFigure(value, unit);
}
