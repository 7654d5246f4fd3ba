import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { HistogramRow } from "../../protocol/heap/histogram";
import type { HeapSummary } from "../../protocol/heap/summary";

/** What answers about any graph of objects are given. */
export interface GraphContext {
  readonly graph: DescribedGraph;
  readonly path: string;
  readonly summary: HeapSummary;
  /** One row a type. */
  readonly histogramRows: readonly HistogramRow[];
}
