import type { Work } from "../../base/work";
import type { StackFrame } from "../../heap/heap";
import {
  type AllocationNode,
  type AllocationSites,
  allocationSites,
  allocationTree,
} from "../../heap/hprof/allocationSites";
import type { AllocationNodeRow, allocationRequests } from "../../protocol/heap/allocations";
import type { StackFrameRow } from "../../protocol/heap/debugging";
import type { AnswerTable } from "../room";
import type { HeapContext } from "./heapContext";

/** Reading the sites walks the whole dump once; the result is kept as long as the dump is open. */
const known = new WeakMap<HeapContext, AllocationSites>();

function sitesOf(context: HeapContext, work: Work): AllocationSites {
  const sites =
    known.get(context) ?? allocationSites(context.heap, context.source, work, context.columns.dump);
  known.set(context, sites);
  return sites;
}

export const allocationAnswers: AnswerTable<HeapContext, keyof typeof allocationRequests> = {
  "heap/allocationSites": {
    lane: "long",
    answer: (context, { start, count }, work) => {
      const { recorded, sites } = sitesOf(context, work);
      const rows = sites
        .slice(start, start + count)
        .map((site) => ({ ...site, frames: site.frames.map(stackFrameRow) }));
      return { recorded, start, end: start + rows.length, total: sites.length, rows };
    },
  },
  "heap/allocationTree": {
    lane: "long",
    answer: (context, _params, work) => ({
      roots: allocationTree(sitesOf(context, work).sites).map(nodeRow),
    }),
  },
};

/** Recursion goes no deeper than the stacks `allocationTree` merges, which are cut. */
function nodeRow({ frame, children, ...figures }: AllocationNode): AllocationNodeRow {
  return { ...figures, frame: stackFrameRow(frame), children: children.map(nodeRow) };
}

function stackFrameRow({ className, method, file, line }: StackFrame): StackFrameRow {
  return { className, method, line, ...(file === undefined ? {} : { file }) };
}
