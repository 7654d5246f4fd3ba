import type { Work } from "../../../base/work";
import { heldByRoots } from "../../hprof/index/heapColumns";
import type { Parallel } from "../parallel";
import { type CoreRanks, coreNodeOf, nodesOfCore, rankCore } from "./compactGraph";
import { type CoreGraph, newCoreGraph } from "./coreGraph";
import { numberDepthFirst } from "./depthFirst";
import { forEachFolded, nodeState, type WholeGraph } from "./foldGraph";
import { type CompactInput, compactPass, type FoldInput, foldPass } from "./graphPasses";
import { listJoinPredecessors, nodesByNumber } from "./joinPredecessors";
import { meetingCells } from "./meeting";
import { findImmediateDominators } from "./semiNca";

export interface DominatorOptions {
  /** Fold sweeps at most; 0 turns folding off. */
  readonly sweeps: number;
  /** What can leave memory while the core is worked on. */
  readonly waiting?: { leave(): void; comeBack(): void };
}

/**
 * Finds the immediate dominator of every node: node + 1, 0 when unreachable, or {@link heldByRoots}. `graph.state`
 * holds in-degrees at first.
 * @param roots nodes the virtual root holds, each once
 * @param release is called after large columns were let go of; the edges of `graph` are emptied
 */
export async function buildDominatorTree(
  graph: WholeGraph,
  roots: Uint32Array,
  options: DominatorOptions,
  release: () => void,
  parallel: Parallel,
  work: Work,
): Promise<Uint32Array> {
  const { state } = graph;
  for (const [node, targets] of graph.extraEdges) {
    state[node] = nodeState.kept;
    for (const target of targets) state[target] = nodeState.kept;
  }
  state.fill(nodeState.kept, graph.objectCount, graph.nodeCount);
  for (const root of roots) state[root] = nodeState.root;
  work.report("Folding", 0);
  const { sweeps, coreEdges } = await fold(graph, options, parallel);
  const { ranks, count } = rankCore(graph);
  const outerDominator = new Uint32Array(new SharedArrayBuffer(4 * (graph.nodeCount - count)));
  work.report("Compacting the graph", 0);
  const core = await compact(graph, ranks, count, coreEdges, roots, outerDominator, parallel);
  // Threads hold what they were given last.
  await parallel.rest();
  options.waiting?.leave();
  release();
  const { order, dominators } = await dominatorsOfCore(core, release, parallel, work);
  // What the algorithm worked with is garbage now, and as large as what comes next.
  release();
  // Only now: a column over all nodes beside the core graph would be the peak.
  const immediateDominator = new Uint32Array(new SharedArrayBuffer(4 * graph.nodeCount));
  spreadOuter(ranks, graph.nodeCount, outerDominator, immediateDominator);
  const nodes = nodesOfCore(ranks, count);
  for (let number = 1; number < order.length; number++) order[number] = nodes[order[number]!]!;
  for (let number = 1; number < order.length; number++) {
    const dominator = dominators[number]!;
    immediateDominator[order[number]!] = dominator === 0 ? heldByRoots : order[dominator]! + 1;
  }
  options.waiting?.comeBack();
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
  release: () => void,
  parallel: Parallel,
  work: Work,
): Promise<CoreDominators> {
  const { dominators, count, joins } = await walkCore(core, release, parallel, work);
  core.forgetTargets();
  // Threads hold what they were given last.
  await parallel.rest();
  release();
  const order = nodesByNumber(core, count);
  core.forgetCells();
  release();
  findImmediateDominators(dominators, count, joins, work);
  return { order, dominators };
}

async function walkCore(core: CoreGraph, release: () => void, parallel: Parallel, work: Work) {
  const walk = numberDepthFirst(core, work);
  // The stack of a deep graph is large, and larger what it outgrew.
  release();
  const joins = await listJoinPredecessors(core, walk, parallel, work);
  return { dominators: walk.parent, count: walk.count, joins };
}

async function fold(graph: WholeGraph, options: DominatorOptions, parallel: Parallel) {
  const { workers } = parallel;
  const coreEdges = new Float64Array(new SharedArrayBuffer(8 * graph.parts.length));
  const input = { graph: withoutSizes(graph), workers, control: newControl(), coreEdges, ...options };
  const [sweeps] = await parallel.run(foldPass, new Array<FoldInput>(workers).fill(input));
  return { sweeps: sweeps!, coreEdges };
}

async function compact(
  graph: WholeGraph,
  ranks: CoreRanks,
  count: number,
  coreEdges: Float64Array,
  roots: Uint32Array,
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
    graph: withoutSizes(graph),
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
  const coreRoots = roots.map((root) => coreNodeOf(ranks, root));
  return newCoreGraph(count, cells, targets, coreRoots);
}

function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * meetingCells));
}

/** What threads need of the graph: there are thousands of parts, and each column takes time to post. */
function withoutSizes(graph: WholeGraph): WholeGraph {
  const edges = graph.edges.map(({ targets, listedDegrees }) => ({ targets, listedDegrees }));
  return { ...graph, edges };
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
function forgetUnreachable(graph: WholeGraph, sweeps: number, immediateDominator: Uint32Array): void {
  for (let sweep = sweeps - 1; sweep >= 0; sweep--) {
    for (let index = graph.parts.length - 1; index >= 0; index--) {
      forEachFolded(graph, index, sweep, true, (node) => {
        const dominator = immediateDominator[node]!;
        if (dominator !== 0 && immediateDominator[dominator - 1] === 0) immediateDominator[node] = 0;
      });
    }
  }
}
