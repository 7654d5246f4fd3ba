import { assertUnreachable } from "../../base/assert";
import { formatBytes, formatCount, formatQuantity } from "../../base/figures";
import { type GcFloor, gcTrendOf } from "../../core/regions/gcTrend";
import { residencyOf } from "../../core/regions/residency";
import { evidenceOfText } from "../../core/regions/textEvidence";
import type { GcLog } from "../../formats/texts/gcLog";
import type { MemoryMapText } from "../../formats/texts/memoryMap";
import type { NmtReport } from "../../formats/texts/nmt";
import type { SavedText } from "../../formats/texts/savedText";
import type { ReportFigures } from "../../formats/texts/severalReports";
import type { PrintedStackGroup } from "../../formats/texts/stackGroups";
import type { ChartOfBars, ChartOfLines, TextChart } from "../../protocol/text/tables";

/** Pictures of a text, the most telling first; none where a picture would say no more than the figures. */
export function chartsOf(text: SavedText): TextChart[] {
  switch (text.kind) {
    case "gcLog":
      return text.collections.length < 2 ? [] : [heapAfterCollections(text)];
    case "nmt":
      return [
        ...seriesChart("Committed by category", "bytes", text.series),
        ...changeBars(text),
        committedBars(text),
      ];
    case "memoryMap":
      return [
        ...seriesChart("Memory of the process", "bytes", named(text.series, mapNames)),
        ...owners(text),
      ];
    case "procStatus":
      return [
        ...seriesChart("Memory of the process", "bytes", named(text.series, statusNames)),
        ...seriesChart("Threads of the process", "count", named(text.series, { threads: "Threads" })),
      ];
    case "threadDump":
      return [
        ...seriesChart("Threads by state", "count", text.series),
        ...states("Threads", text.groups, text.series !== undefined),
      ];
    case "goroutines":
      return [
        ...seriesChart("Goroutines by state", "count", text.series),
        ...states("Goroutines", text.groups, text.series !== undefined),
      ];
    default:
      return assertUnreachable(text);
  }
}

/** More points than a picture has columns say nothing: of each span of them the least and the most stay. */
const mostPoints = 1200;
const mostLines = 8;
const mostBars = 16;

function heapAfterCollections(log: GcLog): ChartOfLines {
  const { floor, heapMaxBytes } = gcTrendOf(log);
  const after = thinned(
    log.collections.map(({ seconds, afterBytes }) => [seconds, afterBytes] as const),
    mostPoints,
  );
  const [first, last] = [after[0]![0], after.at(-1)![0]];
  return {
    kind: "lines",
    title: "Heap after collections",
    note: floor === undefined ? "Too few collections to tell whether the heap grows." : trendInWords(floor),
    along: { title: "Time", unit: "seconds" },
    unit: "bytes",
    lines: [
      { name: "After a collection", look: "points", points: after },
      ...(floor === undefined
        ? []
        : [
            {
              name: "Floor",
              look: "line" as const,
              points: floor.points.map(({ seconds, bytes }) => [seconds, bytes] as const),
            },
          ]),
      ...(heapMaxBytes > 0
        ? [
            {
              name: "Maximum heap",
              look: "limit" as const,
              points: [
                [first, heapMaxBytes],
                [last, heapMaxBytes],
              ] as const,
            },
          ]
        : []),
    ],
  };
}

const collectionsMeant = {
  full: "full collections",
  mixed: "mixed and full collections",
  young: "young collections, which leave old garbage",
} as const;

function trendInWords({ from, rising, slopeBytesPerHour, hoursToLimit, ...floor }: GcFloor): string {
  const made = `after ${collectionsMeant[from]}`;
  if (!rising) return `The floor ${made} does not rise steadily: ${formatBytes(floor.lastBytes)} at the end.`;
  const limit =
    hoursToLimit === undefined ? "" : `, and would reach the maximum heap in ${hoursInWords(hoursToLimit)}`;
  return `The floor ${made} rises by ${formatBytes(slopeBytesPerHour)} an hour${limit}.`;
}

function hoursInWords(hours: number): string {
  if (hours < 1 / 30) return "less than two minutes";
  if (hours < 2) return `${formatCount(Math.round(60 * hours))} minutes`;
  return hours < 72
    ? `${formatCount(Math.round(hours))} hours`
    : `${formatCount(Math.round(hours / 24))} days`;
}

/** Points in order of x. */
function thinned<P extends readonly [number, number]>(points: readonly P[], most: number): P[] {
  if (points.length <= most) return [...points];
  const kept: P[] = [];
  const spans = Math.floor(most / 2);
  for (let span = 0; span < spans; span++) {
    const start = Math.floor((span * points.length) / spans);
    const end = Math.floor(((span + 1) * points.length) / spans);
    let [least, highest] = [start, start];
    for (let at = start; at < end; at++) {
      if (points[at]![1] < points[least]![1]) least = at;
      if (points[at]![1] > points[highest]![1]) highest = at;
    }
    kept.push(points[Math.min(least, highest)]!);
    if (least !== highest) kept.push(points[Math.max(least, highest)]!);
  }
  return kept;
}

const mapNames = {
  rssBytes: "Resident",
  anonymousBytes: "Anonymous",
  privateDirtyBytes: "Private dirty",
  swapBytes: "Swapped",
};

const statusNames = {
  rssBytes: "Resident",
  rssAnonymousBytes: "Anonymous",
  rssFileBytes: "Files",
  rssSharedBytes: "Shared memory",
  swapBytes: "Swapped",
};

function named(
  series: readonly ReportFigures[] | undefined,
  names: Readonly<Record<string, string>>,
): ReportFigures[] | undefined {
  return series?.map((report) =>
    Object.fromEntries(
      Object.entries(names).flatMap(([key, name]) =>
        report[key] === undefined ? [] : [[name, report[key]]],
      ),
    ),
  );
}

/** What changed most over the reports of a file, a line each; a name that a report lacks is nothing there. */
function seriesChart(
  title: string,
  unit: ChartOfLines["unit"],
  series: readonly ReportFigures[] | undefined,
): ChartOfLines[] {
  if (series === undefined) return [];
  const figure = (report: ReportFigures, name: string) => (Object.hasOwn(report, name) ? report[name]! : 0);
  const names = new Set<string>();
  for (const report of series)
    for (const [name, value] of Object.entries(report)) if (value !== 0) names.add(name);
  const changes = [...names]
    .map((name) => ({ name, change: figure(series.at(-1)!, name) - figure(series[0]!, name) }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const [most] = changes;
  if (most === undefined) return [];
  const format = unit === "bytes" ? formatBytes : formatCount;
  return [
    {
      kind: "lines",
      title,
      note:
        most.change === 0
          ? `${formatQuantity(series.length, "report")}, between which nothing changed.`
          : `Over ${formatQuantity(series.length, "report")} ${most.name} changed most: ${most.change > 0 ? "+" : "−"}${format(Math.abs(most.change))}.`,
      along: { title: "Report", unit: "count" },
      unit,
      lines: changes.slice(0, mostLines).map(({ name }) => ({
        name,
        look: "line",
        points: thinned(
          series.map((report, at) => [at + 1, figure(report, name)] as const),
          mostPoints,
        ),
      })),
    },
  ];
}

function committedBars({ categories, total }: NmtReport): ChartOfBars {
  return {
    kind: "bars",
    title: "Committed by category",
    note: `${formatBytes(total.committedBytes)} committed of ${formatBytes(total.reservedBytes)} reserved.`,
    unit: "bytes",
    bars: largest(
      categories.map(({ name, committedBytes, reservedBytes }) => ({
        name,
        value: committedBytes,
        of: reservedBytes,
      })),
    ),
  };
}

/** What a diff report says changed since the baseline. */
function changeBars({ categories, total }: NmtReport): ChartOfBars[] {
  const bars = largest(
    categories.map(({ name, committedChangeBytes = 0 }) => ({ name, value: committedChangeBytes })),
  );
  if (bars.length === 0) return [];
  const change = total.committedChangeBytes ?? 0;
  return [
    {
      kind: "bars",
      title: "Committed since the baseline",
      note: `${change > 0 ? "+" : ""}${formatBytes(change)} in all.`,
      unit: "bytes",
      isChange: true,
      bars,
    },
  ];
}

function owners(text: MemoryMapText): ChartOfBars[] {
  const { mappings, reservations } = evidenceOfText(text, "");
  const parts = residencyOf(mappings ?? [], reservations ?? []);
  if (parts.length === 0) return [];
  return [
    {
      kind: "bars",
      title: "Resident by owner",
      note: text.totals.rssBytes === undefined ? "" : `${formatBytes(text.totals.rssBytes)} in all.`,
      unit: "bytes",
      bars: largest(parts.map(({ name, bytes }) => ({ name, value: bytes }))),
    },
  ];
}

function states(noun: string, groups: readonly PrintedStackGroup[], isOfSeries: boolean): ChartOfBars[] {
  const counts = new Map<string, number>();
  for (const group of groups)
    for (const { state, count } of group.states) counts.set(state, (counts.get(state) ?? 0) + count);
  if (counts.size < 2) return [];
  return [
    {
      kind: "bars",
      title: isOfSeries ? `${noun} by state, last dump` : `${noun} by state`,
      note: "",
      unit: "count",
      bars: largest([...counts].map(([name, value]) => ({ name: name === "" ? "(none)" : name, value }))),
    },
  ];
}

/** The largest by amount, without those that are nothing. */
function largest<B extends ChartOfBars["bars"][number]>(bars: readonly B[]): B[] {
  return bars
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, mostBars);
}
