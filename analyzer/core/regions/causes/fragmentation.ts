import { formatBytes, formatShare } from "../../../base/figures";
import { type CombinedEvidence, footprintBytes } from "../combinedEvidence";
import { clampedScore, type WeighedCause } from "./weighedCause";

const leastBytes = 16 << 20;

/** Memory malloc holds that is free but lies between blocks in use, so that it cannot go back to the system. */
export function weighFragmentation(combined: CombinedEvidence): WeighedCause {
  const because: string[] = [];
  const figures: Record<string, number> = {};
  const malloc = combined.malloc?.value;
  let score = 0;
  let against = combined.kinds.has("core")
    ? "Fragmentation cannot be told: the core's malloc could not be walked."
    : "Fragmentation cannot be told: it takes a core to see what is free inside malloc's arenas.";
  if (malloc !== undefined) {
    const footprint = Math.max(footprintBytes(combined), 1);
    const held = malloc.usedBytes + malloc.freeBytes + malloc.topBytes;
    const ofMalloc = held > 0 ? malloc.freeBytes / held : 0;
    const ofFootprint = malloc.freeBytes / footprint;
    figures["mallocUsedBytes"] = malloc.usedBytes + malloc.mmappedBytes;
    figures["mallocFreeBytes"] = malloc.freeBytes;
    figures["mallocFreeShare"] = ofMalloc;
    if (malloc.freeBytes >= leastBytes && ofMalloc >= 0.25 && ofFootprint >= 0.2) {
      score = clampedScore(0.3 + ofFootprint / 2 + (ofMalloc - 0.25) / 2);
      because.push(
        `${formatBytes(malloc.freeBytes)} in ${malloc.arenas} arenas is free but not returnable: ${formatShare(ofMalloc, 1)} of what malloc holds, ${formatShare(ofFootprint, 1)} of the memory.`,
      );
    }
    against = `Not fragmentation: ${formatBytes(malloc.freeBytes)} is free inside malloc's arenas, ${formatShare(ofMalloc, 1)} of what they hold.`;
  }
  return {
    cause: "fragmentation",
    score,
    known: malloc !== undefined,
    summary: `Fragmentation: ${formatBytes(malloc?.freeBytes ?? 0)} of malloc's memory is free but cannot be returned.`,
    because,
    against,
    figures,
    usualFix:
      "Fewer arenas (MALLOC_ARENA_MAX=2), an allocator that returns memory (jemalloc), or pooling of the block sizes that live long; malloc_trim gives some back at once.",
  };
}
