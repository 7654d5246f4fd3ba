import { dump } from "../dump/open";
import { type ParamsIn, request } from "../request";
import { amount, list, name, oneOf, optional, whole } from "../shapes";
import type { Bytes } from "../wire";
import type { ReachabilityId } from "./histogram";
import { type HoldingField, type ObjectRow, objectId } from "./objects";

export interface PathStepRow extends ObjectRow {
  /** How this object refers to the next one. */
  readonly field?: HoldingField;
}

export interface RootPathRow {
  /** In words: `static field`, `local variable of thread "main"`. */
  readonly roots: readonly string[];
  readonly steps: readonly PathStepRow[];
}

export interface RootPathsResult {
  readonly paths: readonly RootPathRow[];
  /** False when the search stopped at its limit. */
  readonly complete: boolean;
  /** True when only dominators could be named. */
  readonly dominatorsOnly: boolean;
  /** Whether a root holds it strongly; absent when that could not be told. */
  readonly reachable?: boolean;
  /** Set when no path was found and it is known how the object is reached otherwise. */
  readonly reachability?: ReachabilityId;
}

export interface MergedPathRow {
  readonly className: string;
  readonly field?: string;
  readonly objects: number;
  /** Absent when dominators were left out. */
  readonly retainedBytes?: Bytes;
  readonly roots: readonly string[];
  readonly children: readonly MergedPathRow[];
}

const exclusions = {
  /** References that do not count; all four when absent. */
  exclude: optional(list(oneOf(["weak", "soft", "phantom", "finalizer"]))),
  /** `Class:field` or `Class`, with `*`. */
  excludeFields: optional(list(name)),
};

/** Why objects are alive. */
export const pathRequests = {
  "heap/paths": request({
    dump,
    objectId,
    /** Paths wanted at most; 10 when absent. */
    maximumPaths: optional(whole(10_000)),
    ...exclusions,
  }).gives<RootPathsResult>(),
  "heap/pathsOfClass": request({
    dump,
    className: name,
    maximumObjects: optional(amount),
    ...exclusions,
  }).gives<{
    readonly roots: readonly MergedPathRow[];
    readonly followed: number;
    readonly total: number;
  }>(),
};
export type PathQuery = ParamsIn<(typeof pathRequests)["heap/paths"]>;
