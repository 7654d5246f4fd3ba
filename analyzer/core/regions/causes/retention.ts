import { formatBytes, formatCount, formatShare } from "../../../base/figures";
import { type CombinedEvidence, footprintBytes } from "../combinedEvidence";
import { clampedScore, type WeighedCause } from "./weighedCause";

/** Shorter logs are as likely of a program that starts. */
const shortLogSeconds = 600;

/** Objects that something still holds: a big live heap, or a floor after collections that rises. */
export function weighRetention(combined: CombinedEvidence): WeighedCause {
  const because: string[] = [];
  const figures: Record<string, number> = {};
  const floorScore = weighFloor(combined, because, figures);
  const liveScore = weighLive(combined, because, figures);
  const suspectScore = weighSuspects(combined, because);
  const nativeScore = combined.isJvm ? 0 : weighNative(combined, because, figures);
  const score = Math.max(floorScore, liveScore, suspectScore, nativeScore);
  const known =
    suspectScore > 0 ||
    (combined.heap.liveBytes !== undefined && !isHeapDumpAlone(combined)) ||
    mostLiveShare(combined) < 0.4 ||
    combined.collections?.value.floor !== undefined ||
    (!combined.isJvm && combined.malloc !== undefined);
  return {
    cause: "retention",
    score,
    known,
    summary:
      suspectScore > 0 && suspectScore >= nativeScore
        ? `Retention: ${lowered(combined.heap.suspects!.sentence)}`
        : summaryOf(combined, floorScore >= liveScore, nativeScore > Math.max(floorScore, liveScore)),
    because,
    against:
      suspectScore > 0
        ? `Retention too, though less of it: ${lowered(combined.heap.suspects!.sentence)}`
        : againstOf(combined, known),
    figures,
    usualFix:
      nativeScore > 0
        ? "Free what is allocated on the path named by the leaked types and sizes; run the path under a leak checker to get the allocating line."
        : "Open the heap dump's suspects: bound or evict the cache, or drop the reference, at the field they name.",
  };
}

/** A leak that its suspects name is retention, the more of the process it keeps the surer it is what makes it grow. */
function weighSuspects(combined: CombinedEvidence, because: string[]): number {
  const { suspects, liveBytes = 0 } = combined.heap;
  if (suspects === undefined || suspects.confidence === "none" || suspects.confidence === "possible")
    return 0;
  because.push(suspects.sentence);
  const kept = (suspects.share * liveBytes) / Math.max(footprintBytes(combined), liveBytes, 1);
  return clampedScore(0.35 + 0.45 * kept + (suspects.confidence === "certain" ? 0.15 : 0));
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** Reachable objects are at most what the heap uses: a heap that is mostly empty retains nothing of note. */
function mostLiveShare({ heap, kinds, collections }: CombinedEvidence): number {
  const isMeasured = kinds.has("core") || (collections?.value.collections ?? 0) > 0;
  return heap.usedBytes === undefined || !heap.maxBytes || !isMeasured ? 1 : heap.usedBytes / heap.maxBytes;
}

/** What is reachable then has nothing to be measured against: neither a limit nor the memory of the process. */
function isHeapDumpAlone({ kinds, heap, limitBytes }: CombinedEvidence): boolean {
  return (
    kinds.size === 1 && kinds.has("heap dump") && heap.maxBytes === undefined && limitBytes === undefined
  );
}

function weighFloor(
  { collections }: CombinedEvidence,
  because: string[],
  figures: Record<string, number>,
): number {
  const floor = collections?.value.floor;
  if (collections === undefined || floor === undefined) return 0;
  figures["floorFirstBytes"] = floor.firstBytes;
  figures["floorLastBytes"] = floor.lastBytes;
  figures["floorSlopeMBPerHour"] = floor.slopeBytesPerHour / 1e6;
  if (floor.hoursToLimit !== undefined) figures["hoursToLimit"] = floor.hoursToLimit;
  const { heapMaxBytes } = collections.value;
  const fill = heapMaxBytes > 0 ? floor.lastBytes / heapMaxBytes : 0;
  if (heapMaxBytes > 0) figures["floorShare"] = fill;
  if (floor.rising)
    because.push(
      `The heap left after ${floor.from === "young" ? "" : `${floor.from} `}collections rises from ${formatBytes(floor.firstBytes)} to ${formatBytes(floor.lastBytes)}: ` +
        `${slopeInWords(floor.slopeBytesPerHour)}` +
        `${floor.hoursToLimit === undefined ? "" : `, ${durationInWords(floor.hoursToLimit)} to the maximum heap of ${formatBytes(heapMaxBytes)}`}.`,
    );
  const isShort = collections.value.durationSeconds < shortLogSeconds;
  if (floor.rising && isShort)
    because.push(
      `The log covers only ${durationInWords(collections.value.durationSeconds / 3600)}: a program that warms up looks the same, an hour of it settles that.`,
    );
  if (fill >= 0.8)
    because.push(
      `After collections ${formatShare(fill, 1)} of the maximum heap of ${formatBytes(heapMaxBytes)} is still in use.`,
    );
  // A floor that rises steadily but is far from mattering is a leak too, only not today's cause.
  const risen = heapMaxBytes > 0 ? (floor.lastBytes - floor.firstBytes) / heapMaxBytes : 1;
  const weight = Math.min(1, 0.4 + 4 * risen);
  const rise = floor.rising ? (floor.from === "young" || isShort ? 0.45 : 0.7) * weight : 0;
  return clampedScore(
    Math.max(rise + (floor.rising ? Math.min(0.25, fill / 3) : 0), fill >= 0.8 ? 0.6 + (fill - 0.8) : 0),
  );
}

function weighLive(combined: CombinedEvidence, because: string[], figures: Record<string, number>): number {
  const { liveBytes, maxBytes } = combined.heap;
  if (liveBytes === undefined || isHeapDumpAlone(combined)) return 0;
  const whole = maxBytes ?? combined.limitBytes ?? footprintBytes(combined);
  if (whole <= 0) return 0;
  const fill = liveBytes / whole;
  const ofFootprint = liveBytes / Math.max(footprintBytes(combined), 1);
  figures["heapLiveShare"] = fill;
  if (fill >= 0.5)
    because.push(
      `${formatBytes(liveBytes)} of the heap is reachable: ${formatShare(fill, 1)} of ${formatBytes(whole)}.`,
    );
  // A dump alone has nothing to be measured against: reachable bytes are then all of the footprint.
  const isAlone = maxBytes === undefined && combined.limitBytes === undefined && combined.rss === undefined;
  if (isAlone) return 0;
  return fill >= 0.5 ? clampedScore(0.35 + (fill - 0.5) + (ofFootprint >= 0.5 ? 0.25 : 0)) : 0;
}

function weighNative(combined: CombinedEvidence, because: string[], figures: Record<string, number>): number {
  const malloc = combined.malloc?.value;
  if (malloc === undefined) return 0;
  const footprint = Math.max(footprintBytes(combined), 1);
  const share = malloc.leakedBytes / footprint;
  figures["leakedBytes"] = malloc.leakedBytes;
  figures["leakedShare"] = share;
  if (malloc.leakedBytes >= 1 << 20 && share >= 0.1) {
    because.push(
      `${formatBytes(malloc.leakedBytes)} in ${formatCount(malloc.leakedBlocks)} blocks of malloc are referred to by nothing: leaked, ${formatShare(share, 1)} of the memory.`,
    );
    return clampedScore(0.5 + share);
  }
  const growth =
    combined.mallocFirst === undefined
      ? 0
      : malloc.usedBytes +
        malloc.mmappedBytes -
        combined.mallocFirst.usedBytes -
        combined.mallocFirst.mmappedBytes;
  if (growth >= 8 << 20 && growth >= 0.2 * footprint) {
    because.push(`malloc's used bytes grew by ${formatBytes(growth)} between the first and the last core.`);
    return 0.6;
  }
  return 0;
}

function summaryOf(combined: CombinedEvidence, byFloor: boolean, native: boolean): string {
  if (native)
    return `Native memory is kept: ${formatBytes(combined.malloc?.value.leakedBytes ?? 0)} of malloc'ed blocks have no owner left.`;
  const floor = combined.collections?.value.floor;
  if (byFloor && floor?.rising)
    return `Retention: the heap that survives collections grows by ${slopeInWords(floor.slopeBytesPerHour)}.`;
  const live = combined.heap.liveBytes ?? floor?.lastBytes ?? 0;
  return `Retention: ${formatBytes(live)} of the heap cannot be collected because something holds it.`;
}

function againstOf(combined: CombinedEvidence, known: boolean): string {
  if (!known && combined.kinds.has("heap dump") && combined.heap.liveBytes === undefined)
    return "Retention cannot be told: what of the heap dump is reachable is not known, because its dominators were left out for the memory budget.";
  if (isHeapDumpAlone(combined))
    return `Retention cannot be told from a heap dump alone: ${formatBytes(combined.heap.liveBytes ?? 0)} is reachable, and neither the heap's limit nor the memory of the process is known. ${combined.heap.suspects?.sentence ?? "Its leak suspects name what holds the most."}`;
  if (!known && !combined.isJvm && combined.kinds.has("core"))
    return "Retention cannot be told: the core's malloc could not be walked.";
  if (!known)
    return "Retention cannot be told: neither a heap dump nor a GC log with three collections is given.";
  const floor = combined.collections?.value.floor;
  const parts: string[] = [];
  if (combined.heap.liveBytes !== undefined) {
    const whole = combined.heap.maxBytes ?? combined.limitBytes ?? footprintBytes(combined);
    parts.push(
      `${formatBytes(combined.heap.liveBytes)} is reachable, ${formatShare(combined.heap.liveBytes / Math.max(whole, 1), 1)} of ${formatBytes(whole)}`,
    );
  }
  if (floor !== undefined && !floor.rising)
    parts.push(
      `the heap after collections does not rise (${formatBytes(floor.firstBytes)} to ${formatBytes(floor.lastBytes)})`,
    );
  if (!combined.isJvm && combined.malloc !== undefined)
    parts.push(`${formatBytes(combined.malloc.value.leakedBytes)} of malloc is leaked`);
  const { usedBytes, maxBytes } = combined.heap;
  if (combined.isJvm && combined.heap.liveBytes === undefined && usedBytes !== undefined && maxBytes)
    parts.push(
      `at most ${formatBytes(usedBytes)} is reachable, ${formatShare(usedBytes / maxBytes, 1)} of the maximum heap of ${formatBytes(maxBytes)}`,
    );
  const figures = parts.length === 0 ? "no figure speaks for it" : parts.join("; ");
  // What is still referred to may be kept in vain: of malloc's blocks only the live heap of a dump could tell.
  const heapSeen = combined.heap.liveBytes !== undefined || floor !== undefined;
  return heapSeen
    ? `Not retention: ${figures}. ${judgementOf(combined)}`
    : `Nothing speaks for retention: ${figures}. Whether all that is referred to is needed, these inputs do not tell.`;
}

/** Less of the process is not what makes it grow. */
const leastKept = 0.1;

/** What the suspects say where they name no leak on the heap. */
function judgementOf(combined: CombinedEvidence): string {
  const { suspects, liveBytes = 0 } = combined.heap;
  const clean = "The heap is clean: that is evidence.";
  if (suspects === undefined) return clean;
  const isSmall = suspects.share * liveBytes < leastKept * footprintBytes(combined);
  return suspects.confidence === "none" || isSmall ? `${clean} ${suspects.sentence}` : suspects.sentence;
}

/** Growth in what people set limits in; tenths say nothing of hundreds. */
function slopeInWords(bytesPerHour: number): string {
  const megabytes = bytesPerHour / 1e6;
  return `${megabytes < 100 ? megabytes.toFixed(1) : Math.round(megabytes)} MB an hour`;
}

function durationInWords(hours: number): string {
  const minutes = Math.round(hours * 60);
  if (minutes < 2) return `${Math.max(1, Math.round(hours * 3600))} seconds`;
  if (hours < 1) return `${minutes} minutes`;
  return hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(1)} days`;
}
