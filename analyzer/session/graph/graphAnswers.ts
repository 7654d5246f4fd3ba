import type { Work } from "../../base/work";
import { countReachability } from "../../heap/graph/opened/unreachableObjects";
import type { AnswerTable } from "../room";
import { dominatorPage, dominatorPath, findObject } from "./dominatorRows";
import type { GraphContext } from "./graphContext";
import { histogramPage } from "./histogramPage";
import { histogramRow } from "./histogramRows";
import { instanceRows } from "./instanceRows";
import { immediateDominatorRows, mergedPathRows, rootPathRows } from "./pathRows";
import { incomingRows, outgoingRows } from "./referenceRows";

/** What is asked of any graph in one way. */
export type GraphQuestion =
  | "heap/summary"
  | "heap/histogram"
  | "heap/dominators"
  | "heap/dominatorPath"
  | "heap/paths"
  | "heap/pathsOfClass"
  | "heap/incoming"
  | "heap/outgoing"
  | "heap/classesNamed"
  | "heap/instances"
  | "heap/immediateDominators"
  | "heap/unreachable";

/** An answer that begins with the lists of who refers to whom: threads make them, where the dump takes some. */
export function followingReferrers<Context extends GraphContext, Params, Result>(
  answer: (context: Context, params: Params, work: Work) => Result,
): (context: Context, params: Params, work: Work) => Promise<Result> {
  return async (context, params, work) => {
    await context.listReferrers(work);
    return answer(context, params, work);
  };
}

/**
 * Questions to any graph, whatever its format and language. What follows referrers runs in the long lane: the lists it
 * needs are made there once.
 */
export const graphAnswers: AnswerTable<GraphContext, GraphQuestion> = {
  "heap/summary": { lane: "quick", answer: ({ summary }) => summary },
  "heap/histogram": {
    lane: "quick",
    answer: ({ graph, histogramRows }, query) => histogramPage(histogramRows, query, graph.stableName),
  },
  "heap/dominators": {
    lane: "quick",
    answer: ({ graph }, query, work) => dominatorPage(graph, query, work),
  },
  "heap/dominatorPath": {
    lane: "quick",
    answer: ({ graph }, { objectId, sort }, work) => dominatorPath(graph, objectId, sort, work),
  },
  "heap/paths": {
    lane: "long",
    answer: followingReferrers((context, query, work) => {
      const { graph } = context;
      const object = findObject(graph, query.objectId);
      const found = rootPathRows(graph, object, query, work);
      const isOpen = found.paths.length === 0 && found.reachable === false && graph.hasDominators;
      return isOpen ? { ...found, reachability: context.reachability(work)(object) } : found;
    }),
  },
  "heap/pathsOfClass": {
    lane: "long",
    answer: followingReferrers(({ graph }, query, work) => mergedPathRows(graph, query, work)),
  },
  "heap/incoming": {
    lane: "long",
    answer: followingReferrers(({ graph }, { objectId, start, count }, work) =>
      incomingRows(graph, findObject(graph, objectId), start, count, work),
    ),
  },
  "heap/outgoing": {
    lane: "quick",
    answer: ({ graph }, { objectId, start, count }) =>
      outgoingRows(graph, findObject(graph, objectId), start, count),
  },
  "heap/classesNamed": {
    lane: "quick",
    answer: ({ graph, classIdOf }, { className }) => ({
      classes: graph.types.findByName(className).map((type) => histogramRow(graph, type, classIdOf)),
    }),
  },
  "heap/instances": {
    lane: "long",
    answer: ({ graph }, query, work) => instanceRows(graph, query, work),
  },
  "heap/immediateDominators": {
    lane: "long",
    answer: ({ graph }, { className, skip }, work) => immediateDominatorRows(graph, className, skip, work),
  },
  "heap/unreachable": {
    lane: "long",
    isKept: true,
    answer(context, _params, work) {
      const { graph } = context;
      const { kinds, types } = countReachability(graph, context.reachability(work), work);
      const rows = types.map(({ type, ...figures }) => {
        const className = graph.types.nameOf(type);
        const filler = figures.reachability === "none" ? graph.fillerWords(className) : undefined;
        return { className, ...figures, ...(filler === undefined ? {} : { filler }) };
      });
      return {
        kinds,
        rows,
        objects: rows.reduce((sum, row) => sum + row.objects, 0),
        shallowBytes: rows.reduce((sum, row) => sum + row.shallowBytes, 0),
      };
    },
  },
};
