import { formatHex } from "../../base/units";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { TypeIndex } from "../../heap/graph/nodes";
import type { HistogramRow } from "../../protocol/heap/histogram";

/**
 * One row a type that has objects, in type order.
 * @param idOf the object a type is, where types are objects
 */
export function histogramRows(graph: DescribedGraph, idOf?: (type: TypeIndex) => bigint): HistogramRow[] {
  const { types } = graph;
  const rows: HistogramRow[] = [];
  for (let index = 0; index < types.count; index++) {
    const type = index as TypeIndex;
    const objects = types.instanceCountOf(type);
    if (objects === 0) continue;
    const retainedBytes = types.retainedBytesOf(type);
    rows.push({
      classIndex: index,
      className: types.nameOf(type),
      ...(idOf === undefined ? {} : { classId: formatHex(idOf(type)) }),
      loader: graph.originOf(type),
      objects,
      shallowBytes: types.shallowBytesOf(type),
      ...(retainedBytes === undefined ? {} : { retainedBytes }),
    });
  }
  return rows;
}
