import type { Graph } from "../graph";
import type { ObjectIndex } from "../nodes";

const mostLinks = 2_000_000;
/** A link may be a few objects: a node and its reference to the next, an array and its holder. */
export const objectsInLink = 4;

/**
 * The objects of one type that each keep the next alone, as nodes or arrays of a list do, from `start` down. There is no
 * more in the heap than in the first.
 */
export function* linksOf(graph: Graph, start: ObjectIndex): Generator<ObjectIndex> {
  const type = graph.typeOf(start);
  yield start;
  let between = 0;
  for (let at = start, links = 1; links < mostLinks && between < objectsInLink; between++) {
    const [child] = graph.dominatedBy(at, 0, 1);
    if (child === undefined) return;
    at = child;
    if (graph.typeOf(at) !== type) continue;
    yield at;
    links++;
    between = -1;
  }
}
