import type { GcLog } from "../../formats/texts/gcLog";
import type { Collection } from "../../formats/texts/gcLogDraft";

/** What a GC log says about growth and churn. */
export interface GcTrend {
  readonly durationSeconds: number;
  readonly collections: number;
  readonly fullCollections: number;
  /** Share of the time the application stood still, 0 … 1; over the log and over its last third. */
  readonly pauseShare: number;
  readonly recentPauseShare: number;
  /** Bytes allocated a second, from the heap before each collection and after the one before. */
  readonly allocationBytesPerSecond: number;
  readonly allocationStalls: number;
  readonly heapMaxBytes: number;
  /** The floor: least heap after collections, early and late in the log. */
  readonly floor?: GcFloor;
}

export interface GcFloor {
  /** Which collections it is made of. After young ones old garbage remains: such a floor proves little. */
  readonly from: "full" | "mixed" | "young";
  readonly firstBytes: number;
  readonly lastBytes: number;
  readonly slopeBytesPerHour: number;
  /** Kendall's tau of the floor over time: 1 rises always, 0 wanders, -1 falls always. */
  readonly steadiness: number;
  readonly rising: boolean;
  /** What the figures above are made of: the least heap of each span of time. */
  readonly points: readonly FloorPoint[];
  /** Until the floor reaches the maximum heap, when it rises. */
  readonly hoursToLimit?: number;
}

/** The log is cut into so many spans of equal time; the least heap of each is one point of the floor. */
const mostSpans = 24;

export function gcTrendOf(log: GcLog): GcTrend {
  const { collections, durationSeconds } = log;
  const heapMaxBytes =
    log.heapMaxBytes ?? collections.reduce((most, collection) => Math.max(most, collection.heapBytes), 0);
  const floor = floorOf(collections, durationSeconds, heapMaxBytes);
  const recentFrom = (collections.at(-1)?.seconds ?? 0) - durationSeconds / 3;
  const recentPauses = collections.reduce(
    (sum, each) => sum + (each.seconds >= recentFrom ? each.pauseSeconds : 0),
    0,
  );
  return {
    durationSeconds,
    collections: collections.length,
    fullCollections: collections.reduce((count, each) => count + (each.kind === "full" ? 1 : 0), 0),
    pauseShare: share(log.totalPauseSeconds, durationSeconds),
    recentPauseShare: share(recentPauses, durationSeconds / 3),
    allocationBytesPerSecond: durationSeconds > 0 ? allocatedBytes(collections) / durationSeconds : 0,
    allocationStalls: log.allocationStalls,
    heapMaxBytes,
    ...(floor === undefined ? {} : { floor }),
  };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}

function allocatedBytes(collections: readonly Collection[]): number {
  let sum = 0;
  for (let index = 1; index < collections.length; index++)
    sum += Math.max(0, collections[index]!.beforeBytes - collections[index - 1]!.afterBytes);
  return sum;
}

function floorOf(
  all: readonly Collection[],
  durationSeconds: number,
  heapMaxBytes: number,
): GcFloor | undefined {
  const full = all.filter((each) => each.kind === "full" || each.kind === "concurrent");
  const old = all.filter((each) => each.kind !== "young" && each.kind !== "other");
  const any = all.filter((each) => each.kind !== "other");
  const [from, used] =
    full.length >= 3
      ? (["full", full] as const)
      : old.length >= 5
        ? (["mixed", old] as const)
        : (["young", any] as const);
  if (used.length < 3) return undefined;
  // Start-up fills the heap in every program: the first tenth of the time says nothing about leaks.
  const start = used[0]!.seconds;
  const end = used.at(-1)!.seconds;
  const settled = used.filter((each) => each.seconds >= start + (end - start) / 10);
  const seen = settled.length >= 3 ? settled : used;
  const lowest = lowestOfSpans(seen);
  // Few collections may leave spans without one: each is a point then.
  const points =
    lowest.length >= 3 ? lowest : seen.map(({ seconds, afterBytes }) => ({ seconds, bytes: afterBytes }));
  const { slope, tau } = theilSen(points);
  const first = points[0]!.bytes;
  const last = points.at(-1)!.bytes;
  const rise = last - first;
  const rising = tau >= 0.6 && slope > 0 && rise >= 0.1 * Math.max(first, 1) && rise >= 0.03 * heapMaxBytes;
  const slopeBytesPerHour = slope * 3600;
  return {
    from,
    firstBytes: first,
    lastBytes: last,
    slopeBytesPerHour,
    steadiness: tau,
    rising,
    points,
    ...(rising && heapMaxBytes > last && durationSeconds > 0
      ? { hoursToLimit: (heapMaxBytes - last) / slopeBytesPerHour }
      : {}),
  };
}

export interface FloorPoint {
  readonly seconds: number;
  readonly bytes: number;
}

function lowestOfSpans(collections: readonly Collection[]): FloorPoint[] {
  const start = collections[0]!.seconds;
  const spans = Math.min(mostSpans, Math.max(3, Math.floor(collections.length / 2)));
  const length = (collections.at(-1)!.seconds - start) / spans;
  if (length <= 0) return [];
  const lowest = new Map<number, FloorPoint>();
  for (const { seconds, afterBytes } of collections) {
    const span = Math.min(spans - 1, Math.floor((seconds - start) / length));
    const known = lowest.get(span);
    if (known === undefined || afterBytes < known.bytes) lowest.set(span, { seconds, bytes: afterBytes });
  }
  return [...lowest.values()];
}

/** Median of the slopes of all pairs (bytes a second) and Kendall's tau; outliers do not move either. */
function theilSen(points: readonly FloorPoint[]): { readonly slope: number; readonly tau: number } {
  const slopes: number[] = [];
  let agree = 0;
  for (let first = 0; first < points.length; first++)
    for (let second = first + 1; second < points.length; second++) {
      const rise = points[second]!.bytes - points[first]!.bytes;
      const run = points[second]!.seconds - points[first]!.seconds;
      if (run <= 0) continue;
      slopes.push(rise / run);
      agree += Math.sign(rise);
    }
  if (slopes.length === 0) return { slope: 0, tau: 0 };
  slopes.sort((a, b) => a - b);
  return { slope: slopes[Math.floor(slopes.length / 2)]!, tau: agree / slopes.length };
}
