/** Shapes shared by all messages. Everything is JSON: addresses and ids are `0x…` strings, sizes are numbers. */

/** Names one dump opened by {@link OpenResult}; valid until the matching `dump/close`. */
export type DumpId = string;

/** Bytes; exact to 2^53. */
export type Bytes = number;

/** Failures as data, the closed list of `base/errors` flattened for the wire. */
export interface WireFault {
  /** A `FaultCode`. */
  readonly code: string;
  /** The sentence to show. */
  readonly message: string;
  /** The fault's own fields, for fronts that give advice. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something wrong in a dump that did not stop the reading of it. */
export interface WireProblem {
  readonly code: string;
  readonly message: string;
  readonly offset?: number;
  /** True when totals are only lower bounds because of it. */
  readonly losesData: boolean;
}

/** Which part of a sorted, filtered list is wanted. Sorting and filtering happen beside the data. */
export interface PageQuery {
  readonly start: number;
  readonly count: number;
}

/** One part of a list. `end` is exclusive; `total` counts the rows after filtering. */
export interface Page<Row> {
  readonly start: number;
  readonly end: number;
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface SortOrder<Column extends string> {
  readonly column: Column;
  readonly descending: boolean;
}
