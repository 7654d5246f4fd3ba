import { dump } from "../dump/open";
import { type ParamsIn, request } from "../request";
import { name, oneOf, optional, page, sortBy } from "../shapes";
import type { Bytes, Page } from "../wire";
import type { ObjectId } from "./objects";

const histogramColumns = ["className", "objects", "shallowBytes", "retainedBytes"] as const;
export type HistogramColumn = (typeof histogramColumns)[number];

export interface HistogramRow {
  /** Index of the class within the dump; -1 for a group row. */
  readonly classIndex: number;
  readonly className: string;
  /** Id of the class object, absent for groups. */
  readonly classId?: ObjectId;
  readonly loader: string;
  readonly objects: number;
  readonly shallowBytes: Bytes;
  /** Absent until the dominators are computed. Counts each object once. */
  readonly retainedBytes?: Bytes;
  /** Group rows: how many classes it holds. */
  readonly classes?: number;
}

export const histogramGroupings = ["class", "package", "loader", "generated"] as const;
export type HistogramGrouping = (typeof histogramGroupings)[number];

export interface ClassFiguresRow {
  readonly className: string;
  readonly objects: number;
  readonly shallowBytes: Bytes;
}

/** How objects are reached from the GC roots, in words; the strongest way first. Ids as in `heap/graph/opened`. */
export const reachabilityNames = {
  strong: ["strongly reachable", "in use"],
  soft: ["softly reachable", "kept until memory runs short"],
  finalizer: ["finalizer-reachable", "kept until the finalizer ran"],
  weak: ["weakly reachable", "gone with the next collection"],
  phantom: ["phantom-reachable", "gone with the next collection"],
  none: ["unreachable", "garbage that was not collected yet"],
} as const satisfies Readonly<Record<string, readonly [name: string, meaning: string]>>;
export type ReachabilityId = keyof typeof reachabilityNames;

export interface ReachabilityRow {
  readonly reachability: ReachabilityId;
  readonly objects: number;
  readonly shallowBytes: Bytes;
}

export type UnreachableRow = ClassFiguresRow &
  ReachabilityRow & {
    /** Garbage that no program made, in words. */
    readonly filler?: string;
  };

export const histogramRequests = {
  "heap/histogram": request({
    dump,
    ...page,
    sort: sortBy(histogramColumns),
    /** Part of a class name, case-insensitive; empty for all. */
    filter: optional(name),
    groupBy: optional(oneOf(histogramGroupings)),
    /** Rows inside one group: its `className`. */
    group: optional(name),
  }).gives<Page<HistogramRow>>(),
  /** The classes of exactly this name: of several loaders one row each; also those that have no objects. */
  "heap/classesNamed": request({ dump, className: name }).gives<{
    readonly classes: readonly HistogramRow[];
  }>(),
  /** What no strong reference reaches, by class and by the way it is reached. */
  "heap/unreachable": request({ dump }).gives<{
    /** The whole heap, strongly reachable objects too: together its objects and class objects. */
    readonly kinds: readonly ReachabilityRow[];
    readonly rows: readonly UnreachableRow[];
    /** Sums of the rows. */
    readonly objects: number;
    readonly shallowBytes: Bytes;
  }>(),
};
export type HistogramQuery = ParamsIn<(typeof histogramRequests)["heap/histogram"]>;
