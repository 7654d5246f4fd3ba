import type { DominatorRow } from "../../analyzer/protocol/heap/dominators";
import type { HoldingField } from "../../analyzer/protocol/heap/objects";

/** One area of the overview's map: disjoint from the others. */
export interface Area {
  readonly row: DominatorRow;
  /** The last static field on the way down to it: what a reader knows it by. */
  readonly through: HoldingField | undefined;
}

/** An object that keeps more of the heap than this is looked into. */
const big = 0.35;
/** … as long as one of the objects it keeps has this share of it: else it is where the memory gathers. */
const notable = 0.1;
const deepest = 24;

/**
 * The objects at the top of the dominator tree, where one that keeps most of the heap only because everything hangs
 * below it (a class loader, a thread) is replaced by what it keeps, down to where the memory gathers.
 * @param childrenOf the biggest children of an object, or of the whole heap, biggest first
 */
export async function areasOf(
  childrenOf: (objectId: string | undefined) => Promise<readonly DominatorRow[]>,
  heapBytes: number,
): Promise<readonly Area[]> {
  let areas: Area[] = (await childrenOf(undefined)).map((row) => ({ row, through: undefined }));
  for (let depth = 0; depth < deepest; depth++) {
    const [first, ...others] = areas;
    if (first === undefined || first.row.retainedBytes < big * heapBytes) break;
    const children = await childrenOf(first.row.objectId);
    const [biggest] = children;
    if (biggest === undefined || biggest.retainedBytes < notable * first.row.retainedBytes) break;
    const below = children.map((row) => ({ row, through: row.heldBy?.static ? row.heldBy : first.through }));
    areas = [...below, ...others].sort((left, right) => right.row.retainedBytes - left.row.retainedBytes);
  }
  return areas;
}
