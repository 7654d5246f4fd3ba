import { stableName } from "../../heap/java/growth/stableName";
import type { HistogramRow } from "../../protocol/heap/histogram";
import type { HeapSummary } from "../../protocol/heap/summary";
import { histogramPage } from "../graph/histogramPage";
import type { EarlyAnswers } from "../room";

/** What is known of a heap dump while its dominators are computed. */
export interface EarlyHeap {
  readonly summary: HeapSummary;
  readonly rows: readonly HistogramRow[];
}

export const earlyHeapAnswers: EarlyAnswers<EarlyHeap> = {
  "heap/summary": ({ summary }) => summary,
  "heap/histogram": ({ rows }, query: never) => histogramPage(rows, query, stableName),
};
