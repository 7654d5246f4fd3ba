import type { Work } from "../../base/work";
import { heldByRoots, listedRetained } from "../index/heapColumns";
import type { Parallel } from "../index/parallel";
import { type CoreRanks, coreNodeOf, nodesOfCore, rankCore } from "./compactGraph";
import { type CoreGraph, newCoreGraph } from "./coreGraph";
import { numberDepthFirst } from "./depthFirst";
import { forEachFolded, nodeState, type WholeGraph } from "./foldGraph";
import type { CompactInput, FoldInput } from "./graphPasses";
import { listJoinPredecessors, nodesByNumber } from "./joinPredecessors";
import { meetingCells } from "./meeting";
import { findImmediateDominators } from "./semiNca";

/** The dominator tree, with an order in which every node comes after its dominator. */
export interface DominatorTree {
  /** Node + 1 of the dominator, 0 when unreachable, {@link heldByRoots}. */
  readonly immediateDominator: Uint32Array;
  /** Reached nodes of the core, dominators first. Taken away when nobody needs it any more. */
  coreOrder: Uint32Array;
  /** How many sweeps folded; their nodes come after the core, last sweep first. */
  readonly sweeps: number;
}

export interface DominatorOptions {
  /** Fold sweeps at most; 0 turns folding off. */
  readonly sweeps: number;
  /** What can leave memory while the core is worked on. */
  readonly waiting?: { leave(): void; comeBack(): void };
}

/**
 * Finds the immediate dominator of every node. `graph.state` holds in-degrees at first.
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
): Promise<DominatorTree> {
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
  return { immediateDominator, coreOrder: order.subarray(1), sweeps };
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
  const { dominators, count, joins } = await walkCore(core, parallel, work);
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

async function walkCore(core: CoreGraph, parallel: Parallel, work: Work) {
  const walk = numberDepthFirst(core, work);
  const joins = await listJoinPredecessors(core, walk, parallel, work);
  return { dominators: walk.parent, count: walk.count, joins };
}

async function fold(graph: WholeGraph, options: DominatorOptions, parallel: Parallel) {
  const { workers } = parallel;
  const coreEdges = new Float64Array(new SharedArrayBuffer(8 * graph.parts.length));
  const input = { graph: withoutSizes(graph), workers, control: newControl(), coreEdges, ...options };
  const [sweeps] = await parallel.run("fold", new Array<FoldInput>(workers).fill(input));
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
  await parallel.run("compact", new Array<CompactInput>(parallel.workers).fill(input));
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

export interface Retained {
  readonly units: Uint32Array;
  readonly bigNodes: Uint32Array;
  readonly bigBytes: Float64Array;
  readonly byClass: Float64Array;
  readonly reachableObjects: number;
  readonly reachableBytes: number;
}

/**
 * Retained sizes by one sweep from the leaves to the roots, and the retained size of each class: the sum over
 * its instances that no other instance of it dominates.
 * @param units shallow sizes in units of 8 bytes by node; replaced in place, 0 for unreachable nodes
 */
export function sumRetained(
  graph: Pick<WholeGraph, "parts" | "state" | "nodeCount" | "objectCount" | "classByObject">,
  tree: DominatorTree,
  units: Uint32Array,
  classClass: number,
  classCount: number,
  work: Work,
): Retained {
  const { immediateDominator, coreOrder } = tree;
  const big = new Map<number, number>();
  let reachableUnits = 0;
  let reachableObjects = 0;
  const subtree = new Uint32Array(graph.nodeCount);
  const add = (node: number, dominator: number): void => {
    subtree[node]!++;
    if (node < graph.objectCount) reachableObjects++;
    const own = units[node]!;
    if (dominator === heldByRoots) {
      reachableUnits += own === listedRetained ? big.get(node)! : own;
      return;
    }
    subtree[dominator - 1]! += subtree[node]!;
    const sum = units[dominator - 1]! + own;
    if (sum < listedRetained) units[dominator - 1] = sum;
    else addBig(units, big, dominator - 1, node);
  };
  for (let sweep = 0; sweep < tree.sweeps; sweep++) {
    work.throwIfCancelled();
    for (let index = 0; index < graph.parts.length; index++) {
      forEachFolded(graph, index, sweep, false, (node) => {
        const dominator = immediateDominator[node]!;
        if (dominator !== 0) add(node, dominator);
      });
    }
  }
  for (let k = coreOrder.length - 1; k >= 0; k--) {
    if (k % (1 << 22) === 0) work.throwIfCancelled();
    const node = coreOrder[k]!;
    add(node, immediateDominator[node]!);
  }
  for (let node = 0; node < graph.nodeCount; node++) if (immediateDominator[node] === 0) units[node] = 0;
  const byClass = retainedByClass(graph, tree, units, big, subtree, classClass, classCount, work);
  const bigNodes = Uint32Array.from([...big.keys()].sort((a, b) => a - b));
  return {
    units,
    bigNodes,
    bigBytes: Float64Array.from(bigNodes, (node) => big.get(node)! * 8),
    byClass,
    reachableObjects,
    reachableBytes: reachableUnits * 8,
  };
}

/** Sums beyond 32 bits are kept apart; the cell says so. */
function addBig(units: Uint32Array, big: Map<number, number>, node: number, from: number): void {
  const value = (at: number): number => (units[at] === listedRetained ? big.get(at)! : units[at]!);
  big.set(node, value(node) + value(from));
  units[node] = listedRetained;
}

/**
 * Lays the tree out as intervals: a node's subtree is the stretch after it. Walking the stretches in order, an
 * instance counts for its class when it lies behind the last counted one's stretch.
 */
function retainedByClass(
  graph: Pick<WholeGraph, "parts" | "state" | "nodeCount" | "objectCount" | "classByObject">,
  tree: DominatorTree,
  units: Uint32Array,
  big: ReadonlyMap<number, number>,
  subtree: Uint32Array,
  classClass: number,
  classCount: number,
  work: Work,
): Float64Array {
  const { immediateDominator, coreOrder } = tree;
  const sequence = new Uint32Array(graph.nodeCount);
  // A node's count is read once, when it gets its place; from then on the cell says where its next child goes, and in
  // the end where its stretch ends.
  const next = subtree;
  let nextAtRoot = 0;
  const place = (node: number): void => {
    const dominator = immediateDominator[node]!;
    const length = subtree[node]!;
    let at: number;
    if (dominator === heldByRoots) {
      at = nextAtRoot;
      nextAtRoot += length;
    } else {
      at = next[dominator - 1]!;
      next[dominator - 1] = at + length;
    }
    sequence[at] = node;
    next[node] = at + 1;
  };
  for (let k = 0; k < coreOrder.length; k++) {
    if (k % (1 << 22) === 0) work.throwIfCancelled();
    place(coreOrder[k]!);
  }
  for (let sweep = tree.sweeps - 1; sweep >= 0; sweep--) {
    work.throwIfCancelled();
    for (let index = graph.parts.length - 1; index >= 0; index--) {
      forEachFolded(graph, index, sweep, true, (node) => {
        if (immediateDominator[node] !== 0) place(node);
      });
    }
  }
  const byClass = new Float64Array(classCount);
  const coveredUntil = new Float64Array(classCount);
  for (let at = 0; at < nextAtRoot; at++) {
    if (at % (1 << 22) === 0) work.throwIfCancelled();
    const node = sequence[at]!;
    const type = node < graph.objectCount ? graph.classByObject[node]! : classClass;
    if (at < coveredUntil[type]!) continue;
    coveredUntil[type] = next[node]!;
    const own = units[node]!;
    byClass[type]! += 8 * (own === listedRetained ? big.get(node)! : own);
  }
  return byClass;
}
