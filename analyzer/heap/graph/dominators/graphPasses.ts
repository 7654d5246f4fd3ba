import type { GraphColumns } from "../edges/graphColumns";
import type { Pass, PassContext } from "../parallel";
import { type CoreRanks, countPartEdges, emitPart } from "./compactGraph";
import type { CoreGraph } from "./coreGraph";
import { foldPart, markSameType, sweepsMaximum } from "./fold";
import { forEachPart, meet, meetingCell } from "./meeting";

/**
 * Folds a graph and counts what is left of its edges, in rounds all workers do together: marks, sweeps, counts. What
 * a sweep folds does not depend on which worker takes which part, nor when.
 */
export interface FoldInput {
  readonly graph: GraphColumns;
  /** Sweeps at most. */
  readonly sweeps: number;
  readonly workers: number;
  /** See `meetingCell`; shared by all workers. */
  readonly control: Int32Array;
  /** Edges of the core by part; filled. */
  readonly coreEdges: Float64Array;
}

/** Less than this share of the nodes in one sweep is not worth another. */
const worthSweeping = 1 / 64;

/** Gives how many sweeps there were. */
export const foldPass: Pass<FoldInput, number> = { name: "fold", run: fold };

function fold(input: FoldInput, context: PassContext): number {
  const { graph, workers, control, coreEdges } = input;
  const parts = graph.parts.length;
  const most = Math.min(input.sweeps, sweepsMaximum);
  if (most > 0) {
    forEachPart(control, parts, context, (part) => markSameType(graph, part));
    meet(control, workers, context);
  }
  let sweep = 0;
  while (sweep < most) {
    forEachPart(control, parts, context, (part) => {
      Atomics.add(control, meetingCell.folded, foldPart(graph, part, sweep));
    });
    meet(control, workers, context, () => {
      const folded = Atomics.exchange(control, meetingCell.folded, 0) >>> 0;
      if (folded > 0) Atomics.store(control, meetingCell.sweeps, sweep + 1);
      if (folded < graph.nodeCount * worthSweeping) Atomics.store(control, meetingCell.enough, 1);
    });
    sweep++;
    if (Atomics.load(control, meetingCell.enough) === 1) break;
  }
  forEachPart(control, parts, context, (part) => {
    coreEdges[part] = countPartEdges(graph, part);
  });
  return Atomics.load(control, meetingCell.sweeps);
}

/** Writes the core of a folded graph; see {@link emitPart}. */
export interface CompactInput {
  readonly graph: GraphColumns;
  readonly ranks: CoreRanks;
  readonly core: Pick<CoreGraph, "cells" | "targets">;
  /** Where each part's edges begin in the core's targets. */
  readonly firstEdges: readonly number[];
  readonly outerDominator: Uint32Array;
  readonly control: Int32Array;
}

export const compactPass: Pass<CompactInput, void> = { name: "compact", run: compact };

function compact(input: CompactInput, context: PassContext): void {
  const { graph, ranks, core, firstEdges, outerDominator, control } = input;
  forEachPart(control, graph.parts.length, context, (part) =>
    emitPart(graph, part, ranks, core, firstEdges[part]!, outerDominator),
  );
}
