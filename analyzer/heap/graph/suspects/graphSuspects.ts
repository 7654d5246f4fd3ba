import { formatShare } from "../../../base/figures";
import type { Work } from "../../../base/work";
import type { DescribedGraph } from "../describedGraph";
import { reachableBytesOf } from "../growth/profile";
import type { ObjectIndex } from "../nodes";
import { type Holding, holdingOf } from "../paths/holding";
import { type RootPath, shortestPaths } from "../paths/shortestPaths";
import { accumulations } from "./accumulations";
import { type ScorePart, sharePart } from "./scoring";

/** An object that keeps much of the heap while nothing below it does. */
export interface SizeSuspect {
  readonly object: ObjectIndex;
  readonly retainedBytes: number;
  readonly share: number;
  /** The last reference on the way to it. */
  readonly holding?: Holding;
  readonly path?: RootPath;
  readonly parts: readonly ScorePart[];
  readonly evidence: readonly string[];
}

export interface SizeSuspects {
  readonly totalBytes: number;
  readonly suspects: readonly SizeSuspect[];
}

/** Objects visited in search of one path. */
const pathBudget = 100_000;

/**
 * Suspects by size alone, in any graph: where memory piles up.
 * @throws ExhumeError `overBudget` without dominators
 */
export function graphSuspects(graph: DescribedGraph, work: Work): SizeSuspects {
  const totalBytes = reachableBytesOf(graph);
  work.report("Looking for where memory piles up", 0);
  const suspects = accumulations(graph, totalBytes, () => false, work)
    .map((object) => suspectOf(graph, object, totalBytes, work))
    .sort((a, b) => b.retainedBytes - a.retainedBytes);
  return { totalBytes, suspects };
}

function suspectOf(graph: DescribedGraph, object: ObjectIndex, totalBytes: number, work: Work): SizeSuspect {
  const retainedBytes = graph.retainedSizeOf(object);
  const share = retainedBytes / Math.max(1, totalBytes);
  const allows = graph.filterOf({ kinds: ["weak"] });
  const [path] = shortestPaths(
    graph,
    object,
    { maximumPaths: 1, allows, maximumVisited: pathBudget },
    work,
  ).paths;
  const holder = path?.steps.at(-2);
  const holding =
    holder?.reference === undefined ? undefined : holdingOf(graph, holder.object, holder.reference);
  return {
    object,
    retainedBytes,
    share,
    ...(holding === undefined ? {} : { holding }),
    ...(path === undefined ? {} : { path }),
    parts: [sharePart(share)],
    evidence: [
      `one ${graph.nameOf(object)} keeps ${formatShare(share, 1)} of the reachable heap`,
      "below it the memory is spread over many objects: this is where it piles up",
      ...(holding === undefined ? [] : [`held by ${holding.className}.${holding.field}`]),
    ],
  };
}
