import { countBefore } from "../../base/halving";
/**
 * What one pass over a unit's entries finds: the functions with code, and for everything that has a name with a
 * scope, in which scope it is. Offsets are those of the unit's section.
 */
export interface UnitIndex {
  /** Functions with code, sorted by start; nested ones after those that hold them. */
  readonly functionStarts: Float64Array;
  readonly functionEnds: Float64Array;
  readonly functionDies: Float64Array;
  /** Entries of interest in order of offset: functions, variables, types, namespaces. */
  readonly offsets: Float64Array;
  readonly tags: Uint16Array;
  /** Position in these columns of the entry around each, -1 at the top. */
  readonly parents: Int32Array;
}

/** Position in the index of the entry at an offset, or -1. */
export function entryAt({ offsets }: UnitIndex, offset: number): number {
  const after = countBefore(offsets, (each) => each < offset);
  return offsets[after] === offset ? after : -1;
}
