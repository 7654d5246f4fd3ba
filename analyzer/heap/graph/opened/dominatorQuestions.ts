import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import {
  type DominatorColumns,
  heldByRoots,
  listedRetained,
  noDominator,
} from "../dominators/dominatorColumns";
import type { DominatorQuestions } from "../graph";
import { type ObjectIndex, unreachable, virtualRoot } from "../nodes";
import { openDominatedObjects } from "./dominatedObjects";

/** Dominators that a memory budget does not allow. */
export interface LeftOut {
  /** A budget that would do: rounded up, so that what is shown of it is enough. */
  readonly neededBytes: number;
  readonly budgetBytes: number;
}

/**
 * Opens a dominator tree, or what answers in place of one that was left out.
 * @param stored the file in which the children lists stayed, if they did
 * @param shallowSizeOf given where no object has a size of 0: what retains no more than itself then dominates nothing,
 *   which spares a look at its list
 */
export function openDominators(
  columns: DominatorColumns | undefined,
  leftOut: LeftOut | undefined,
  stored: ByteSource | undefined,
  shallowSizeOf?: (object: ObjectIndex) => number,
): DominatorQuestions {
  if (columns === undefined) return withoutDominators(leftOut);
  const { immediateDominator, retainedUnits, bigRetainedNodes, bigRetainedBytes, unitBytes } = columns;
  const dominated = openDominatedObjects(columns, (node) => retainedSizeOf(node) / unitBytes, stored);

  function retainedSizeOf(object: number): number {
    const units = retainedUnits[object]!;
    if (units !== listedRetained) return units * unitBytes;
    return bigRetainedBytes[positionIn(bigRetainedNodes, object)]!;
  }

  return {
    hasDominators: true,
    retainedSizeOf,
    retainedSizeOrUndefined: retainedSizeOf,
    isKnownGarbage: (object) => immediateDominator[object] === noDominator,
    immediateDominatorOf(object) {
      const dominator = immediateDominator[object]!;
      if (dominator === noDominator) return unreachable;
      return dominator === heldByRoots ? virtualRoot : ((dominator - 1) as ObjectIndex);
    },
    dominatedCountOf(object) {
      if (object !== virtualRoot && retainedSizeOf(object) === shallowSizeOf?.(object)) return 0;
      return dominated.countOf(object);
    },
    dominatedBy: (object, start, count) => dominated.page(object, start, count) as ObjectIndex[],
    dominatedNodes: (object) => dominated.all(object),
  };
}

/** Everything that needs the tree says what it would have taken. */
function withoutDominators(leftOut: LeftOut | undefined): DominatorQuestions {
  const refuse = (): never => {
    throw new ExhumeError({
      code: "overBudget",
      what: "Dominators and retained sizes were left out: computing them",
      neededBytes: leftOut?.neededBytes ?? 0,
      budgetBytes: leftOut?.budgetBytes ?? 0,
    });
  };
  return {
    hasDominators: false,
    retainedSizeOf: refuse,
    retainedSizeOrUndefined: () => undefined,
    isKnownGarbage: () => false,
    immediateDominatorOf: refuse,
    dominatedCountOf: refuse,
    dominatedBy: refuse,
    dominatedNodes: refuse,
  };
}

/** Position of a value in an ascending column; it is there. */
export function positionIn(column: Uint32Array, value: number): number {
  let low = 0;
  let high = column.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
