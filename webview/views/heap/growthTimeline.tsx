import { fileNameOf } from "../../../analyzer/base/pathNames";
import type { ComparisonResult, PathGrowthRow } from "../../../analyzer/protocol/heap/growth";
import { formatTime } from "../../format";
import { useSaved } from "../../state";
import { type ChartLine, LineChart } from "../../widgets/lineChart";

const mostLines = 6;

/** What grows over a series of dumps, along the time at which they were written. */
export function GrowthTimeline({ result: { dumps, growing } }: { readonly result: ComparisonResult }) {
  const [open, setOpen] = useSaved("compare:timeline", true);
  const first = dumps[0]!.createdMs;
  const times = dumps.map(({ createdMs }) => createdMs);
  // Dumps that do not say when they were written, or say the same, stand side by side.
  const hasTimes = times.every((time, at) => time > 0 && (at === 0 || time > times[at - 1]!));
  const placeOf = (at: number) => (hasTimes ? (times[at]! - first) / 1000 : at + 1);
  const lines = growing.slice(0, mostLines).map(
    (row): ChartLine => ({
      name: holderOf(row),
      look: "line",
      points: row.bytes.map((bytes, at) => [placeOf(at), bytes]),
    }),
  );
  if (lines.length === 0) return null;
  return (
    <details class="band" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Timeline</summary>
      <LineChart
        label="What grows, along the dumps"
        lines={lines}
        along={hasTimes ? { title: "Time", unit: "seconds" } : { title: "Dump", unit: "count" }}
        unit="bytes"
        placeNames={dumps.map(({ path, createdMs }) =>
          [fileNameOf(path), formatTime(createdMs)].filter((text) => text !== "").join(", "),
        )}
      />
    </details>
  );
}

/** The field, else what piles up. Paths that end alike are told apart by the class before. */
function holderOf({ field, path }: PathGrowthRow): string {
  if (field !== undefined) return `${field.className}.${field.name}`;
  return path
    .slice(-2)
    .map(({ className }) => className)
    .join(" → ");
}
