import { listedApart, type PartEdges } from "../../hprof/index/edgePass";
import type { Part } from "../../hprof/index/scanPass";

/**
 * The whole graph as the edge pass left it, and what becomes of each node. Nodes are objects and, as the last part,
 * class objects.
 */
export interface WholeGraph {
  readonly nodeCount: number;
  /** Nodes below this have a class in {@link classByObject}. */
  readonly objectCount: number;
  readonly parts: readonly Part[];
  /** Emptied once the core is made of it. */
  readonly edges: Pick<PartEdges, "targets" | "listedDegrees">[];
  /** Empty once the core is made. */
  outDegree: Uint8Array;
  /** In-degree at first, then {@link nodeState}. */
  readonly state: Uint8Array;
  /** Away while the core is worked on, when memory is short. */
  classByObject: Uint16Array | Uint32Array;
  /** Node an instance refers to for its class, -1 when that is a root and the edge cannot matter. */
  readonly classEdge: Int32Array;
  /** Edges beyond those of the file: thread objects to the locals of their frames. */
  readonly extraEdges: ReadonlyMap<number, readonly number[]>;
}

/**
 * What is known of a node. Below {@link nodeState.folded}: how many refer to it, saturating. A folded node
 * carries the sweep that folded it, so that the sweeps can be played again in their order.
 */
export const nodeState = {
  unreferenced: 0,
  single: 1,
  /** One referrer, of the same class or the class object itself: the edge to the class changes nothing. */
  singleOfClass: 127,
  folded: 128,
  kept: 254,
  root: 255,
} as const;
/** Sweeps beyond this would run into {@link nodeState.kept}. */
export const sweepsMaximum = 64;

/** Even sweeps run downwards: most objects are written before what they refer to. */
export function sweepsDownwards(sweep: number): boolean {
  return sweep % 2 === 0;
}

/**
 * Marks nodes whose only referrer dominates them and leads to their class anyway: an instance of the same class (lists,
 * trees) or the class object. Their own edge to the class cannot change its dominator, and does not keep them
 * from being folded.
 */
export function markSameClass(graph: WholeGraph, index: number): void {
  const { parts, edges, outDegree, state, classByObject, classEdge, objectCount } = graph;
  const { firstObject, objects } = parts[index]!;
  const { targets, listedDegrees } = edges[index]!;
  let listed = 0;
  let edge = 0;
  for (let node = firstObject; node < firstObject + objects; node++) {
    let degree = outDegree[node]!;
    if (degree === listedApart) degree = listedDegrees[listed++]!;
    const upto = edge + degree;
    const type = node < objectCount ? classByObject[node]! : node - objectCount;
    if (classEdge[type]! < 0) {
      edge = upto;
      continue;
    }
    for (; edge < upto; edge++) {
      const target = targets[edge]!;
      if (state[target] !== nodeState.single || target >= objectCount) continue;
      if (classByObject[target] === type) state[target] = nodeState.singleOfClass;
    }
  }
}

/** Whether an object's edge to its class object counts. */
export function hasClassEdge(graph: WholeGraph, node: number): boolean {
  return (
    node < graph.objectCount &&
    graph.state[node] !== nodeState.singleOfClass &&
    graph.classEdge[graph.classByObject[node]!]! >= 0
  );
}

/**
 * Folds nodes away: a node with one referrer whose own references all lead to folded nodes or roots is dominated by
 * that referrer, and cannot change anything else's dominator.
 * @returns how many nodes this sweep folded.
 */
export function foldPart(graph: WholeGraph, index: number, sweep: number): number {
  const { parts, edges, outDegree, state, classByObject, classEdge, objectCount } = graph;
  const { firstObject, objects } = parts[index]!;
  const { targets, listedDegrees } = edges[index]!;
  const code = nodeState.folded + sweep;
  const downwards = sweepsDownwards(sweep);
  const last = firstObject + objects - 1;
  let listed = downwards ? listedDegrees.length - 1 : 0;
  let cursor = downwards ? targets.length : 0;
  let folded = 0;
  for (let k = 0; k < objects; k++) {
    const node = downwards ? last - k : firstObject + k;
    let degree = outDegree[node]!;
    if (degree === listedApart) degree = listedDegrees[downwards ? listed-- : listed++]!;
    const from = downwards ? cursor - degree : cursor;
    const upto = from + degree;
    cursor = downwards ? from : upto;
    const own = state[node]!;
    if (own !== nodeState.singleOfClass) {
      if (own !== nodeState.single) continue;
      if (node < objectCount && classEdge[classByObject[node]!]! >= 0) continue;
    }
    let foldable = true;
    for (let edge = from; edge < upto; edge++) {
      const target = targets[edge]!;
      const is = state[target]!;
      if (is < nodeState.folded || is === nodeState.kept) {
        foldable = false;
        break;
      }
      // Folded by this very sweep: only within the part, whose order is known.
      if (is === code && (target < firstObject || target > last)) {
        foldable = false;
        break;
      }
    }
    if (!foldable) continue;
    state[node] = code;
    folded++;
  }
  return folded;
}

/** Calls `visit` for the nodes one sweep folded in a part, in the order they were folded or backwards. */
export function forEachFolded(
  graph: Pick<WholeGraph, "parts" | "state">,
  index: number,
  sweep: number,
  backwards: boolean,
  visit: (node: number) => void,
): void {
  const { firstObject, objects } = graph.parts[index]!;
  const { state } = graph;
  const code = nodeState.folded + sweep;
  const last = firstObject + objects - 1;
  if (sweepsDownwards(sweep) !== backwards) {
    for (let node = last; node >= firstObject; node--) if (state[node] === code) visit(node);
  } else {
    for (let node = firstObject; node <= last; node++) if (state[node] === code) visit(node);
  }
}

export function isInCore(state: number): boolean {
  return state !== nodeState.unreferenced && (state < nodeState.folded || state >= nodeState.kept);
}
