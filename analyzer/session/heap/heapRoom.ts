import { formatHex } from "../../base/units";
import { openHeap } from "../../heap/graph/openHeap";
import { buildHeapIndex } from "../../heap/index/buildHeapIndex";
import type { EarlyFacts, HeapColumns } from "../../heap/index/heapColumns";
import type { HeapRequests, HeapSummary, HistogramRow } from "../../protocol/heapRequests";
import { collectGarbage } from "../collectGarbage";
import { openPassRunner } from "../parallelPasses";
import { type AnswerTable, joinAnswers, type Room } from "../room";
import { allocationAnswers } from "./allocationAnswers";
import { dominatorPage, dominatorPath } from "./dominatorRows";
import { HeapContext } from "./heapContext";
import { heapQuestionAnswers } from "./heapQuestionAnswers";
import { earlySummary, heapSummary } from "./heapSummary";
import { histogramPage } from "./histogramPage";
import { shownAnswers } from "./shownAnswers";

interface HeapAttachment {
  readonly columns: HeapColumns;
  readonly fromSavedIndex: boolean;
}

/** Shown while the dominators are computed. */
interface EarlyHeap {
  readonly summary: HeapSummary;
  readonly rows: readonly HistogramRow[];
}

const answers: AnswerTable<HeapContext, HeapRequests> = {
  "heap/summary": { lane: "quick", answer: (context) => heapSummary(context) },
  "heap/histogram": {
    lane: "quick",
    answer: (context, query) => histogramPage(context.histogramRows, query),
  },
  "heap/dominators": {
    lane: "quick",
    answer: ({ heap }, query, work) => dominatorPage(heap, query, work),
  },
  "heap/dominatorPath": {
    lane: "quick",
    answer: ({ heap }, { objectId, sort }, work) => dominatorPath(heap, objectId, sort, work),
  },
};

/** Java heap dumps in HPROF format. */
export const heapRoom: Room<HeapAttachment, EarlyHeap, HeapContext> = {
  async build({ source, file, path, workerFolder, problems, work }, early) {
    const onHistogram = (facts: EarlyFacts) =>
      early({ summary: earlySummary(facts, path, problems.toArray()), rows: earlyRows(facts) });
    const runner = openPassRunner(file, workerFolder, work);
    try {
      const columns = await buildHeapIndex(source, { onHistogram, collectGarbage }, runner, work);
      for (const problem of columns.problems) problems.add(problem);
      return { columns, fromSavedIndex: false };
    } finally {
      await runner.close();
    }
  },
  attach: ({ columns, fromSavedIndex }, { source, path, problems }) =>
    new HeapContext(openHeap(columns, source), columns, path, problems, fromSavedIndex, source),
  answers: joinAnswers(answers, heapQuestionAnswers, shownAnswers, allocationAnswers),
  earlyAnswers: {
    "heap/summary": ({ summary }: EarlyHeap) => summary,
    "heap/histogram": ({ rows }: EarlyHeap, query: never) => histogramPage(rows, query),
  },
};

/** Rows without retained sizes; loaders are known by id only until values can be read. */
function earlyRows(facts: EarlyFacts): HistogramRow[] {
  const rows: HistogramRow[] = [];
  facts.classes.forEach(({ name, id, loaderId }, type) => {
    const objects = facts.objectsByClass[type]!;
    if (objects === 0) return;
    rows.push({
      classIndex: type,
      className: name,
      classId: formatHex(id),
      loader: loaderId === 0n ? "<boot>" : formatHex(loaderId),
      objects,
      shallowBytes: facts.shallowBytesByClass[type]!,
    });
  });
  return rows;
}
