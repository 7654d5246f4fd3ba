import type { Bytes, Call, DumpId, Page, PageQuery, SortOrder, WireProblem } from "./wire";

/** `0x…` id of an object in the dump: its address in the process. */
export type ObjectId = string;

/** How shallow sizes were computed, and why that way. */
export interface SizeModelFacts {
  /** e.g. `compressed-oops`, `uncompressed-oops`, `compact-headers`. */
  readonly name: string;
  readonly referenceBytes: number;
  readonly objectHeaderBytes: number;
  readonly arrayHeaderBytes: number;
  readonly alignmentBytes: number;
  /** `given` by the user, `certain`, `likely` or `assumed`. */
  readonly confidence: "given" | "certain" | "likely" | "assumed";
  /** Sentences: what in the dump says so. */
  readonly evidence: readonly string[];
}

export interface HeapTotals {
  readonly objects: number;
  readonly shallowBytes: Bytes;
  readonly reachableObjects: number;
  readonly reachableBytes: Bytes;
  readonly classes: number;
  readonly gcRoots: number;
}

/** Why dominators and retained sizes are not there. */
export interface LeftOutFacts {
  /** A memory budget that would do. */
  readonly neededBytes: Bytes;
  readonly budgetBytes: Bytes;
}

export interface HeapSummary {
  readonly path: string;
  readonly format: string;
  /** Of the unpacked dump. */
  readonly fileBytes: Bytes;
  readonly idSize: number;
  /** Milliseconds since 1970 from the header. */
  readonly createdMs: number;
  /** Version of the JVM when the heap names it. */
  readonly jvm?: string;
  readonly sizeModel: SizeModelFacts;
  /** Reachable figures are absent until the dominators are computed. */
  readonly totals: Omit<HeapTotals, "reachableObjects" | "reachableBytes"> & Partial<HeapTotals>;
  readonly problems: readonly WireProblem[];
  /** Set when a memory budget left out dominators and retained sizes. */
  readonly leftOut?: LeftOutFacts;
  /** True when the index came from disk. */
  readonly fromSavedIndex: boolean;
}

export type HistogramColumn = "className" | "objects" | "shallowBytes" | "retainedBytes";

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

export type HistogramGrouping = "class" | "package" | "loader";

export interface HistogramQuery extends PageQuery {
  readonly dump: DumpId;
  readonly sort: SortOrder<HistogramColumn>;
  /** Part of a class name, case-insensitive; empty for all. */
  readonly filter?: string;
  readonly groupBy?: HistogramGrouping;
  /** Rows inside one group: its `className`. */
  readonly group?: string;
}

export type DominatorColumn = "className" | "shallowBytes" | "retainedBytes";

/** A field (or array slot) through which one object holds another. */
export interface HoldingField {
  /** Class that declares the field, as Java writes it. */
  readonly className: string;
  /** Field name, or `[12]` for an array slot. */
  readonly field: string;
  readonly static: boolean;
}

export interface DominatorRow {
  readonly objectId: ObjectId;
  readonly className: string;
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

export interface DominatorQuery extends PageQuery {
  readonly dump: DumpId;
  /** Absent: children of the virtual root. */
  readonly parent?: ObjectId;
  readonly sort: SortOrder<DominatorColumn>;
  readonly filter?: string;
  readonly groupByClass?: boolean;
  /** With groupByClass: only children of this class, ungrouped. */
  readonly ofClass?: string;
}

/** Requests to an open heap dump. */
export interface HeapRequests {
  "heap/summary": Call<{ readonly dump: DumpId }, HeapSummary>;
  "heap/histogram": Call<HistogramQuery, Page<HistogramRow>>;
  "heap/dominators": Call<DominatorQuery, Page<DominatorRow>>;
  /**
   * Chain of immediate dominators from the virtual root's child down to the object itself. With `sort`, also where
   * each of them stands among its parent's children in that order (unfiltered, ungrouped). Of chains deeper than 2,000
   * levels the first 2,000 and the object come, and how many between them do not.
   */
  "heap/dominatorPath": Call<
    { readonly dump: DumpId; readonly objectId: ObjectId; readonly sort?: SortOrder<DominatorColumn> },
    {
      readonly path: readonly DominatorRow[];
      readonly positions?: readonly number[];
      readonly omitted?: number;
    }
  >;
}
