import { ticks } from "d3-array";
import { formatBytes, formatCount, formatFigure } from "../format";

export type ChartUnit = "bytes" | "count" | "seconds";

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round values between two, both included where they are round, about as many as asked for. */
export function ticksOf(from: number, to: number, about: number, unit: ChartUnit): Tick[] {
  const step = unitSize(Math.max(Math.abs(from), Math.abs(to)), unit);
  return ticks(from / step, to / step, about)
    .filter((tick) => unit !== "count" || Number.isInteger(tick))
    .map((tick) => ({ value: tick * step, label: tickLabel(tick * step, step, unit) }));
}

/** Ticks are round in the unit that is written: 256 MiB, not 268 million bytes; hours, not thousands of seconds. */
function unitSize(largest: number, unit: ChartUnit): number {
  if (unit === "bytes") return 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, largest)) / 10));
  if (unit === "count") return 1;
  return largest >= 7200 ? 3600 : largest >= 120 ? 60 : 1;
}

function tickLabel(value: number, step: number, unit: ChartUnit): string {
  if (unit === "bytes") return formatBytes(value).replace(/\.0+ /, " ");
  if (unit === "count") return formatCount(value);
  return step === 1
    ? formatFigure(value, "seconds")
    : `${+(value / step).toFixed(2)} ${step === 60 ? "min" : "h"}`;
}
