import { formatHex } from "../../base/units";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { Graph, GraphReference, NamedGraph } from "../../heap/graph/graph";
import type { ObjectIndex } from "../../heap/graph/nodes";
import { dominatorOf } from "../../heap/graph/paths/dominatorChain";
import { holdingOf } from "../../heap/graph/paths/holding";
import type { InspectResult, ReferenceRow } from "../../protocol/heap/inspector";
import type { HoldingField, ObjectIdentity, ObjectRow } from "../../protocol/heap/objects";
import type { Page } from "../../protocol/wire";

export function objectIdentity(graph: NamedGraph, object: ObjectIndex): ObjectIdentity {
  const type = graph.typeMeantBy(object);
  return {
    objectId: formatHex(graph.idOf(object)),
    className: graph.types.nameOf(type ?? graph.typeOf(object)),
    ...(type === undefined ? {} : { isClass: true as const }),
  };
}

/** An object as lists show it. */
export function objectRow(graph: DescribedGraph, object: ObjectIndex): ObjectRow {
  const name = objectIdentity(graph, object);
  const label = name.isClass === true ? undefined : graph.labelOf(object);
  return {
    ...name,
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

/** Who keeps an object, and through which field where it does so itself. */
export function dominatorOfRow(
  graph: DescribedGraph,
  object: ObjectIndex,
): Pick<InspectResult, "dominator" | "heldBy"> {
  const dominator = dominatorOf(graph, object);
  if (dominator === undefined) return {};
  const heldBy = holdingField(graph, dominator, graph.referenceBetween(dominator, object));
  return { dominator: objectRow(graph, dominator), ...(heldBy === undefined ? {} : { heldBy }) };
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
