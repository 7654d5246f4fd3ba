import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import {
  completeSums,
  newContentSums,
  summingSource,
  verifiedSource,
} from "../../heap/graph/columns/contentSums";
import { openHeap } from "../../heap/hprof/contents/openHeap";
import { buildHeapIndex } from "../../heap/hprof/index/buildHeapIndex";
import type { EarlyFacts, HeapColumns } from "../../heap/hprof/index/heapColumns";
import { fingerprintOf } from "../../heap/hprof/index/indexFile";
import { isSizeModelName, type SizeModelName, sizeModelNames } from "../../heap/hprof/index/sizeModel";
import type { HistogramRow } from "../../protocol/heap/histogram";
import { noteTrace } from "../dumps/dumpTraces";
import { moveChildrenToFile } from "../files/childFile";
import { openColumnDisk } from "../files/columnDisk";
import { FileSource, type SharedFile } from "../files/fileSource";
import { graphAnswers } from "../graph/graphAnswers";
import { type AnswerFile, answerKeyOf, contentsNameOf } from "../index/answerFile";
import { indexedOptions, indexStoreOf } from "../index/savedIndex";
import { privacyAnswers } from "../privacy/privacyAnswers";
import { type AnswerTable, type BuildInputs, joinAnswers, type Room } from "../room";
import { collectGarbage } from "../threads/collectGarbage";
import { openPassRunner } from "../threads/parallelPasses";
import { allocationAnswers } from "./allocationAnswers";
import type { EarlyHeap } from "./earlyHeap";
import { HeapContext } from "./heapContext";
import { heapDebugAnswers } from "./heapDebugAnswers";
import { heapEvidence } from "./heapEvidence";
import { heapQuestionAnswers } from "./heapQuestionAnswers";
import { earlySummary } from "./heapSummary";

interface HeapAttachment {
  readonly columns: HeapColumns;
  readonly fromSavedIndex: boolean;
  /** Where columns stayed that are read page by page. */
  readonly stored?: SharedFile;
  /** Where answers are kept; only where the index is. */
  readonly answerFile?: AnswerFile;
}

const answers: AnswerTable<HeapContext, "triage/evidence"> = {
  "triage/evidence": {
    lane: "long",
    answer: (context, _params, work) => heapEvidence(context, work),
  },
};

/** Smaller dumps are indexed sooner than an index is read. */
const worthSaving = 32 << 20;

/** Java heap dumps in HPROF format. */
export const heapRoom: Room<HeapAttachment, EarlyHeap, HeapContext> = {
  async build(inputs, early) {
    const { source, options, problems, work } = inputs;
    const store =
      options.useSavedIndex === false ? undefined : indexStoreOf(options.indexDirectory, inputs.indexKey);
    const fingerprint = fingerprintOf(source, indexedOptions(options));
    const answersBeside = ({ contentSums }: HeapColumns): { readonly answerFile?: AnswerFile } => {
      if (store === undefined || contentSums === undefined) return {};
      const answerPath = store.answersOf(fingerprint);
      noteTrace(inputs.path, "index", answerPath);
      const key = answerKeyOf(source, inputs.indexKey);
      return { answerFile: { path: answerPath, key, contents: contentsNameOf(contentSums) } };
    };
    const saved = store?.load(fingerprint, source, problems, work, inputs.identity);
    if (saved !== undefined) {
      noteTrace(inputs.path, "index", store!.pathOf(fingerprint));
      for (const problem of saved.columns.problems) problems.add(problem);
      return { ...saved, fromSavedIndex: true, ...answersBeside(saved.columns) };
    }
    const isWorthIt = source.byteLength >= worthSaving || options.indexDirectory !== undefined;
    if (isWorthIt) store?.begin(fingerprint);
    try {
      const columns = await buildColumns(inputs, early);
      for (const problem of columns.problems) problems.add(problem);
      const isSaved = isWorthIt && columns.dominators !== undefined;
      const filed =
        (isSaved ? store?.save(columns, fingerprint, problems, work, inputs.identity) : undefined) ??
        moveChildrenToFile(columns, problems, work);
      if (isSaved && store !== undefined) noteTrace(inputs.path, "index", store.pathOf(fingerprint));
      const answersToo = isSaved && filed !== undefined ? answersBeside(columns) : {};
      return { ...(filed ?? { columns }), fromSavedIndex: false, ...answersToo };
    } finally {
      if (isWorthIt) store?.abandon(fingerprint);
    }
  },
  attach: ({ columns, fromSavedIndex, stored }, inputs) => {
    const { source: unverified, file, path, problems, workerFolder, options } = inputs;
    const { contentSums } = columns;
    const source = contentSums === undefined ? unverified : verifiedSource(unverified, contentSums);
    const storedSource = stored === undefined ? undefined : FileSource.attach(stored);
    const heap = openHeap(columns, source, storedSource, options.memoryBudget);
    const openRunner =
      contentSums === undefined
        ? undefined
        : (work: Work) => openPassRunner(file, contentSums, workerFolder, work, options.workers);
    return new HeapContext(heap, columns, path, problems, fromSavedIndex, source, openRunner);
  },
  answers: joinAnswers<HeapContext>(
    answers,
    graphAnswers,
    heapQuestionAnswers,
    heapDebugAnswers,
    allocationAnswers,
    privacyAnswers,
  ),
  answerFile: ({ answerFile }) => answerFile,
  readsOn: true,
};

async function buildColumns(
  { source, file, path, options, workerFolder, problems, work }: BuildInputs,
  early: (early: EarlyHeap) => void,
): Promise<HeapColumns> {
  const onHistogram = (facts: EarlyFacts) =>
    early({ summary: earlySummary(facts, path, problems.toArray()), rows: earlyRows(facts) });
  const contentSums = newContentSums(source.byteLength);
  const runner = openPassRunner(file, contentSums, workerFolder, work, options.workers);
  try {
    const columns = await buildHeapIndex(
      summingSource(source, contentSums),
      {
        onHistogram,
        collectGarbage,
        ...(options.dumpNumber === undefined ? {} : { dumpNumber: options.dumpNumber }),
        refuseSeveral: options.refuseSeveral === true,
        ...(options.memoryBudget === undefined ? {} : withinBudget(options.memoryBudget, source.name)),
        ...(options.sizeModel === undefined
          ? {}
          : { sizeModel: { name: sizeModelNamed(options.sizeModel) } }),
      },
      runner,
      work,
    );
    // Without the pass that reads all contents, sums would cost another walk over the file.
    if (columns.leftOut !== undefined) return columns;
    completeSums(source, contentSums, work);
    return { ...columns, contentSums };
  } finally {
    await runner.close();
  }
}

function withinBudget(memoryBudget: number, name: string) {
  // No more than the budget itself ever waits on disk.
  const disk = openColumnDisk(name, memoryBudget);
  return { memoryBudget, ...(disk === undefined ? {} : { disk }) };
}

function sizeModelNamed(name: string): SizeModelName {
  if (isSizeModelName(name)) return name;
  throw new ExhumeError({
    code: "invalid",
    what: `There is no size model ${name}; there are ${sizeModelNames.join(", ")}`,
  });
}

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
