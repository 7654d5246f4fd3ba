import type { Work } from "../../base/work";
import { popCount } from "../index/addressPages";
import type { Parallel } from "../index/parallel";
import type { CoreGraph } from "./coreGraph";
import type { DepthFirst } from "./depthFirst";

/** Predecessors of joins only, besides their depth-first parents: all other nodes have no more than that one. */
export interface JoinPredecessors {
  readonly joinCount: number;
  /** [joins before the word, one bit per number that is a join] per 32 depth-first numbers. */
  readonly ranks: Uint32Array;
  /** Predecessors of join j, as depth-first numbers: `predecessors[starts[j] … starts[j+1])`. */
  readonly starts: Uint32Array;
  readonly predecessors: Uint32Array;
}

/** A pass over all edges of the core on behalf of the joins whose numbers lie in a range. */
export interface PredecessorInput {
  readonly nodeCount: number;
  readonly cells: Uint32Array;
  /** Depth-first numbers of joins, and what no number reaches for edges that do not matter. */
  readonly targets: Uint32Array;
  readonly ranks: Uint32Array;
  readonly starts: Uint32Array;
  /** Empty while predecessors are counted. */
  readonly predecessors: Uint32Array;
  /** Ends of the ranges of numbers: `[bounds[k], bounds[k+1])`. */
  readonly bounds: readonly number[];
  /** [0] next range; shared by all workers. */
  readonly control: Int32Array;
}

const nodesBetweenChecks = 1 << 20;

/** Lists the predecessors of joins by count, prefix sum and fill, each range of joins by one worker. */
export async function listJoinPredecessors(
  graph: CoreGraph,
  walk: DepthFirst,
  parallel: Parallel,
  work: Work,
): Promise<JoinPredecessors> {
  work.report("Listing referrers", 0);
  const ranks = walk.joins;
  const joinCount = rankJoins(ranks);
  const column = (length: number) => new Uint32Array(new SharedArrayBuffer(4 * length));
  // Shifted by one: the fill moves each begin to its end, which is the next one's begin.
  const starts = column(joinCount + 2);
  const bounds = rangesOfJoins(ranks, joinCount, walk.count, parallel.workers);
  const input = {
    nodeCount: graph.nodeCount,
    cells: graph.cells,
    targets: graph.targets,
    ranks,
    starts,
    predecessors: column(0),
    bounds,
  };
  const over = (more: Partial<PredecessorInput>): PredecessorInput[] => {
    const control = new Int32Array(new SharedArrayBuffer(4));
    return new Array<PredecessorInput>(parallel.workers).fill({ ...input, control, ...more });
  };
  await parallel.run("countPredecessors", over({}));
  let sum = 0;
  for (let join = 0; join <= joinCount; join++) {
    const count = starts[join + 1]!;
    starts[join + 1] = sum;
    sum += count;
  }
  const predecessors = column(sum);
  work.report("Listing referrers", 0.5);
  await parallel.run("fillPredecessors", over({ predecessors }));
  return { joinCount, ranks, starts, predecessors };
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

/** Numbers at which ranges with about equally many joins begin and end. */
function rangesOfJoins(ranks: Uint32Array, joins: number, numbers: number, ranges: number): number[] {
  const bounds = [0];
  let word = 0;
  for (let range = 1; range < ranges; range++) {
    while (word < ranks.length && ranks[word]! < (joins * range) / ranges) word += 2;
    bounds.push(Math.min(numbers, word * 16));
  }
  bounds.push(numbers);
  return bounds;
}

/** Counts each join's predecessors. */
export function countPredecessors(input: PredecessorInput, context: { throwIfCancelled(): void }): void {
  forEachRange(input, context, countBetween);
}

/** Writes predecessors to the places the counts gave them. */
export function fillPredecessors(input: PredecessorInput, context: { throwIfCancelled(): void }): void {
  forEachRange(input, context, fillBetween);
}

function forEachRange(
  input: PredecessorInput,
  context: { throwIfCancelled(): void },
  pass: (input: PredecessorInput, low: number, high: number, from: number, upto: number) => void,
): void {
  const { bounds, control, nodeCount } = input;
  for (;;) {
    const range = Atomics.add(control, 0, 1);
    if (range + 1 >= bounds.length) return;
    for (let node = 0; node < nodeCount; node += nodesBetweenChecks) {
      context.throwIfCancelled();
      pass(input, bounds[range]!, bounds[range + 1]!, node, Math.min(nodeCount, node + nodesBetweenChecks));
    }
  }
}

function countBetween(input: PredecessorInput, low: number, high: number, from: number, upto: number): void {
  const { cells, targets, ranks, starts } = input;
  for (let node = from; node < upto; node++) {
    if (cells[2 * node + 1] === 0) continue;
    for (let edge = cells[2 * node]!, end = cells[2 * node + 2]!; edge < end; edge++) {
      const target = targets[edge]!;
      if (target < low || target >= high) continue;
      const word = 2 * (target >>> 5);
      starts[ranks[word]! + popCount(ranks[word + 1]! & ~(-1 << (target & 31))) + 1]!++;
    }
  }
}

function fillBetween(input: PredecessorInput, low: number, high: number, from: number, upto: number): void {
  const { cells, targets, ranks, starts, predecessors } = input;
  for (let node = from; node < upto; node++) {
    const own = cells[2 * node + 1]!;
    if (own === 0) continue;
    const number = own & 0x7fffffff;
    for (let edge = cells[2 * node]!, end = cells[2 * node + 2]!; edge < end; edge++) {
      const target = targets[edge]!;
      if (target < low || target >= high) continue;
      const word = 2 * (target >>> 5);
      const at = ranks[word]! + popCount(ranks[word + 1]! & ~(-1 << (target & 31))) + 1;
      predecessors[starts[at]!++] = number;
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
