import { formatCount, formatShare } from "../../../base/figures";
import type { CombinedEvidence } from "../combinedEvidence";
import { clampedScore, type WeighedCause } from "./weighedCause";

/** Threads (or goroutines) that are started and never end, most of them standing on the same stack. */
export function weighThreadLeak(combined: CombinedEvidence): WeighedCause {
  const threads = combined.threads?.value;
  const because: string[] = [];
  const figures: Record<string, number> = {};
  const one = threads?.what === "goroutine" ? "goroutine" : "thread";
  const what = `${one}s`;
  let score = 0;
  // Some servers have that many for a reason.
  const isUnclear =
    threads?.what !== "goroutine" && threads?.largestGroup === undefined && (threads?.count ?? 0) >= 200;
  if (threads !== undefined) {
    // Goroutines cost kilobytes and come by the thousand; a thread costs a stack.
    const many = threads.what === "goroutine" ? 2000 : 400;
    const group = threads.largestGroup;
    if (group !== undefined) {
      const share = group.count / Math.max(threads.count, 1);
      figures["largestThreadGroup"] = group.count;
      figures["largestThreadGroupShare"] = share;
      if (group.count >= many / 2 && share >= 0.4) {
        score = clampedScore(
          0.45 +
            Math.min(0.35, (group.count / many) * 0.15) +
            share * 0.15 -
            (isIdlePool(group.frames) ? 0.25 : 0),
        );
        because.push(
          `${formatCount(group.count)} of ${formatCount(threads.count)} ${what} stand on the same stack` +
            `${group.namePattern === undefined ? "" : ` (named like ${group.namePattern})`}: ${group.frames.slice(0, 3).join(" < ")}` +
            `${group.createdBy === undefined ? "" : `, created by ${group.createdBy}`}; that is ${formatShare(share, 1)}.`,
        );
      }
    }
    if (group === undefined && threads.count >= many) {
      score = 0.35;
      because.push(
        `The process has ${threads.count} ${what}: more than most need. A thread dump shows whether they stand on the same stack.`,
      );
    }
  }
  const growth = combined.threadGrowth;
  if (growth !== undefined) {
    figures["threadGrowth"] = growth.to - growth.from;
    if (growth.to >= growth.from * 1.5 && growth.to - growth.from >= 50) {
      score = clampedScore(Math.max(score, 0.5) + 0.2);
      because.push(`Their number grew from ${growth.from} to ${growth.to}.`);
    }
  }
  return {
    cause: "thread-leak",
    score,
    known: threads !== undefined && !isUnclear,
    summary:
      threads?.largestGroup === undefined
        ? `Perhaps a thread leak: the process has ${threads?.count ?? 0} ${what}.`
        : `Thread leak: ${formatCount(threads.largestGroup.count)} ${what} that do the same and never end.`,
    because,
    against:
      threads === undefined
        ? "A thread leak cannot be told: it takes a thread dump (or /proc/PID/status for the number)."
        : isUnclear
          ? `A thread leak cannot be told from a number: ${threads.count} ${what}. A thread dump shows whether they stand on the same stack.`
          : `Not a thread leak: ${threads.count} ${threads.count === 1 ? one : what}${threads.largestGroup === undefined ? "" : `, at most ${threads.largestGroup.count} of them on the same stack`}.`,
    figures,
    usualFix:
      threads?.what === "goroutine"
        ? "Give the goroutine an end: a context that is cancelled, a channel that is closed, a receive with a timeout, at the line that creates it."
        : "Shut executors down, and share one bounded pool instead of making one for each request.",
  };
}

/** A pool that waits for work is not a leak by itself, though hundreds of idle threads are a waste. */
function isIdlePool(frames: readonly string[]): boolean {
  return frames.some((frame) => frame.startsWith("java.util.concurrent.ThreadPoolExecutor.getTask"));
}
