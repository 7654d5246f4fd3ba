import type { Work } from "../../../base/work";
import { type CoreGraph, joinBit } from "./coreGraph";
import { outgrown } from "./outgrown";

/** Target of an edge that tells no more than the parent of its target does. */
export const treeEdge = 0xffffffff;

/** Depth-first numbering: 0 is the virtual root, 1 … count-1 the nodes it reaches. */
export interface DepthFirst {
  readonly count: number;
  /** Number of the node from which a numbered node was first reached. */
  readonly parent: Uint32Array;
  /** [0, one bit per number that is a join] per 32 numbers: the first of each pair is for a rank. */
  readonly joins: Uint32Array;
}

/**
 * Numbers the nodes reached from the roots in depth-first order, without recursion. Leaves the number in each node's
 * second cell, with {@link joinBit} when the node has predecessors besides its parent. Replaces the targets of reached
 * nodes' edges: by the target's number where the edge makes it a join, else by {@link treeEdge}; whoever goes over
 * the edges next needs no look at the targets' cells.
 */
export function numberDepthFirst(graph: CoreGraph, work: Work): DepthFirst {
  const parent = new Uint32Array(graph.nodeCount + 1);
  const joins = new Uint32Array(new SharedArrayBuffer(8 * (Math.ceil((graph.nodeCount + 1) / 32) + 1)));
  const stack: Stack = {
    numbers: new Uint32Array(1 << 12),
    edges: new Uint32Array(1 << 12),
    ends: new Uint32Array(1 << 12),
  };
  let count = 1;
  for (const root of graph.roots) {
    if (graph.cells[2 * root + 1] !== 0) continue;
    count = descend(graph, root, parent, joins, count, stack, work);
  }
  return { count, parent, joins };
}

interface Stack {
  numbers: Uint32Array;
  edges: Uint32Array;
  ends: Uint32Array;
}

const stepsBetweenChecks = 1 << 20;

function descend(
  graph: CoreGraph,
  root: number,
  parent: Uint32Array,
  joins: Uint32Array,
  first: number,
  stack: Stack,
  work: Work,
): number {
  const { cells, targets } = graph;
  let { numbers, edges, ends } = stack;
  let depth = 0;
  let count = first;
  let here = count;
  cells[2 * root + 1] = here;
  parent[here] = 0;
  count++;
  let edge = cells[2 * root]!;
  let end = cells[2 * root + 2]!;
  let checkAt = count + stepsBetweenChecks;
  for (;;) {
    let entered = false;
    let nextEdge = 0;
    let nextEnd = 0;
    while (edge < end) {
      const cell = 2 * targets[edge]! + 1;
      const number = cells[cell]!;
      if (number === 0) {
        targets[edge++] = treeEdge;
        cells[cell] = count;
        parent[count++] = here;
        nextEdge = cells[cell - 1]!;
        nextEnd = cells[cell + 1]!;
        if (nextEdge === nextEnd) continue;
        entered = true;
        break;
      }
      if (number >= joinBit) {
        targets[edge++] = number - joinBit;
        continue;
      }
      if (parent[number] === here || number === here) {
        targets[edge++] = treeEdge;
        continue;
      }
      targets[edge++] = number;
      cells[cell] = (number | joinBit) >>> 0;
      const word = 2 * (number >>> 5) + 1;
      joins[word] = joins[word]! | (1 << (number & 31));
    }
    if (entered) {
      // A node whose edges are used up needs no way back to it.
      if (edge < end) {
        if (depth === numbers.length) {
          numbers = stack.numbers = outgrown(numbers);
          edges = stack.edges = outgrown(edges);
          ends = stack.ends = outgrown(ends);
        }
        numbers[depth] = here;
        edges[depth] = edge;
        ends[depth++] = end;
      }
      here = count - 1;
      edge = nextEdge;
      end = nextEnd;
      if (count > checkAt) {
        work.throwIfCancelled();
        work.report("Walking the graph", count / graph.nodeCount);
        checkAt = count + stepsBetweenChecks;
      }
    } else {
      if (depth === 0) return count;
      here = numbers[--depth]!;
      edge = edges[depth]!;
      end = ends[depth]!;
    }
  }
}
