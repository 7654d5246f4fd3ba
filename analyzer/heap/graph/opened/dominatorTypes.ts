import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import { type Dominator, isObject, type ObjectIndex, type TypeIndex, unreachable } from "../nodes";
import { forEachInstanceOf } from "./instances";

/** The immediate dominators of the instances of a type, merged by what they are called. */
export interface DominatorType {
  /** undefined for what no object dominates: GC roots hold it. */
  readonly name: string | undefined;
  /** One of the dominators, to go on from. */
  readonly example: ObjectIndex | undefined;
  dominators: number;
  /** Instances asked for that they dominate directly. */
  objects: number;
  /** Retained bytes of those instances. */
  retainedBytes: number;
}

/** How dominators are merged. */
export interface DominatorNames {
  nameOf(dominator: ObjectIndex): string;
  /** Dominators to look through: they are replaced by theirs. */
  skips?(dominator: ObjectIndex): boolean;
}

/** Distinct dominators counted of each name. */
const dominatorsCounted = 1_000_000;

/** Who keeps the objects of some types alive, one level up. */
export function immediateDominatorsOf(
  graph: Graph,
  types: readonly TypeIndex[],
  names: DominatorNames,
  work: Work,
): DominatorType[] {
  const wanted = new Uint8Array(graph.types.count);
  for (const type of types) wanted[type] = 1;
  const rows = new Map<string | undefined, DominatorType>();
  const seen = new Map<string | undefined, Set<number>>();
  forEachInstanceOf(graph, wanted, work, "Following dominators", (object) => {
    const dominator = dominatorThrough(graph, object, names);
    if (dominator === unreachable) return;
    const example = isObject(dominator) ? dominator : undefined;
    const name = example === undefined ? undefined : names.nameOf(example);
    let row = rows.get(name);
    if (row === undefined) {
      row = { name, example, dominators: 0, objects: 0, retainedBytes: 0 };
      rows.set(name, row);
      seen.set(name, new Set());
    }
    row.objects++;
    row.retainedBytes += graph.retainedSizeOf(object);
    const ofName = seen.get(name)!;
    if (ofName.size < dominatorsCounted && !ofName.has(dominator)) {
      ofName.add(dominator);
      row.dominators++;
    }
  });
  return [...rows.values()].sort((a, b) => b.retainedBytes - a.retainedBytes);
}

function dominatorThrough(graph: Graph, object: ObjectIndex, { skips }: DominatorNames): Dominator {
  let dominator = graph.immediateDominatorOf(object);
  for (let guard = graph.nodeCount; skips !== undefined && guard > 0; guard--) {
    if (!isObject(dominator) || !skips(dominator)) break;
    dominator = graph.immediateDominatorOf(dominator);
  }
  return dominator;
}
