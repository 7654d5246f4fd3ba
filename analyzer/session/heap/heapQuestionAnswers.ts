import { formatHex } from "../../base/units";
import { walkedElements } from "../../heap/java/collections/checkpoints";
import { heapProfile } from "../../heap/java/growth/heapProfile";
import { leakSuspects } from "../../heap/java/leaks/suspects";
import { loaderNameOf } from "../../heap/java/program/loaderNames";
import { classLoaders, duplicateClasses, type LoaderFacts } from "../../heap/java/program/loaders";
import { programBuildOf } from "../../heap/java/program/programBuild";
import { systemProperties } from "../../heap/java/program/systemProperties";
import { completeQuery } from "../../heap/java/query/complete";
import { mayFollowReferrers } from "../../heap/java/query/followsReferrers";
import { referenceStatistics } from "../../heap/java/reachability/referenceStatistics";
import type { heapProfileRequests } from "../../protocol/heap/growth";
import type { histogramRequests } from "../../protocol/heap/histogram";
import type { inspectorRequests } from "../../protocol/heap/inspector";
import type { LoaderRow, loaderRequests } from "../../protocol/heap/loaders";
import type { queryRequests } from "../../protocol/heap/query";
import type { heapSummaryRequests } from "../../protocol/heap/summary";
import type { suspectRequests } from "../../protocol/heap/suspects";
import type { threadRequests } from "../../protocol/heap/threads";
import type { wasteRequests } from "../../protocol/heap/waste";
import { findObject } from "../graph/dominatorRows";
import { followingReferrers, type GraphQuestion } from "../graph/graphAnswers";
import type { AnswerTable } from "../room";
import type { HeapContext } from "./heapContext";
import { heapVerdict } from "./heapVerdict";
import { arrayRows, entryRows, inspectRows } from "./inspectorRows";
import { queryPage } from "./queryRows";
import { holderRow, suspectRow } from "./suspectRows";
import { deadlocksOfHeap, stackGroups, threadDetail, threadPage } from "./threadRows";
import { collectionRows, wasteRows } from "./wasteRows";

type Questions =
  | keyof typeof heapProfileRequests
  | keyof typeof inspectorRequests
  | keyof typeof loaderRequests
  | keyof typeof queryRequests
  | keyof typeof suspectRequests
  | keyof typeof threadRequests
  | keyof typeof wasteRequests
  | keyof typeof heapSummaryRequests
  | keyof typeof histogramRequests;

/** Questions to the heap of a JVM, beyond those to any graph. */
export const heapQuestionAnswers: AnswerTable<HeapContext, Exclude<Questions, GraphQuestion>> = {
  "heap/suspects": {
    lane: "long",
    isKept: true,
    answer: followingReferrers(({ heap, columns: { leftOut }, summary }, { grown }, work) => {
      const { totalBytes, suspects, holders, remarks, outOfMemory } = leakSuspects(heap, work, grown);
      const rows = suspects.map((suspect) => suspectRow(heap, suspect));
      const held = holders.map((holder) => holderRow(heap, holder));
      const verdict = heapVerdict(rows, held, remarks, {
        outOfMemory,
        fromHistogram: leftOut !== undefined,
        isIncomplete: summary.problems.some(({ losesData }) => losesData),
      });
      return { totalBytes, suspects: rows, verdict, ...(leftOut === undefined ? {} : { leftOut }) };
    }),
  },
  "heap/inspect": {
    lane: "quick",
    answer: ({ heap }, { objectId }) => inspectRows(heap, findObject(heap, objectId)),
  },
  "heap/arrayPart": {
    lane: "quick",
    answer: ({ heap }, { objectId, start, count }) =>
      arrayRows(heap, findObject(heap, objectId), start, count),
  },
  "heap/entries": {
    lane: { quickUpTo: walkedElements },
    answer: ({ heap }, { objectId, start, count }, work) =>
      entryRows(heap, findObject(heap, objectId), start, count, work),
  },
  "heap/threads": {
    lane: "quick",
    answer: ({ heap }, { start, count, filter }) => threadPage(heap, start, count, filter),
  },
  "heap/thread": {
    lane: "quick",
    answer: ({ heap }, { objectId }) => threadDetail(heap, findObject(heap, objectId)),
  },
  "heap/deadlocks": {
    lane: "quick",
    isKept: true,
    answer: ({ heap }) => ({ deadlocks: deadlocksOfHeap(heap) }),
  },
  "heap/stackGroups": {
    lane: "quick",
    isKept: true,
    answer: ({ heap }, _params, work) => ({ groups: stackGroups(heap, work) }),
  },
  "heap/loaders": {
    lane: "quick",
    isKept: true,
    answer: ({ heap }) => ({ loaders: classLoaders(heap).map(loaderRow) }),
  },
  "heap/duplicateClasses": {
    lane: "quick",
    isKept: true,
    answer: ({ heap }) => ({
      rows: duplicateClasses(heap).map(({ className, types, objects }) => ({
        className,
        loaders: types.map((type) => loaderNameOf(heap, heap.classes.loaderIdOf(type))),
        objects,
      })),
    }),
  },
  "heap/waste": {
    lane: "long",
    isKept: true,
    answer: followingReferrers(({ heap }, _params, work) => wasteRows(heap, work)),
  },
  "heap/collections": {
    lane: "long",
    isKept: true,
    answer: ({ heap, columns }, _params, work) =>
      collectionRows(heap, columns.sizeModel.referenceBytes, work),
  },
  "heap/references": {
    lane: "long",
    isKept: true,
    answer: ({ heap }, _params, work) => ({
      kinds: referenceStatistics(heap, work).map(({ softness, classes, ...rest }) => ({
        kind: softness,
        ...withoutUnknown(rest),
        classes: classes.map(withoutUnknown),
      })),
    }),
  },
  "heap/systemProperties": {
    lane: "quick",
    answer: ({ heap }) => ({ rows: systemProperties(heap) }),
  },
  "heap/build": {
    lane: "quick",
    answer({ heap }) {
      const build = programBuildOf(heap);
      return build === undefined ? {} : { build };
    },
  },
  "heap/query": {
    lane: "long",
    async answer(context, { text, reachableOnly, start, count }, work) {
      if (mayFollowReferrers(text)) await context.listReferrers(work);
      const { heap, summary } = context;
      const { objects, reachableObjects } = summary.totals;
      const hasUnreachable = reachableObjects !== undefined && reachableObjects < objects;
      return queryPage(heap, { text, reachableOnly, hasUnreachable }, start, count, work);
    },
  },
  "heap/completeQuery": {
    lane: "quick",
    answer: ({ heap }, { text, offset }) => completeQuery(heap, text, offset),
  },
  "heap/profile": {
    lane: "long",
    isKept: true,
    answer: followingReferrers(({ heap }, _params, work) => heapProfile(heap, work)),
  },
};

/** Figures that need dominators are absent without them. */
function withoutUnknown<
  Row extends { readonly onlySoftly: number | undefined; readonly onlySoftlyBytes: number | undefined },
>({ onlySoftly, onlySoftlyBytes, ...row }: Row) {
  if (onlySoftly === undefined || onlySoftlyBytes === undefined) return row;
  return { ...row, onlySoftly, onlySoftlyBytes };
}

function loaderRow(loader: LoaderFacts): LoaderRow {
  const { id, parentId, classes, name, className, objects, shallowBytes, retainedBytes } = loader;
  return {
    objectId: formatHex(id),
    name,
    className,
    ...(parentId === undefined ? {} : { parentId: formatHex(parentId) }),
    classes: classes.length,
    objects,
    shallowBytes,
    ...(retainedBytes === undefined ? {} : { retainedBytes }),
  };
}
