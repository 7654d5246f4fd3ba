import { statSync } from "node:fs";
import {
  type ContentSums,
  completeSums,
  newContentSums,
  summingSource,
  verifiedSource,
} from "../../heap/graph/columns/contentSums";
import type { DominatorColumns } from "../../heap/graph/dominators/dominatorColumns";
import { describeMemoryGraph } from "../../heap/graph/memory/describeMemoryGraph";
import type { GraphAdapter } from "../../heap/graph/memory/graphAdapter";
import type { NamedMemoryGraph } from "../../heap/graph/memory/graphNames";
import { memoryDominators } from "../../heap/graph/memory/memoryDominators";
import { type AttachInputs, type BuildInputs, joinAnswers, type Room } from "../room";
import { collectGarbage } from "../threads/collectGarbage";
import { openPassRunner } from "../threads/parallelPasses";
import { wireProblemOf } from "../wireFaults";
import { graphAnswers } from "./graphAnswers";
import type { GraphContext } from "./graphContext";
import { histogramRows } from "./histogramRows";
import { plainGraphAnswers } from "./plainGraphAnswers";

interface GraphAttachment<Columns> {
  readonly columns: Columns;
  readonly dominators: DominatorColumns;
  /** Of what was read: names are not taken from a file that has changed since. */
  readonly contentSums: ContentSums;
}

/**
 * The room of a format whose graph is read into memory by its adapter: everything that can be asked of any graph is
 * answered without a further line.
 * @param format what such dumps are called: `V8 heap snapshot`
 */
export function memoryGraphRoom<Columns extends { readonly graph: NamedMemoryGraph }>(
  format: string,
  adapter: GraphAdapter<Columns>,
): Room<GraphAttachment<Columns>, undefined, GraphContext> {
  return {
    build: (inputs) => build(adapter, inputs),
    attach: (attachment, inputs) => contextOf(format, adapter, attachment, inputs),
    answers: joinAnswers<GraphContext>(graphAnswers, plainGraphAnswers),
    readsOn: true,
  };
}

async function build<Columns extends { readonly graph: NamedMemoryGraph }>(
  adapter: GraphAdapter<Columns>,
  { source, file, problems, options, workerFolder, work }: BuildInputs,
): Promise<GraphAttachment<Columns>> {
  const contentSums = newContentSums(source.byteLength);
  const columns = adapter.read(summingSource(source, contentSums), problems, work);
  completeSums(source, contentSums, work);
  const runner = openPassRunner({ file }, contentSums, workerFolder, work, options.workers);
  try {
    const dominators = await memoryDominators(columns.graph, { collectGarbage }, runner, work);
    return { columns, dominators, contentSums };
  } finally {
    await runner.close();
  }
}

function contextOf<Columns extends { readonly graph: NamedMemoryGraph }>(
  format: string,
  adapter: GraphAdapter<Columns>,
  { columns, dominators, contentSums }: GraphAttachment<Columns>,
  { source: unverified, path, problems }: AttachInputs,
): GraphContext {
  const source = verifiedSource(unverified, contentSums);
  const graph = describeMemoryGraph(columns.graph, { dominators }, adapter.namesOf(columns, source));
  const rows = histogramRows(graph);
  return {
    graph,
    path,
    histogramRows: rows,
    listReferrers: (work) => graph.listReferrers(work),
    reachability: () => (object) => (graph.isKnownGarbage(object) ? "none" : "strong"),
    summary: {
      path,
      format,
      fileBytes: source.byteLength,
      // Such dumps do not say when they were written; their files do.
      createdMs: Math.round(statSync(path).mtimeMs),
      totals: {
        objects: graph.instanceCount,
        shallowBytes: rows.reduce((sum, { shallowBytes }) => sum + shallowBytes, 0),
        reachableObjects: dominators.reachableObjects,
        reachableBytes: dominators.reachableBytes,
        classes: rows.length,
        gcRoots: graph.roots.length,
      },
      problems: problems.map(wireProblemOf),
      fromSavedIndex: false,
    },
  };
}
