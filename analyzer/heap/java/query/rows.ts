import type { Heap, ObjectIndex } from "../../heap";
import type { QueryValue } from "./values";

export interface QueryRow {
  /** The object the row stands for; undefined for groups and totals. */
  readonly object: ObjectIndex | undefined;
  readonly cells: readonly QueryValue[];
}

/** A result: rows are worked out when a page of them is asked for, unless they had to be sorted or grouped. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly total: number;
  /** True when the result was cut at the limit of what is kept. */
  readonly cut: boolean;
  rows(start: number, count: number): readonly QueryRow[];
}

/** Columns of an object that is shown as a whole. Without dominators there is no retained size to show. */
export function objectColumns(heap: Heap): readonly string[] {
  return heap.hasDominators ? ["object", "shallow", "retained"] : ["object", "shallow"];
}

export function objectCells(heap: Heap, object: ObjectIndex): readonly QueryValue[] {
  const retained = heap.retainedSizeOrUndefined(object);
  return [{ object }, heap.shallowSizeOf(object), ...(retained === undefined ? [] : [retained])];
}
