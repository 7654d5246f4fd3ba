import { formatHex } from "../../base/units";
import type { ClassIndex, Heap } from "../../heap/heap";
import { loaderNameOf } from "../../heap/java/program/loaderNames";
import type { HistogramRow } from "../../protocol/heap/histogram";

/** One row a class that has objects, in class order. */
export function histogramRows(heap: Heap): HistogramRow[] {
  const { classes } = heap;
  const loaderNames = new Map<bigint, string>();
  const rows: HistogramRow[] = [];
  for (let type = 0; type < classes.count; type++) {
    const index = type as ClassIndex;
    const objects = classes.instanceCountOf(index);
    if (objects === 0) continue;
    const loaderId = classes.loaderIdOf(index);
    const loader = loaderNames.get(loaderId) ?? loaderNameOf(heap, loaderId);
    loaderNames.set(loaderId, loader);
    const retainedBytes = classes.retainedBytesOf(index);
    rows.push({
      classIndex: type,
      className: classes.nameOf(index),
      classId: formatHex(classes.idOf(index)),
      loader,
      objects,
      shallowBytes: classes.shallowBytesOf(index),
      ...(retainedBytes === undefined ? {} : { retainedBytes }),
    });
  }
  return rows;
}
