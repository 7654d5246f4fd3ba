import type { Work } from "../../base/work";
import { popCount } from "../index/addressPages";
import { type CoreGraph, joinBit } from "./coreGraph";
import type { DepthFirst } from "./depthFirst";

/** Predecessors of joins only: all other nodes have one, their depth-first parent. */
export interface JoinPredecessors {
  readonly joinCount: number;
  /** Depth-first number of each join, ascending; one more entry holds the count of numbers. */
  readonly joins: Uint32Array;
  /** Predecessors of join j: `predecessors[starts[j] … starts[j+1])`, as depth-first numbers. */
  readonly starts: Uint32Array;
  readonly predecessors: Uint32Array;
}

/** Lists the predecessors of joins by count, prefix sum and fill. Replaces the numbers of joins in the graph's cells. */
export function listJoinPredecessors(graph: CoreGraph, walk: DepthFirst, work: Work): JoinPredecessors {
  work.report("Listing referrers", 0);
  const joins = numberJoins(graph, walk);
  const joinCount = joins.length - 1;
  // Shifted by one: the fill moves each begin to its end, which is the next one's begin.
  const starts = new Uint32Array(joinCount + 2);
  const step = 1 << 22;
  for (let from = 0; from < graph.nodeCount; from += step) {
    work.throwIfCancelled();
    countPredecessors(graph, starts, from, Math.min(graph.nodeCount, from + step));
  }
  let sum = 0;
  for (let join = 0; join <= joinCount; join++) {
    const count = starts[join + 1]!;
    starts[join + 1] = sum;
    sum += count;
  }
  const predecessors = new Uint32Array(sum);
  for (let from = 0; from < graph.nodeCount; from += step) {
    work.throwIfCancelled();
    work.report("Listing referrers", from / graph.nodeCount);
    fillPredecessors(graph, joins, starts, predecessors, from, Math.min(graph.nodeCount, from + step));
  }
  return { joinCount, joins, starts, predecessors };
}

/** Puts the place of each join among the joins, in depth-first order, into its cell. */
function numberJoins(graph: CoreGraph, walk: DepthFirst): Uint32Array {
  const { cells, nodeCount } = graph;
  // [joins before, bits] per 32 numbers.
  const ranks = new Uint32Array(2 * (Math.ceil(walk.count / 32) + 1));
  for (let node = 0; node < nodeCount; node++) {
    const cell = cells[2 * node + 1]!;
    if (cell < joinBit) continue;
    const number = cell - joinBit;
    const word = 2 * (number >>> 5) + 1;
    ranks[word] = ranks[word]! | (1 << (number & 31));
  }
  let joinCount = 0;
  for (let word = 0; word < ranks.length; word += 2) {
    ranks[word] = joinCount;
    joinCount += popCount(ranks[word + 1]!);
  }
  const joins = new Uint32Array(joinCount + 1);
  joins[joinCount] = walk.count;
  for (let node = 0; node < nodeCount; node++) {
    const cell = cells[2 * node + 1]!;
    if (cell < joinBit) continue;
    const number = cell - joinBit;
    const word = 2 * (number >>> 5);
    const join = ranks[word]! + popCount(ranks[word + 1]! & ((1 << (number & 31)) - 1));
    joins[join] = number;
    cells[2 * node + 1] = (join | joinBit) >>> 0;
  }
  return joins;
}

/** Nodes by depth-first number, once joins are numbered; entry 0 is unused. */
export function nodesByNumber(graph: CoreGraph, { joins }: JoinPredecessors, count: number): Uint32Array {
  const { cells, nodeCount } = graph;
  const nodes = new Uint32Array(count);
  for (let node = 0; node < nodeCount; node++) {
    const cell = cells[2 * node + 1]!;
    if (cell !== 0) nodes[cell >= joinBit ? joins[cell - joinBit]! : cell] = node;
  }
  return nodes;
}

function countPredecessors(graph: CoreGraph, starts: Uint32Array, from: number, upto: number): void {
  const { cells, targets } = graph;
  for (let node = from; node < upto; node++) {
    if (cells[2 * node + 1] === 0) continue;
    for (let edge = cells[2 * node]!, end = cells[2 * node + 2]!; edge < end; edge++) {
      const number = cells[2 * targets[edge]! + 1]!;
      if (number >= joinBit) starts[number - joinBit + 1]!++;
    }
  }
}

function fillPredecessors(
  graph: CoreGraph,
  joins: Uint32Array,
  starts: Uint32Array,
  predecessors: Uint32Array,
  from: number,
  upto: number,
): void {
  const { cells, targets } = graph;
  for (let node = from; node < upto; node++) {
    const own = cells[2 * node + 1]!;
    if (own === 0) continue;
    const number = own >= joinBit ? joins[own - joinBit]! : own;
    for (let edge = cells[2 * node]!, end = cells[2 * node + 2]!; edge < end; edge++) {
      const target = cells[2 * targets[edge]! + 1]!;
      if (target >= joinBit) {
        const at = target - joinBit + 1;
        predecessors[starts[at]!++] = number;
      }
    }
  }
}
