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
    if (types.instanceCountOf(type) > 0) rows.push(histogramRow(graph, type, idOf));
  }
  return rows;
}

export function histogramRow(
  graph: DescribedGraph,
  type: TypeIndex,
  idOf?: (type: TypeIndex) => bigint,
): HistogramRow {
  const { types } = graph;
  const retainedBytes = types.retainedBytesOf(type);
  return {
    classIndex: type,
    className: types.nameOf(type),
    ...(idOf === undefined ? {} : { classId: formatHex(idOf(type)) }),
    loader: graph.originOf(type),
    objects: types.instanceCountOf(type),
    shallowBytes: types.shallowBytesOf(type),
    ...(retainedBytes === undefined ? {} : { retainedBytes }),
  };
}
