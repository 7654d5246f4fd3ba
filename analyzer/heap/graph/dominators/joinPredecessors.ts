import type { Work } from "../../../base/work";
import { popCount } from "../bits";
import type { Parallel, Pass, PassContext } from "../parallel";
import type { CoreGraph } from "./coreGraph";
import { type DepthFirst, treeEdge } from "./depthFirst";

/** Predecessors of joins only, besides their depth-first parents: all other nodes have no more than that one. */
export interface JoinPredecessors {
  readonly joinCount: number;
  /** [joins before the word, one bit per number that is a join] per 32 depth-first numbers. */
  readonly ranks: Uint32Array;
  /** Predecessors of join j, as depth-first numbers: `predecessors[starts[j] … starts[j+1])`. */
  readonly starts: Uint32Array;
  readonly predecessors: Uint32Array;
}

/** A pass over the edges of all reached nodes of the core, in shares: stretches of nodes with about equally many edges. */
export interface PredecessorInput {
  readonly cells: Uint32Array;
  /** Depth-first numbers of joins, and what no number reaches for edges that do not matter. */
  readonly targets: Uint32Array;
  readonly ranks: Uint32Array;
  /**
   * By share and join + 1: predecessors the share adds, then where it puts the next one. A share counts for itself:
   * counting together takes an atomic operation per edge.
   */
  readonly places: readonly Uint32Array[];
  /** Empty while predecessors are counted. */
  readonly predecessors: Uint32Array;
  /** Nodes of share k: `[bounds[k], bounds[k+1])`. */
  readonly bounds: readonly number[];
  /** [0] next share; shared by all workers. */
  readonly control: Int32Array;
}

const nodesBetweenChecks = 1 << 20;
/** Each takes four bytes a join. */
const sharesMaximum = 4;

/** Lists the predecessors of joins by count, prefix sum and fill. */
export async function listJoinPredecessors(
  graph: CoreGraph,
  walk: DepthFirst,
  parallel: Parallel,
  work: Work,
): Promise<JoinPredecessors> {
  work.report("Listing referrers", 0);
  const { cells, targets } = graph;
  const ranks = walk.joins;
  const joinCount = rankJoins(ranks);
  const column = (length: number) => new Uint32Array(new SharedArrayBuffer(4 * length));
  const shares = Math.min(parallel.workers, sharesMaximum);
  // Shifted by one: the fill moves each begin to its end, which is the next one's begin.
  const places = Array.from({ length: shares }, () => column(joinCount + 2));
  const input = { cells, targets, ranks, places, bounds: sharesOfEdges(graph, shares) };
  const over = (predecessors: Uint32Array): PredecessorInput[] => {
    const control = new Int32Array(new SharedArrayBuffer(4));
    return new Array<PredecessorInput>(shares).fill({ ...input, predecessors, control });
  };
  await parallel.run(countPredecessorsPass, over(column(0)));
  const predecessors = column(placeShares(places));
  work.report("Listing referrers", 0.5);
  await parallel.run(fillPredecessorsPass, over(predecessors));
  return { joinCount, ranks, starts: places.at(-1)!, predecessors };
}

/** Turns counts into places, the shares of a join one after another. @returns the sum of all */
function placeShares(places: readonly Uint32Array[]): number {
  let sum = 0;
  for (let at = 1; at < places[0]!.length; at++) {
    for (const share of places) {
      const count = share[at]!;
      share[at] = sum;
      sum += count;
    }
  }
  return sum;
}

/** Turns bits into ranks. @returns how many bits there are. */
function rankJoins(ranks: Uint32Array): number {
  let count = 0;
  for (let word = 0; word < ranks.length; word += 2) {
    ranks[word] = count;
    count += popCount(ranks[word + 1]!);
  }
  return count;
}

function sharesOfEdges({ cells, nodeCount }: CoreGraph, shares: number): number[] {
  const edges = cells[2 * nodeCount]!;
  const bounds = [0];
  for (let share = 1; share < shares; share++) {
    let low = bounds[share - 1]!;
    let high = nodeCount;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (cells[2 * middle]! < (edges * share) / shares) low = middle + 1;
      else high = middle;
    }
    bounds.push(low);
  }
  bounds.push(nodeCount);
  return bounds;
}

/** Counts each join's predecessors. */
export const countPredecessorsPass: Pass<PredecessorInput, void> = {
  name: "countPredecessors",
  run: (input, context) => forEachShare(input, context, countBetween),
};

/** Writes predecessors to the places the counts gave them. */
export const fillPredecessorsPass: Pass<PredecessorInput, void> = {
  name: "fillPredecessors",
  run: (input, context) => forEachShare(input, context, fillBetween),
};

function forEachShare(
  input: PredecessorInput,
  context: PassContext,
  pass: (input: PredecessorInput, places: Uint32Array, from: number, upto: number) => void,
): void {
  const { bounds, control, places } = input;
  for (;;) {
    const share = Atomics.add(control, 0, 1);
    if (share >= places.length) return;
    const end = bounds[share + 1]!;
    for (let node = bounds[share]!; node < end; node += nodesBetweenChecks) {
      context.throwIfCancelled();
      pass(input, places[share]!, node, Math.min(end, node + nodesBetweenChecks));
    }
  }
}

function countBetween(input: PredecessorInput, places: Uint32Array, from: number, upto: number): void {
  const { cells, targets, ranks } = input;
  // What nobody reached kept its targets, and refers to nothing that matters.
  for (let node = from; node < upto; node++) {
    if (cells[2 * node + 1] === 0) targets.fill(treeEdge, cells[2 * node]!, cells[2 * node + 2]!);
  }
  // Whose edges they are does not matter yet.
  for (let edge = cells[2 * from]!, end = cells[2 * upto]!; edge < end; edge++) {
    const target = targets[edge]!;
    if (target === treeEdge) continue;
    const word = 2 * (target >>> 5);
    places[ranks[word]! + popCount(ranks[word + 1]! & ~(-1 << (target & 31))) + 1]!++;
  }
}

function fillBetween(input: PredecessorInput, places: Uint32Array, from: number, upto: number): void {
  const { cells, targets, ranks, predecessors } = input;
  let edge = cells[2 * from]!;
  for (let node = from; node < upto; node++) {
    const end = cells[2 * node + 2]!;
    if (edge === end) continue;
    const number = cells[2 * node + 1]! & 0x7fffffff;
    for (; edge < end; edge++) {
      const target = targets[edge]!;
      if (target === treeEdge) continue;
      const word = 2 * (target >>> 5);
      const at = ranks[word]! + popCount(ranks[word + 1]! & ~(-1 << (target & 31))) + 1;
      predecessors[places[at]!++] = number;
    }
  }
}

/** Nodes by depth-first number; entry 0 is unused. */
export function nodesByNumber(graph: CoreGraph, count: number): Uint32Array {
  const { cells, nodeCount } = graph;
  const nodes = new Uint32Array(count);
  for (let node = 0; node < nodeCount; node++) {
    const cell = cells[2 * node + 1]!;
    if (cell !== 0) nodes[cell & 0x7fffffff] = node;
  }
  return nodes;
}
