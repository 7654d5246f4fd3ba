import { assertUnreachable } from "../../base/assert";
import { gcTrendOf } from "../../core/regions/gcTrend";
import type { SavedText } from "../../formats/texts/savedText";
import type { CellUnit, TextFigure } from "../../protocol/text/tables";

/** What the text is, in words. */
export function textFormatOf(text: SavedText): string {
  switch (text.kind) {
    case "nmt":
      return `NMT report (${text.form})`;
    case "memoryMap":
      return `Memory map (${text.form})`;
    case "procStatus":
      return "Process status";
    case "gcLog":
      return `GC log (${text.form === "jdk8" ? "JDK 8" : "unified"}${text.collector === undefined ? "" : `, ${text.collector}`})`;
    case "threadDump":
      return `Thread dump${text.jvm === undefined ? "" : ` (${text.jvm})`}`;
    case "goroutines":
      return "Goroutine dump";
    default:
      return assertUnreachable(text);
  }
}

/** The main figures of a text, in the order a reader wants them. */
export function figuresOf(text: SavedText): TextFigure[] {
  const figures: TextFigure[] = [];
  const add = (name: string, value: number | string | undefined, unit: CellUnit) => {
    if (value !== undefined) figures.push({ name, unit, value });
  };
  switch (text.kind) {
    case "nmt":
      add("Committed", text.total.committedBytes, "bytes");
      add("Committed since the baseline", text.total.committedChangeBytes, "bytes");
      add("Reserved", text.total.reservedBytes, "bytes");
      add("malloc", text.totalMallocBytes, "bytes");
      break;
    case "memoryMap":
      add("Resident", text.totals.rssBytes, "bytes");
      add("Anonymous", text.totals.anonymousBytes, "bytes");
      add("Proportional", text.totals.pssBytes, "bytes");
      add("Private dirty", text.totals.privateDirtyBytes, "bytes");
      add("Swapped", text.totals.swapBytes, "bytes");
      if (text.form !== "smaps_rollup") add("Mapped", text.totals.sizeBytes, "bytes");
      add("Mappings", text.mappings.length, "count");
      break;
    case "procStatus":
      add("Process", text.name, "text");
      add("Resident", text.rssBytes, "bytes");
      add("Peak resident", text.peakRssBytes, "bytes");
      add("Anonymous", text.rssAnonymousBytes, "bytes");
      add("Files", text.rssFileBytes, "bytes");
      add("Shared memory", text.rssSharedBytes, "bytes");
      add("Swapped", text.swapBytes, "bytes");
      add("Mapped", text.virtualBytes, "bytes");
      add("Threads", text.threads, "count");
      break;
    case "gcLog": {
      const trend = gcTrendOf(text);
      add("Collections", trend.collections, "count");
      add("Full collections", trend.fullCollections, "count");
      add("Duration", trend.durationSeconds, "seconds");
      add("Time standing still", trend.pauseShare, "share");
      add("Allocated a second", trend.allocationBytesPerSecond, "bytes");
      add("Maximum heap", trend.heapMaxBytes, "bytes");
      if (trend.floor !== undefined) {
        add("Floor, early", trend.floor.firstBytes, "bytes");
        add("Floor, late", trend.floor.lastBytes, "bytes");
        add("Growth in MB an hour", Math.round(trend.floor.slopeBytesPerHour / 1e5) / 10, "count");
        add("Hours to the maximum heap", trend.floor.hoursToLimit, "count");
      }
      add("Threads that waited for memory", text.allocationStalls, "count");
      break;
    }
    case "threadDump":
      add("Threads", text.threads, "count");
      add("Java threads", text.javaThreads, "count");
      add("Different stacks", text.groups.length, "count");
      add("Deadlocks", text.deadlocks, "count");
      break;
    case "goroutines":
      add("Goroutines", text.goroutines, "count");
      add("Different stacks", text.groups.length, "count");
      break;
    default:
      assertUnreachable(text);
  }
  return figures;
}
