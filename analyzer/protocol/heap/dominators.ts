import { dump } from "../dump/open";
import { type ParamsIn, request } from "../request";
import { flag, name, optional, page, sortBy, words } from "../shapes";
import type { Bytes, Page } from "../wire";
import { type HoldingField, type ObjectId, objectId } from "./objects";

const dominatorColumns = ["className", "shallowBytes", "retainedBytes"] as const;
export type DominatorColumn = (typeof dominatorColumns)[number];

export interface DominatorRow {
  readonly objectId: ObjectId;
  readonly className: string;
  /** Of a class object the class it stands for. */
  readonly classMeant?: string;
  /** What the object says of itself in a few words: a string's text, a thread's name, an array's length. */
  readonly label?: string;
  readonly shallowBytes: Bytes;
  readonly retainedBytes: Bytes;
  /** Objects dominated directly. */
  readonly children: number;
  /** How the parent (or a referrer) holds it, when known without a search. */
  readonly heldBy?: HoldingField;
  /** Root kinds when the object is a GC root, e.g. `JNI global`, `thread "main"`. */
  readonly rootKinds?: readonly string[];
  /** Rows of "group by class": how many objects the row stands for. */
  readonly objects?: number;
}

export const dominatorRequests = {
  "heap/dominators": request({
    dump,
    ...page,
    /** Absent: children of the virtual root. */
    parent: optional(objectId),
    sort: sortBy(dominatorColumns),
    filter: optional(name),
    groupByClass: optional(flag),
    /** With groupByClass: only children of this class, ungrouped. */
    ofClass: optional(name),
  }).gives<Page<DominatorRow>>(),
  /**
   * Chain of immediate dominators from the virtual root's child down to the object itself. With `sort`, also where
   * each of them stands among its parent's children in that order (unfiltered, ungrouped). Of chains deeper than 2,000
   * levels the first 2,000 and the object come, and how many between them do not.
   */
  "heap/dominatorPath": request({ dump, objectId, sort: optional(sortBy(dominatorColumns)) }).gives<{
    readonly path: readonly DominatorRow[];
    readonly positions?: readonly number[];
    readonly omitted?: number;
  }>(),
  "heap/immediateDominators": request({ dump, className: name, skip: optional(words) }).gives<{
    readonly rows: readonly {
      readonly className: string;
      readonly objectId?: ObjectId;
      readonly dominators: number;
      readonly objects: number;
      readonly retainedBytes: Bytes;
    }[];
  }>(),
};
export type DominatorQuery = ParamsIn<(typeof dominatorRequests)["heap/dominators"]>;
