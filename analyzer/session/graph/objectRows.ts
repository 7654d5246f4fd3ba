import { formatHex } from "../../base/units";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { Graph, GraphReference } from "../../heap/graph/graph";
import type { ObjectIndex } from "../../heap/graph/nodes";
import { holdingOf } from "../../heap/graph/paths/holding";
import type { ReferenceRow } from "../../protocol/heap/inspector";
import type { HoldingField, ObjectRow } from "../../protocol/heap/objects";
import type { Page } from "../../protocol/wire";

/** An object as lists show it. */
export function objectRow(graph: DescribedGraph, object: ObjectIndex): ObjectRow {
  const type = graph.typeMeantBy(object);
  const label = type === undefined ? graph.labelOf(object) : undefined;
  return {
    objectId: formatHex(graph.idOf(object)),
    className: type === undefined ? graph.types.nameOf(graph.typeOf(object)) : graph.types.nameOf(type),
    ...(type === undefined ? {} : { isClass: true as const }),
    ...(label === undefined ? {} : { label }),
    shallowBytes: graph.shallowSizeOf(object),
    ...retainedIn(graph, object),
  };
}

/** The retained size as rows have it: absent when dominators were left out. */
export function retainedIn(graph: Graph, object: ObjectIndex): { readonly retainedBytes?: number } {
  const retainedBytes = graph.retainedSizeOrUndefined(object);
  return retainedBytes === undefined ? {} : { retainedBytes };
}

export function holdingField(
  graph: DescribedGraph,
  holder: ObjectIndex,
  reference: GraphReference | undefined,
): HoldingField | undefined {
  const holding = reference === undefined ? undefined : holdingOf(graph, holder, reference);
  if (holding === undefined) return undefined;
  return { className: holding.className, field: holding.field, static: holding.static };
}

/** A row about `shown`, which is one end of a reference that `holder` has. */
export function referenceRow(
  graph: DescribedGraph,
  shown: ObjectIndex,
  holder: ObjectIndex,
  reference: GraphReference | undefined,
): ReferenceRow {
  const field = holdingField(graph, holder, reference);
  return {
    ...objectRow(graph, shown),
    ...(field === undefined ? {} : { field }),
    kind: reference?.kind ?? "other",
    strong: reference?.strong ?? true,
  };
}

export function pageOf<Row>(rows: readonly Row[], start: number, count: number): Page<Row> {
  const part = rows.slice(start, start + count);
  return { start, end: start + part.length, total: rows.length, rows: part };
}
