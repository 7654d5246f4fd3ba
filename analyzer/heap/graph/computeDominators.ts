import type { Work } from "../../base/work";
import type { WaitingColumns } from "./columns/waitingColumns";
import { listChildren, sortLongLists } from "./dominators/childLists";
import type { DominatorColumns } from "./dominators/dominatorColumns";
import { findDominators } from "./dominators/findDominators";
import { sumRetained } from "./dominators/retainedSizes";
import type { GraphColumns } from "./edges/graphColumns";
import type { Parallel } from "./parallel";

/** Shallow sizes as whole units. */
export interface ShallowSizes {
  /** Bytes of a unit. */
  readonly unitBytes: number;
  /**
   * Makes a shared column of all nodes' sizes, which becomes that of the retained sizes. It is asked for when the tree
   * is known: a column over all nodes beside the core graph would be the peak.
   */
  unitsByObject(work: Work): Uint32Array;
}

export interface DominatorOptions {
  /** Fold sweeps at most, 0 for none; for tests. */
  readonly sweeps?: number;
  /** What can leave memory while the core is worked on. */
  readonly waiting?: WaitingColumns | undefined;
  /** Called when large columns were let go of, so that their memory can be given back at once. */
  readonly collectGarbage?: (() => void) | undefined;
}

const defaultSweeps = 3;

/**
 * From the edges of a graph to its dominator tree, retained sizes and children lists. The edges of `graph` are let go
 * of on the way; nobody else may hold them.
 */
export async function computeDominators(
  graph: GraphColumns,
  sizes: ShallowSizes,
  options: DominatorOptions,
  parallel: Parallel,
  work: Work,
): Promise<DominatorColumns> {
  const { sweeps = defaultSweeps, collectGarbage = () => undefined, waiting } = options;
  const { unitBytes } = sizes;
  const immediateDominator = await findDominators(graph, { sweeps, collectGarbage, waiting }, parallel, work);
  // What the tree was made of is garbage only now.
  collectGarbage();
  work.report("Listing children", 0);
  const children = listChildren(immediateDominator, work);
  work.report("Adding up retained sizes", 0);
  const units = sizes.unitsByObject(work);
  const retained = sumRetained(children, immediateDominator, graph, units, work);
  const bytesOf = (sum: number): number => sum * unitBytes;
  sortLongLists(children, retained.units, (node) => retained.bigUnits.get(node)!, work);
  const bigNodes = Uint32Array.from([...retained.bigUnits.keys()].sort((a, b) => a - b));
  return {
    children,
    immediateDominator,
    retainedUnits: retained.units,
    bigRetainedNodes: bigNodes,
    bigRetainedBytes: Float64Array.from(bigNodes, (node) => bytesOf(retained.bigUnits.get(node)!)),
    unitBytes,
    retainedBytesByType: retained.unitsByType.map(bytesOf),
    reachableObjects: retained.reachableObjects,
    reachableBytes: bytesOf(retained.reachableUnits),
  };
}
