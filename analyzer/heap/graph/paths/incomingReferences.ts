import type { Work } from "../../../base/work";
import type { DescribedGraph, ReferencePart } from "../describedGraph";
import type { ObjectIndex } from "../nodes";

/** Who refers to the object, and by which field. Only the page's own rows are read from the file. */
export function incomingReferences(
  graph: DescribedGraph,
  object: ObjectIndex,
  start: number,
  count: number,
  work: Work,
): ReferencePart {
  graph.listReferrers(work);
  const referrers = graph.referrersOf(object);
  const references = referrers.slice(start, start + count).map((referrer) => {
    work.throwIfCancelled();
    return { object: referrer, reference: graph.referenceBetween(referrer, object) };
  });
  return { total: referrers.length, start, references };
}
