import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { VirtualHeapDump } from "../../core/hotspot/heapDump/virtualHeapDump";
import {
  completeSums,
  newContentSums,
  summingSource,
  verifiedSource,
} from "../../heap/graph/columns/contentSums";
import type { ObjectIndex } from "../../heap/heap";
import { openHeap } from "../../heap/hprof/contents/openHeap";
import { buildHeapIndex } from "../../heap/hprof/index/buildHeapIndex";
import type { EarlyFacts, HeapColumns } from "../../heap/hprof/index/heapColumns";
import { fingerprintOf } from "../../heap/hprof/index/indexFile";
import { isSizeModelName, type SizeModelName, sizeModelNames } from "../../heap/hprof/index/sizeModel";
import type { copyRequests } from "../../protocol/heap/copies";
import type { HistogramRow } from "../../protocol/heap/histogram";
import { noteTrace } from "../dumps/dumpTraces";
import { moveChildrenToFile } from "../files/childFile";
import { openColumnDisk } from "../files/columnDisk";
import { FileSource, type SharedFile } from "../files/fileSource";
import { attachBytes, type SharedBytes } from "../files/sharedBytes";
import { graphAnswers } from "../graph/graphAnswers";
import { type AnswerFile, answerKeyOf, contentsNameOf } from "../index/answerFile";
import { indexedOptions, indexStoreOf } from "../index/savedIndex";
import { privacyAnswers } from "../privacy/privacyAnswers";
import { type AnswerTable, type AttachInputs, type BuildInputs, joinAnswers, type Room } from "../room";
import { collectGarbage } from "../threads/collectGarbage";
import { openPassRunner } from "../threads/parallelPasses";
import { allocationAnswers } from "./allocationAnswers";
import type { EarlyHeap } from "./earlyHeap";
import { HeapContext } from "./heapContext";
import { heapDebugAnswers } from "./heapDebugAnswers";
import { heapEvidence } from "./heapEvidence";
import { heapQuestionAnswers } from "./heapQuestionAnswers";
import { earlySummary } from "./heapSummary";
import { type CopyInputs, saveCopy } from "./saveCopy";

export interface HeapAttachment {
  readonly columns: HeapColumns;
  readonly fromSavedIndex: boolean;
  /** Of a core's heap: what the dump is made of while it is read. */
  readonly heapDump?: VirtualHeapDump;
  /** Where columns stayed that are read page by page. */
  readonly stored?: SharedFile;
  /** Where answers are kept; only where the index is. */
  readonly answerFile?: AnswerFile;
}

const answers: AnswerTable<HeapContext, "triage/evidence" | keyof typeof copyRequests> = {
  "heap/saveCopy": {
    lane: "long",
    answer: (context, params, work) =>
      saveCopy(copyInputsOf(context, params.reachableOnly, work), params, work),
  },
  "triage/evidence": {
    lane: "long",
    answer: (context, _params, work) => heapEvidence(context, work),
  },
};

/** @throws ExhumeError `overBudget` when what is reachable is asked for without dominators */
function copyInputsOf(context: HeapContext, reachableOnly: boolean, work: Work): CopyInputs {
  const { heap, columns, source, path } = context;
  const all = { source, path, createdMs: columns.createdMs };
  if (!reachableOnly) return all;
  const reachability = context.reachability(work);
  return {
    ...all,
    kept: {
      dumpNumber: columns.dump.number,
      objectCount: heap.instanceCount,
      isKept: (object) => reachability(object as ObjectIndex) !== "none",
    },
  };
}

/** Smaller dumps are indexed sooner than an index is read. */
const worthSaving = 32 << 20;

/** Java heap dumps in HPROF format. */
export const heapRoom: Room<HeapAttachment, EarlyHeap, HeapContext> = {
  build(inputs, early) {
    const { source, file } = inputs;
    return buildHeap(inputs, () => ({ source, bytes: { file } }), early);
  },
  attach: attachHeap,
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

/** The bytes the index of a heap is made of: those of the file, or what is made of them. */
export interface HeapBytes {
  readonly source: ByteSource;
  readonly bytes: SharedBytes;
  /** What the overview says of the file, where the bytes do not. */
  readonly facts?: Pick<EarlyFacts, "format" | "createdMs" | "fileBytes">;
  /** See `BuildOptions.instanceBytes`. */
  readonly instanceBytes?: ReadonlyMap<bigint, number>;
  /** See `HeapColumns.madeFrom`. */
  readonly madeFrom?: unknown;
}

/** @param open called once, with the index that was saved where there is one */
export async function buildHeap(
  inputs: BuildInputs,
  open: (saved: HeapColumns | undefined) => HeapBytes,
  early: (early: EarlyHeap) => void,
): Promise<HeapAttachment> {
  const { source: file, options, problems, work } = inputs;
  const store =
    options.useSavedIndex === false ? undefined : indexStoreOf(options.indexDirectory, inputs.indexKey);
  const fingerprint = fingerprintOf(file, indexedOptions(options));
  let opened: HeapBytes | undefined;
  const openOnce = (saved: HeapColumns | undefined) => {
    opened ??= open(saved);
    return opened;
  };
  const answersBeside = ({ contentSums }: HeapColumns): { readonly answerFile?: AnswerFile } => {
    if (store === undefined || contentSums === undefined) return {};
    const answerPath = store.answersOf(fingerprint);
    noteTrace(inputs.path, "index", answerPath);
    const key = answerKeyOf(file, inputs.indexKey);
    const indexPath = store.pathOf(fingerprint);
    return { answerFile: { path: answerPath, indexPath, key, contents: contentsNameOf(contentSums) } };
  };
  const saved = store?.load(
    fingerprint,
    file,
    problems,
    work,
    inputs.identity(),
    (columns) => openOnce(columns).source,
  );
  const heapBytes = openOnce(saved?.columns);
  const { source, bytes, madeFrom } = heapBytes;
  const made = bytes.heapDump === undefined ? {} : { heapDump: bytes.heapDump };
  if (saved !== undefined) {
    noteTrace(inputs.path, "index", store!.pathOf(fingerprint));
    for (const problem of saved.columns.problems) problems.add(problem);
    return { ...saved, ...made, fromSavedIndex: true, ...answersBeside(saved.columns) };
  }
  const isWorthIt = source.byteLength >= worthSaving || options.indexDirectory !== undefined;
  if (isWorthIt) store?.begin(fingerprint);
  try {
    const read = await buildColumns(inputs, heapBytes, early);
    const columns = madeFrom === undefined ? read : { ...read, madeFrom };
    for (const problem of columns.problems) problems.add(problem);
    const isSaved = isWorthIt && columns.dominators !== undefined;
    const filed =
      (isSaved ? store?.save(columns, fingerprint, problems, work, inputs.identity()) : undefined) ??
      moveChildrenToFile(columns, problems, work);
    if (isSaved && store !== undefined) noteTrace(inputs.path, "index", store.pathOf(fingerprint));
    const answersToo = isSaved && filed !== undefined ? answersBeside(columns) : {};
    return { ...(filed ?? { columns }), ...made, fromSavedIndex: false, ...answersToo };
  } finally {
    if (isWorthIt) store?.abandon(fingerprint);
  }
}

export function attachHeap(attachment: HeapAttachment, inputs: AttachInputs): HeapContext {
  const { columns, fromSavedIndex, stored, heapDump } = attachment;
  const { file, path, problems, workerFolder, options } = inputs;
  const { contentSums } = columns;
  const bytes: SharedBytes = heapDump === undefined ? { file } : { file, heapDump };
  const unverified = heapDump === undefined ? inputs.source : attachBytes(bytes);
  const source = contentSums === undefined ? unverified : verifiedSource(unverified, contentSums);
  const storedSource = stored === undefined ? undefined : FileSource.attach(stored);
  const heap = openHeap(columns, source, storedSource, { memoryBudget: options.memoryBudget });
  const openRunner =
    contentSums === undefined
      ? undefined
      : (work: Work) => openPassRunner(bytes, contentSums, workerFolder, work, options.workers);
  return new HeapContext(heap, columns, path, problems, fromSavedIndex, source, openRunner);
}

async function buildColumns(
  { path, options, workerFolder, problems, work }: BuildInputs,
  { source, bytes, facts: ofFile, instanceBytes }: HeapBytes,
  early: (early: EarlyHeap) => void,
): Promise<HeapColumns> {
  const named = <Facts extends EarlyFacts>(facts: Facts): Facts => ({ ...facts, ...ofFile });
  const onHistogram = (facts: EarlyFacts) =>
    early({ summary: earlySummary(named(facts), path, problems.toArray()), rows: earlyRows(facts) });
  const contentSums = newContentSums(source.byteLength);
  const runner = openPassRunner(bytes, contentSums, workerFolder, work, options.workers);
  try {
    const columns = named(
      await buildHeapIndex(
        summingSource(source, contentSums),
        {
          onHistogram,
          collectGarbage,
          ...(instanceBytes === undefined ? {} : { instanceBytes }),
          ...(options.dumpNumber === undefined ? {} : { dumpNumber: options.dumpNumber }),
          refuseSeveral: options.refuseSeveral === true,
          ...(options.memoryBudget === undefined ? {} : withinBudget(options.memoryBudget, source.name)),
          ...(options.sizeModel === undefined
            ? {}
            : { sizeModel: { name: sizeModelNamed(options.sizeModel) } }),
        },
        runner,
        work,
      ),
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
