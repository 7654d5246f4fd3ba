import { formatBytes, formatCount, formatQuantity } from "../../base/figures";
import type { GoHeap } from "../../core/go/goMemory";
import type { GoFacts } from "../../protocol/core/regions";

export function goFacts({ version, gc }: GoHeap): GoFacts {
  const facts = { version: version.replace(/^go/, ""), ...gc };
  return { ...facts, words: wordsOf(facts) };
}

function wordsOf(go: Omit<GoFacts, "words">): string {
  const { version, phase, cycles, goalBytes, liveBytes, markedBytes, percent, memoryLimitBytes } = go;
  const known = [
    phase === undefined || phase === "off" ? undefined : `it was ${phase} when the core was written`,
    liveBytes === undefined ? undefined : `live heap ${formatBytes(liveBytes)}`,
    markedBytes === undefined ? undefined : `${formatBytes(markedBytes)} kept by the last collection`,
    goalBytes === undefined ? undefined : `next goal ${formatBytes(goalBytes)}`,
    // Without symbols nothing is known of the settings.
    liveBytes === undefined ? undefined : `GOGC=${percent === undefined ? "off" : formatCount(percent)}`,
    memoryLimitBytes === undefined ? undefined : `GOMEMLIMIT=${formatBytes(memoryLimitBytes)}`,
    go.pauseNanoseconds === undefined
      ? undefined
      : `paused ${(go.pauseNanoseconds / 1_000_000).toFixed(1)} ms in all`,
    go.lastEndedMs === undefined ? undefined : `the last ended ${new Date(go.lastEndedMs).toISOString()}`,
  ].filter((each) => each !== undefined);
  const collections = cycles === undefined ? [] : [formatQuantity(cycles, "collection")];
  return `Go ${version}: ${[...collections, ...known].join(", ")}`;
}
