import { formatBytes, formatShare } from "../../../base/figures";
import { type CombinedEvidence, footprintBytes } from "../combinedEvidence";
import { clampedScore, type WeighedCause } from "./weighedCause";

/** Short-lived objects made faster than is good: much time in collections, or a big heap that is mostly garbage. */
export function weighChurn(combined: CombinedEvidence): WeighedCause {
  const because: string[] = [];
  const figures: Record<string, number> = {};
  const score = Math.max(
    weighCollections(combined, because, figures),
    weighGarbage(combined, because, figures),
  );
  const trend = combined.collections?.value;
  // A core shows what runs in the process: without a managed heap there is nothing to collect.
  const isNative = !combined.isJvm && combined.kinds.has("core");
  const known = trend !== undefined || isNative;
  return {
    cause: "churn",
    score,
    known,
    summary:
      trend === undefined
        ? `Churn: ${formatBytes(combined.heap.garbageBytes ?? 0)} of the heap is garbage that waits for a collection.`
        : `Churn: ${formatBytes(trend.allocationBytesPerSecond)} allocated a second keeps the application waiting ${formatShare(trend.pauseShare, 1)} of the time, yet hardly anything stays.`,
    because,
    against:
      trend === undefined && isNative
        ? "Churn is a matter of managed processes: this one has no managed heap in sight."
        : trend === undefined
          ? "Churn cannot be told: it takes a GC log (-Xlog:gc*)."
          : `Not churn: collections take ${formatShare(trend.pauseShare, 1)} of the time at ${formatBytes(trend.allocationBytesPerSecond)} allocated a second.`,
    figures,
    usualFix:
      "Record allocations (JFR, async-profiler -e alloc) for a minute and shorten the hottest site; a bigger young generation only hides it.",
  };
}

function weighCollections(
  { collections }: CombinedEvidence,
  because: string[],
  figures: Record<string, number>,
): number {
  const trend = collections?.value;
  if (trend === undefined) return 0;
  figures["gcPauseShare"] = trend.pauseShare;
  figures["allocationBytesPerSecond"] = trend.allocationBytesPerSecond;
  figures["collections"] = trend.collections;
  const floorShare = trend.floor && trend.heapMaxBytes > 0 ? trend.floor.lastBytes / trend.heapMaxBytes : 0;
  // A heap full of live objects makes the collector busy too: that is retention, not churn.
  if (trend.floor?.rising || floorShare > 0.6) return 0;
  const perSecond = trend.collections / Math.max(trend.durationSeconds, 1);
  const turnover = trend.heapMaxBytes > 0 ? trend.allocationBytesPerSecond / trend.heapMaxBytes : 0;
  const pause = Math.max(trend.pauseShare, trend.recentPauseShare);
  if (trend.collections < 10) return 0;
  if (pause >= 0.05)
    because.push(
      `The application stood still for ${formatShare(pause, 1)} of the time, in ${trend.collections} collections.`,
    );
  if (turnover >= 1)
    because.push(
      `${formatBytes(trend.allocationBytesPerSecond)} is allocated a second: ${turnover >= 10 ? `the whole heap ${Math.round(turnover)} times a second` : `the whole heap every ${(1 / turnover).toFixed(1)} s`}, ${perSecond.toFixed(1)} collections a second.`,
    );
  if (trend.allocationStalls > 0)
    because.push(`Threads had to wait for memory ${trend.allocationStalls} times.`);
  return clampedScore(
    Math.min(0.6, pause * 4) +
      Math.min(0.55, 0.1 * Math.log2(1 + turnover)) +
      (trend.allocationStalls > 0 ? 0.2 : 0),
  );
}

function weighGarbage(
  combined: CombinedEvidence,
  because: string[],
  figures: Record<string, number>,
): number {
  const { garbageBytes, liveBytes } = combined.heap;
  if (garbageBytes === undefined || liveBytes === undefined) return 0;
  const share = garbageBytes / Math.max(footprintBytes(combined), 1);
  figures["heapGarbageShare"] = share;
  if (combined.rss === undefined && combined.heap.committedBytes === undefined) return 0;
  if (garbageBytes < 16 << 20 || share < 0.3 || garbageBytes < liveBytes) return 0;
  because.push(
    `${formatBytes(garbageBytes)} of the heap is garbage, ${formatBytes(liveBytes)} is reachable.`,
  );
  return clampedScore(0.15 + share * 0.6);
}
