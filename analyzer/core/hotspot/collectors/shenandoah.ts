import { type HeapSpace, type ReadCollector, spaceOf } from "./heapSpace";

const mostRegions = 1 << 20;

/** Shenandoah: an array of equal regions. */
export const readShenandoah: ReadCollector = (structs, heap) => {
  const count = structs.word(heap, ["ShenandoahHeap", "_num_regions"]);
  const regions = structs.word(heap, ["ShenandoahHeap", "_regions"]);
  if (count === undefined || regions === undefined) return undefined;
  const spaces: HeapSpace[] = [];
  for (const region of structs.pointers(regions, Math.min(count, mostRegions))) {
    const space = spaceOf(
      "region",
      structs.word(region, ["ShenandoahHeapRegion", "_bottom"]),
      structs.word(region, ["ShenandoahHeapRegion", "_top"]),
      structs.word(region, ["ShenandoahHeapRegion", "_end"]),
    );
    if (space !== undefined) spaces.push(space);
  }
  return spaces.length === 0 ? undefined : { spaces };
};
