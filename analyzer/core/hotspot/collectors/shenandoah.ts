import { type HeapSpace, type ReadCollector, spaceOf } from "./heapSpace";

const mostRegions = 1 << 20;

/** Shenandoah: an array of equal regions. */
export const readShenandoah: ReadCollector = (structs, heap) => {
  const count = structs.word(heap, ["ShenandoahHeap", "_num_regions"]);
  const regions = structs.word(heap, ["ShenandoahHeap", "_regions"]);
  if (count === undefined || regions === undefined) return undefined;
  const spaces: HeapSpace[] = [];
  for (let index = 0; index < Math.min(count, mostRegions); index++) {
    const region = structs.wordAt(regions + 8 * index);
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
