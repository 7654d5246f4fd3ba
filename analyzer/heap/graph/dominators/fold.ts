import { type GraphColumns, listedDegree } from "../edges/graphColumns";

/**
 * What is known of a node. Below {@link nodeState.folded}: how many refer to it, saturating. A folded node
 * carries the sweep that folded it, so that the sweeps can be played again in their order.
 */
export const nodeState = {
  unreferenced: 0,
  single: 1,
  /** One referrer, of the same type or the type itself: the edge to the type changes nothing. */
  singleOfType: 127,
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
 * Marks nodes whose only referrer dominates them and leads to their type anyway: an instance of the same type (lists,
 * trees) or the type itself. Their own edge to the type cannot change its dominator, and does not keep them from
 * being folded.
 */
export function markSameType(graph: GraphColumns, index: number): void {
  const { parts, edges, outDegree, state, typeByObject, typeEdge, instanceCount } = graph;
  const { firstObject, objects } = parts[index]!;
  const { targets, listedDegrees } = edges[index]!;
  let listed = 0;
  let edge = 0;
  for (let node = firstObject; node < firstObject + objects; node++) {
    let degree = outDegree[node]!;
    if (degree === listedDegree) degree = listedDegrees[listed++]!;
    const upto = edge + degree;
    const type = node < instanceCount ? typeByObject[node]! : node - instanceCount;
    if (typeEdge[type]! < 0) {
      edge = upto;
      continue;
    }
    for (; edge < upto; edge++) {
      const target = targets[edge]!;
      if (state[target] !== nodeState.single || target >= instanceCount) continue;
      if (typeByObject[target] === type) state[target] = nodeState.singleOfType;
    }
  }
}

/** Whether an object's edge to its type counts. */
export function hasTypeEdge(graph: GraphColumns, node: number): boolean {
  return (
    node < graph.instanceCount &&
    graph.state[node] !== nodeState.singleOfType &&
    graph.typeEdge[graph.typeByObject[node]!]! >= 0
  );
}

/**
 * Folds nodes away: a node with one referrer whose own references all lead to folded nodes or roots is dominated by
 * that referrer, and cannot change anything else's dominator.
 * @returns how many nodes this sweep folded.
 */
export function foldPart(graph: GraphColumns, index: number, sweep: number): number {
  const { parts, edges, outDegree, state, typeByObject, typeEdge, instanceCount } = graph;
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
    if (degree === listedDegree) degree = listedDegrees[downwards ? listed-- : listed++]!;
    const from = downwards ? cursor - degree : cursor;
    const upto = from + degree;
    cursor = downwards ? from : upto;
    const own = state[node]!;
    if (own !== nodeState.singleOfType) {
      if (own !== nodeState.single) continue;
      if (node < instanceCount && typeEdge[typeByObject[node]!]! >= 0) continue;
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
  graph: Pick<GraphColumns, "parts" | "state">,
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
