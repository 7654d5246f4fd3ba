import { heapAddresses } from "./frames/codeBlobs";
import type { VmStructs } from "./vmStructs";

export interface CodeRange {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** The code cache's reserved range and the maps of its segments. */
export function readCodeCache(structs: VmStructs): CodeRange[] {
  const ranges: CodeRange[] = [];
  const low = structs.staticWord(["CodeCache", "_low_bound"]);
  const high = structs.staticWord(["CodeCache", "_high_bound"]);
  if (low && high && high > low) ranges.push({ start: low, end: high, label: "code cache" });
  const segmentMap = structs.offset(["CodeHeap", "_segmap"]);
  if (segmentMap === undefined) return ranges;
  for (const heap of heapAddresses(structs)) {
    const start = structs.word(heap + segmentMap, ["VirtualSpace", "_low_boundary"]);
    const end = structs.word(heap + segmentMap, ["VirtualSpace", "_high_boundary"]);
    if (start && end && end > start) ranges.push({ start, end, label: "code cache segment map" });
  }
  return ranges;
}
