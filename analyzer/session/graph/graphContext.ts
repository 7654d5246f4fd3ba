import type { Work } from "../../base/work";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { ObjectIndex, TypeIndex } from "../../heap/graph/nodes";
import type { Reachability } from "../../heap/graph/opened/reachability";
import type { HistogramRow } from "../../protocol/heap/histogram";
import type { HeapSummary } from "../../protocol/heap/summary";

/** What answers about any graph of objects are given. */
export interface GraphContext {
  readonly graph: DescribedGraph;
  readonly path: string;
  readonly summary: HeapSummary;
  /** The object a type is, in formats whose types are objects. */
  readonly classIdOf?: (type: TypeIndex) => bigint;
  /** One row a type that has objects. */
  readonly histogramRows: readonly HistogramRow[];
  /** Lists who refers to whom, once: what a question that follows referrers begins with. */
  listReferrers(work: Work): Promise<void> | void;
  /** How an object is reached from the roots. @throws ExhumeError `overBudget` without dominators */
  reachability(work: Work): (object: ObjectIndex) => Reachability;
}
