import type { VmStructs } from "./vmStructs";

export interface CodeRange {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

const mostHeaps = 16;

/** The code cache's reserved range and the maps of its segments. */
export function readCodeCache(structs: VmStructs): CodeRange[] {
  const ranges: CodeRange[] = [];
  const low = structs.staticWord(["CodeCache", "_low_bound"]);
  const high = structs.staticWord(["CodeCache", "_high_bound"]);
  if (low && high && high > low) ranges.push({ start: low, end: high, label: "code cache" });
  const heaps = structs.staticWord(["CodeCache", "_heaps"]);
  if (!heaps) return ranges;
  const count =
    structs.int(heaps, ["GrowableArrayBase", "_len"], ["GenericGrowableArray", "_len"]) ??
    structs.words.i32(heaps);
  const data = structs.word(heaps, ["GrowableArray<int>", "_data"]) ?? structs.wordAt(heaps + 8);
  const segmentMap = structs.offset(["CodeHeap", "_segmap"]);
  if (count === undefined || data === undefined || segmentMap === undefined) return ranges;
  for (let index = 0; index < Math.min(count, mostHeaps); index++) {
    const heap = structs.wordAt(data + 8 * index);
    if (!heap) continue;
    const start = structs.word(heap + segmentMap, ["VirtualSpace", "_low_boundary"]);
    const end = structs.word(heap + segmentMap, ["VirtualSpace", "_high_boundary"]);
    if (start && end && end > start) ranges.push({ start, end, label: "code cache segment map" });
  }
  return ranges;
}
