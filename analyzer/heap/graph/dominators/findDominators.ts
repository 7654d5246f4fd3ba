import type { Work } from "../../../base/work";
import type { WaitingColumns } from "../columns/waitingColumns";
import type { GraphColumns } from "../edges/graphColumns";
import type { Parallel } from "../parallel";
import { type CoreRanks, coreNodeOf, nodesOfCore, rankCore } from "./compactGraph";
import { type CoreGraph, newCoreGraph } from "./coreGraph";
import { numberDepthFirst } from "./depthFirst";
import { heldByRoots } from "./dominatorColumns";
import { forEachFolded, nodeState } from "./fold";
import { type CompactInput, compactPass, type FoldInput, foldPass } from "./graphPasses";
import { listJoinPredecessors, nodesByNumber } from "./joinPredecessors";
import { meetingCells } from "./meeting";
import { findImmediateDominators } from "./semiNca";

interface TreeOptions {
  /** Fold sweeps at most; 0 turns folding off. */
  readonly sweeps: number;
  /** Is called after large columns were let go of. */
  readonly collectGarbage: () => void;
  /** What can leave memory while the core is worked on. */
  readonly waiting: WaitingColumns | undefined;
}

/**
 * Finds the immediate dominator of every node: node + 1, 0 when unreachable, or {@link heldByRoots}. The edges of
 * `graph` are emptied.
 */
export async function findDominators(
  graph: GraphColumns,
  { sweeps: sweepsAtMost, collectGarbage, waiting }: TreeOptions,
  parallel: Parallel,
  work: Work,
): Promise<Uint32Array> {
  const { state } = graph;
  for (const [node, targets] of graph.extraEdges) {
    state[node] = nodeState.kept;
    for (const target of targets) state[target] = nodeState.kept;
  }
  state.fill(nodeState.kept, graph.instanceCount, graph.nodeCount);
  for (const root of graph.roots) state[root] = nodeState.root;
  work.report("Folding", 0);
  const { sweeps, coreEdges } = await fold(graph, sweepsAtMost, parallel);
  const { ranks, count } = rankCore(graph);
  const outerDominator = new Uint32Array(new SharedArrayBuffer(4 * (graph.nodeCount - count)));
  work.report("Compacting the graph", 0);
  const core = await compact(graph, ranks, count, coreEdges, outerDominator, parallel);
  // Threads hold what they were given last.
  await parallel.rest();
  waiting?.leave();
  collectGarbage();
  const { order, dominators } = await dominatorsOfCore(core, collectGarbage, parallel, work);
  // What the algorithm worked with is garbage now, and as large as what comes next.
  collectGarbage();
  // Only now: a column over all nodes beside the core graph would be the peak.
  const immediateDominator = new Uint32Array(new SharedArrayBuffer(4 * graph.nodeCount));
  spreadOuter(ranks, graph.nodeCount, outerDominator, immediateDominator);
  const nodes = nodesOfCore(ranks, count);
  for (let number = 1; number < order.length; number++) order[number] = nodes[order[number]!]!;
  for (let number = 1; number < order.length; number++) {
    const dominator = dominators[number]!;
    immediateDominator[order[number]!] = dominator === 0 ? heldByRoots : order[dominator]! + 1;
  }
  waiting?.comeBack();
  forgetUnreachable(graph, sweeps, immediateDominator);
  return immediateDominator;
}

/** Core nodes and their dominators by depth-first number. */
interface CoreDominators {
  readonly order: Uint32Array;
  readonly dominators: Uint32Array;
}

async function dominatorsOfCore(
  core: CoreGraph,
  collectGarbage: () => void,
  parallel: Parallel,
  work: Work,
): Promise<CoreDominators> {
  const { dominators, count, joins } = await walkCore(core, collectGarbage, parallel, work);
  core.forgetTargets();
  // Threads hold what they were given last.
  await parallel.rest();
  collectGarbage();
  const order = nodesByNumber(core, count);
  core.forgetCells();
  collectGarbage();
  findImmediateDominators(dominators, count, joins, work);
  return { order, dominators };
}

async function walkCore(core: CoreGraph, collectGarbage: () => void, parallel: Parallel, work: Work) {
  const walk = numberDepthFirst(core, work);
  // The stack of a deep graph is large, and larger what it outgrew.
  collectGarbage();
  const joins = await listJoinPredecessors(core, walk, parallel, work);
  return { dominators: walk.parent, count: walk.count, joins };
}

async function fold(graph: GraphColumns, sweepsAtMost: number, parallel: Parallel) {
  const { workers } = parallel;
  const coreEdges = new Float64Array(new SharedArrayBuffer(8 * graph.parts.length));
  const input = { graph, workers, control: newControl(), coreEdges, sweeps: sweepsAtMost };
  const [sweeps] = await parallel.run(foldPass, new Array<FoldInput>(workers).fill(input));
  return { sweeps: sweeps!, coreEdges };
}

async function compact(
  graph: GraphColumns,
  ranks: CoreRanks,
  count: number,
  coreEdges: Float64Array,
  outerDominator: Uint32Array,
  parallel: Parallel,
): Promise<CoreGraph> {
  let edges = 0;
  const firstEdges = Array.from(coreEdges, (partEdges) => {
    const first = edges;
    edges += partEdges;
    return first;
  });
  const cells = new Uint32Array(new SharedArrayBuffer(4 * (2 * count + 1)));
  const targets = new Uint32Array(new SharedArrayBuffer(4 * edges));
  const core = { cells, targets };
  const input = {
    graph,
    ranks,
    core,
    firstEdges,
    outerDominator,
    control: newControl(),
  };
  await parallel.run(compactPass, new Array<CompactInput>(parallel.workers).fill(input));
  cells[2 * count] = edges;
  graph.edges.length = 0;
  graph.outDegree = new Uint8Array(0);
  const coreRoots = graph.roots.map((root) => coreNodeOf(ranks, root));
  return newCoreGraph(count, cells, targets, coreRoots);
}

function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * meetingCells));
}

/** Writes the dominators of folded nodes to their places. */
function spreadOuter(ranks: Uint32Array, nodeCount: number, outer: Uint32Array, all: Uint32Array): void {
  let next = 0;
  for (let node = 0; node < nodeCount; node++) {
    const inCore = (ranks[(node >>> 5) * 2 + 1]! >>> (node & 31)) & 1;
    if (inCore === 0) all[node] = outer[next++]!;
  }
}

/** Folded nodes below something unreachable are unreachable. Last folded first: dominators come before. */
function forgetUnreachable(graph: GraphColumns, sweeps: number, immediateDominator: Uint32Array): void {
  for (let sweep = sweeps - 1; sweep >= 0; sweep--) {
    for (let index = graph.parts.length - 1; index >= 0; index--) {
      forEachFolded(graph, index, sweep, true, (node) => {
        const dominator = immediateDominator[node]!;
        if (dominator !== 0 && immediateDominator[dominator - 1] === 0) immediateDominator[node] = 0;
      });
    }
  }
}
