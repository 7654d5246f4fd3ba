import type { ByteSource } from "../../base/byteSource";
import type { Problem } from "../../base/problems";
import type { Work } from "../../base/work";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { Reachability } from "../../heap/graph/opened/reachability";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap/heap";
import type { HeapColumns } from "../../heap/hprof/index/heapColumns";
import { describedHeap } from "../../heap/java/objects/describedHeap";
import { reachabilityOf } from "../../heap/java/reachability/reachability";
import type { HistogramRow } from "../../protocol/heap/histogram";
import type { HeapSummary } from "../../protocol/heap/summary";
import type { GraphContext } from "../graph/graphContext";
import { histogramRows } from "../graph/histogramRows";
import type { PassRunner } from "../threads/parallelPasses";
import { heapSummary } from "./heapSummary";

/** What the answers of a heap dump of a JVM are given. */
export class HeapContext implements GraphContext {
  private rows: readonly HistogramRow[] | undefined;
  private listed = false;

  constructor(
    readonly heap: Heap,
    readonly columns: HeapColumns,
    readonly path: string,
    readonly problems: readonly Problem[],
    /** True when the index came from disk. */
    readonly fromSavedIndex: boolean,
    /** The dump's own bytes, for what the index does not keep. */
    readonly source: ByteSource,
    /** Threads over the dump; undefined where it takes none. */
    private readonly openRunner: ((work: Work) => PassRunner) | undefined,
  ) {}

  /** Lists who refers to whom, once: what a question that follows referrers begins with. */
  async listReferrers(work: Work): Promise<void> {
    if (this.listed || this.openRunner === undefined) return this.heap.listReferrers(work);
    const runner = this.openRunner(work);
    try {
      await this.heap.listReferrersInParallel(runner, work);
      this.listed = true;
    } finally {
      await runner.close();
    }
  }

  get classIdOf(): (type: ClassIndex) => bigint {
    return this.heap.classes.idOf;
  }

  /** One row a class; made once. */
  get histogramRows(): readonly HistogramRow[] {
    this.rows ??= histogramRows(this.graph, this.classIdOf);
    return this.rows;
  }

  reachability(work: Work): (object: ObjectIndex) => Reachability {
    return reachabilityOf(this.heap, work);
  }

  get graph(): DescribedGraph {
    return describedHeap(this.heap);
  }

  get summary(): HeapSummary {
    return heapSummary(this);
  }
}
