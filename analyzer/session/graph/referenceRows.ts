import type { Work } from "../../base/work";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { ObjectIndex } from "../../heap/graph/nodes";
import { incomingReferences } from "../../heap/graph/paths/incomingReferences";
import type { ReferenceRow } from "../../protocol/heap/inspector";
import type { Page } from "../../protocol/wire";
import { referenceRow } from "./objectRows";

/** Rows of one page at most: a client that asks for more gets this many. */
const maximumPage = 10_000;

export function outgoingRows(
  graph: DescribedGraph,
  object: ObjectIndex,
  start: number,
  count: number,
): Page<ReferenceRow> {
  const { total, references } = graph.outgoingPart(object, start, Math.min(count, maximumPage));
  const rows = references.map((each) => referenceRow(graph, each.object, object, each.reference));
  // The slots of an array are counted with those that are null, which have no row.
  return { start, end: start + Math.min(count, Math.max(0, total - start)), total, rows };
}

export function incomingRows(
  graph: DescribedGraph,
  object: ObjectIndex,
  start: number,
  count: number,
  work: Work,
): Page<ReferenceRow> {
  const { total, references } = incomingReferences(graph, object, start, Math.min(count, maximumPage), work);
  const rows = references.map((each) => referenceRow(graph, each.object, each.object, each.reference));
  return { start, end: start + rows.length, total, rows };
}
