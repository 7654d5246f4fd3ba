import type { ByteSource } from "../../base/byteSource";
import type { Problem } from "../../base/problems";
import type { Heap } from "../../heap/heap";
import type { HeapColumns } from "../../heap/hprof/index/heapColumns";
import type { HistogramRow } from "../../protocol/heap/histogram";
import { histogramRows } from "./histogramRows";

/** What the answers of a heap dump are given. */
export class HeapContext {
  private rows: readonly HistogramRow[] | undefined;

  constructor(
    readonly heap: Heap,
    readonly columns: HeapColumns,
    readonly path: string,
    readonly problems: readonly Problem[],
    /** True when the index came from disk. */
    readonly fromSavedIndex: boolean,
    /** The dump's own bytes, for what the index does not keep. */
    readonly source: ByteSource,
  ) {}

  /** One row a class; made once. */
  get histogramRows(): readonly HistogramRow[] {
    this.rows ??= histogramRows(this.heap);
    return this.rows;
  }
}
