import { type HeapSpace, type ReadCollector, spaceOf } from "./heapSpace";

const mostRegions = 1 << 20;

/**
 * G1: a table of equal regions; names got the prefix `G1` in JDK 23 or so. To JDK 16 or so a region is a space like
 * others. JDK 8 does not tell what kind a region is of, but its first region of a humongous object ends with the object.
 */
export const readG1: ReadCollector = (structs, heap) => {
  const manager = structs.offset(["G1CollectedHeap", "_hrm"]);
  const regions = structs.offset(["G1HeapRegionManager", "_regions"], ["HeapRegionManager", "_regions"]);
  if (manager === undefined || regions === undefined) return undefined;
  const table = heap + manager + regions;
  const base = structs.word(table, ["G1HeapRegionTable", "_base"]);
  const length = structs.word(table, ["G1HeapRegionTable", "_length"]);
  if (base === undefined || length === undefined) return undefined;
  const typeAt = structs.offset(["G1HeapRegion", "_type"], ["HeapRegion", "_type"]);
  const tagAt = structs.offset(["G1HeapRegionType", "_tag"], ["HeapRegionType", "_tag"]) ?? 0;
  const isNew = structs.hasType("G1HeapRegion");
  const spaces: HeapSpace[] = [];
  for (const region of structs.pointers(base, Math.min(length, mostRegions))) {
    const tag = typeAt === undefined ? undefined : (structs.words.i32(region + typeAt + tagAt) ?? -1);
    const space = spaceOf(
      tag === undefined ? "region" : regionKind(tag, isNew),
      structs.word(region, ["G1HeapRegion", "_bottom"], ["HeapRegion", "_bottom"], ["Space", "_bottom"]),
      structs.word(
        region,
        ["G1HeapRegion", "_top"],
        ["HeapRegion", "_top"],
        ["G1ContiguousSpace", "_top"],
        ["G1OffsetTableContigSpace", "_top"],
      ),
      structs.word(region, ["G1HeapRegion", "_end"], ["HeapRegion", "_end"], ["Space", "_end"]),
    );
    if (space === undefined) continue;
    const objects =
      space.name === "humongous" ? "single" : space.name === "humongous continued" ? "none" : undefined;
    spaces.push(objects === undefined ? space : { ...space, objects });
  }
  return spaces.length === 0 ? undefined : { spaces };
};

/** Tags of `HeapRegionType`: bit masks shifted by one; humongous continuations are walked with their start. */
function regionKind(tag: number, isNew: boolean): string {
  const [start, follows] = isNew ? [4, 5] : [12, 13];
  if (tag === 0) return "free";
  if (tag === start) return "humongous";
  if (tag === follows) return "humongous continued";
  if (tag === 2 || tag === 3) return tag === 2 ? "eden" : "survivor";
  return "old";
}
