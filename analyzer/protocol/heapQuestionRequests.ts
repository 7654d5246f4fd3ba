import type { HoldingField, LeftOutFacts, ObjectId } from "./heapRequests";
import type { Bytes, Call, DumpId, Page, PageQuery } from "./wire";

/** An object as lists show it. */
export interface ObjectRow {
  readonly objectId: ObjectId;
  /** Class of the object; of a class object the class it stands for. */
  readonly className: string;
  /** True for class objects. */
  readonly isClass?: true;
  /** What the object says of itself: text, name, length, number, date. */
  readonly label?: string;
  readonly shallowBytes: Bytes;
  /** Absent when dominators were left out, as wherever it is optional. */
  readonly retainedBytes?: Bytes;
}

/** Ids of the shapes of leaks Exhume knows, see `heap/java/leaks/suspect`. */
export type LeakShape =
  | "unbounded-cache"
  | "queue-without-consumer"
  | "request-keyed-map"
  | "listeners-never-removed"
  | "thread-local-in-pool"
  | "class-loader-leak"
  | "jni-global"
  | "direct-buffers"
  | "thread-leak"
  | "finalizer-queue"
  | "duplicate-strings";

export interface FieldName {
  readonly className: string;
  readonly name: string;
  readonly static: boolean;
}

export interface ClassCount {
  readonly className: string;
  readonly count: number;
}

/** A leak suspect; the schema of `exhume suspects --json`. */
export interface SuspectRow {
  readonly kind: "object" | "group";
  /** Of a group its biggest member. */
  readonly objectId?: ObjectId;
  readonly className: string;
  readonly objects: number;
  /** Absent when dominators were left out: then `shallowBytes` are all that is known. */
  readonly retainedBytes?: Bytes;
  /** Of the objects by themselves, when that is all that is known. */
  readonly shallowBytes?: Bytes;
  /** Of the reachable heap, of the whole one when dominators were left out; 0 … 1. */
  readonly share: number;
  readonly shape?: LeakShape;
  readonly field?: FieldName;
  readonly accumulation?: {
    readonly objectId: ObjectId;
    readonly className: string;
    readonly retainedBytes: Bytes;
    readonly elements?: number;
  };
  /** From the root to the suspect; `field` is how a step refers to the next. */
  readonly path: readonly {
    readonly className: string;
    readonly field?: string;
    readonly objectId: ObjectId;
  }[];
  readonly roots: readonly string[];
  readonly confidence: "possible" | "likely" | "certain";
  /** 0 … 100, the sum of the parts. */
  readonly score: number;
  readonly scoreParts: readonly { readonly name: string; readonly points: number; readonly why: string }[];
  readonly evidence: readonly string[];
  readonly fix?: string;
  readonly elementClasses?: readonly ClassCount[];
  readonly thread?: string;
  readonly loader?: string;
  readonly offHeapBytes?: Bytes;
}

export interface PathQuery {
  readonly dump: DumpId;
  readonly objectId: ObjectId;
  /** Paths wanted at most; 10 when absent. */
  readonly maximumPaths?: number;
  /** References that do not count; all four when absent. */
  readonly exclude?: readonly ("weak" | "soft" | "phantom" | "finalizer")[];
  /** `Class:field` or `Class`, with `*`. */
  readonly excludeFields?: readonly string[];
}

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

export interface ReferenceRow extends ObjectRow {
  readonly field?: HoldingField;
  /** `field`, `static`, `element`, `class`, `superclass`, `loader`, `local`, `other`. */
  readonly kind: string;
  /** False for weak, soft, phantom and finalizer referents. */
  readonly strong: boolean;
}

export interface ObjectPageQuery extends PageQuery {
  readonly dump: DumpId;
  readonly objectId: ObjectId;
}

/** A value of a field or a slot. `text` is always there to show. */
export interface ValueRow {
  readonly type: string;
  readonly text: string;
  /** The object a reference points to; absent for null and for ids no object has. */
  readonly object?: ObjectRow;
}

export interface FieldRow {
  /** Class that declares it. */
  readonly className: string;
  readonly name: string;
  readonly static: boolean;
  readonly value: ValueRow;
}

export interface InspectResult {
  readonly object: ObjectRow;
  readonly loader: string;
  readonly roots: readonly string[];
  /** The class itself and its superclasses. */
  readonly superclasses: readonly string[];
  readonly fields: readonly FieldRow[];
  readonly array?: { readonly type: string; readonly length: number };
  readonly collection?: {
    readonly kind: "list" | "set" | "map" | "queue";
    readonly size?: number;
    readonly capacity?: number;
  };
  readonly text?: string;
  readonly dominator?: ObjectRow;
}

export interface ArrayPartResult {
  readonly type: string;
  readonly length: number;
  readonly start: number;
  readonly values: readonly ValueRow[];
  /** Bytes of a byte[] in hexadecimal. */
  readonly hex?: string;
  /** Contents as text, where they are text (`char[]`, printable bytes). */
  readonly text?: string;
}

export interface EntryRow {
  /** Position in the collection's own order. */
  readonly position: number;
  readonly key?: ValueRow;
  readonly value: ValueRow;
}

export interface EntriesResult extends Page<EntryRow> {
  /** True when there are entries after these; `total` is what was walked so far when the collection has no counter. */
  readonly moreToCome: boolean;
}

export interface FrameRow {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  readonly line?: number;
  /** As stack traces write it. */
  readonly text: string;
}

export interface ThreadRow {
  readonly objectId: ObjectId;
  readonly name: string;
  readonly className: string;
  readonly state: string;
  readonly daemon: boolean;
  readonly priority: number;
  readonly threadId?: number;
  readonly virtual: boolean;
  readonly group?: string;
  readonly retainedBytes?: Bytes;
  readonly locals: number;
  readonly frameCount: number;
  /** First frame. */
  readonly top?: FrameRow;
  readonly outOfMemory: boolean;
}

export interface FrameLocals {
  readonly frame: FrameRow;
  readonly locals: readonly (ObjectRow & { readonly kind: string })[];
  /** Biggest retained size among the locals; 0 when there are none. */
  readonly retainedBytes?: Bytes;
}

export interface ThreadDetail {
  readonly thread: ThreadRow;
  readonly frames: readonly FrameLocals[];
  /** Locals the dump assigns to no frame. */
  readonly others: readonly (ObjectRow & { readonly kind: string })[];
}

export interface StackGroupRow {
  readonly frames: readonly FrameRow[];
  readonly threads: readonly { readonly objectId: ObjectId; readonly name: string; readonly state: string }[];
  readonly threadCount: number;
  readonly retainedBytes?: Bytes;
}

export interface LoaderRow {
  /** `0x0` for the boot loader. */
  readonly objectId: ObjectId;
  readonly name: string;
  readonly className: string;
  readonly parentId?: ObjectId;
  readonly classes: number;
  readonly objects: number;
  readonly shallowBytes: Bytes;
  readonly retainedBytes?: Bytes;
}

export interface DuplicateClassRow {
  readonly className: string;
  readonly loaders: readonly string[];
  readonly objects: number;
}

export interface DuplicateRow {
  readonly objectId: ObjectId;
  readonly text: string;
  readonly count: number;
  readonly bytesEach: Bytes;
  readonly wastedBytes: Bytes;
}

export interface WasteHolderRow {
  /** `Class#field`. */
  readonly holder: string;
  readonly share: number;
}

export interface DuplicatesResult {
  readonly groups: readonly DuplicateRow[];
  readonly objects: number;
  readonly wastedBytes: Bytes;
  readonly looked: number;
  readonly total: number;
  /** True when the dump's contents were overwritten, so that nothing can be compared. */
  readonly scrubbed: boolean;
  readonly holders: readonly WasteHolderRow[];
}

export interface WasteResult {
  readonly strings: DuplicatesResult;
  readonly arrays: DuplicatesResult;
  readonly kinds: readonly {
    readonly name: string;
    readonly objects: number;
    readonly bytes: Bytes;
    readonly holders: readonly WasteHolderRow[];
  }[];
}

export interface CollectionClassRow {
  readonly className: string;
  readonly collections: number;
  readonly empty: number;
  readonly elements: number;
  readonly capacity: number;
  /** Below a quarter, below a half, above. */
  readonly byFill: readonly [number, number, number];
  readonly wastedBytes: Bytes;
  /** What the empty ones retain. */
  readonly emptyBytes?: Bytes;
  readonly largestId?: ObjectId;
}

export interface CollectionsResult {
  readonly classes: readonly CollectionClassRow[];
  readonly largest: readonly (ObjectRow & { readonly size: number; readonly capacity?: number })[];
  readonly looked: number;
  readonly total: number;
}

export interface ClassFiguresRow {
  readonly className: string;
  readonly objects: number;
  readonly shallowBytes: Bytes;
}

export interface ReferenceKindRow {
  readonly kind: string;
  readonly references: number;
  readonly cleared: number;
  /** Referents nothing stronger reaches; absent when dominators were left out. */
  readonly onlySoftly?: number;
  readonly onlySoftlyBytes?: Bytes;
  readonly classes: readonly {
    readonly className: string;
    readonly references: number;
    readonly onlySoftly?: number;
    readonly onlySoftlyBytes?: Bytes;
  }[];
}

export interface PropertyRow {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** A cell of a query's result. Objects are shown by their label and can be gone to. */
export type QueryCell =
  | null
  | boolean
  | number
  | string
  | { readonly objectId: ObjectId; readonly text: string }
  | { readonly list: readonly QueryCell[] };

export interface QueryResultPage
  extends Page<{ readonly objectId?: ObjectId; readonly cells: readonly QueryCell[] }> {
  readonly columns: readonly string[];
  /** True when the result was cut at what is kept. */
  readonly cut: boolean;
}

export interface CompletionRow {
  readonly text: string;
  readonly kind: "class" | "field" | "attribute" | "function" | "keyword";
  readonly detail: string;
}

/** What growth is made of, one number a dump, oldest first. */
export interface GrowthRow {
  readonly bytes: readonly Bytes[];
  readonly objects: readonly number[];
  readonly grownBytes: number;
  readonly grownObjects: number;
  readonly status: "grown" | "shrunk" | "new" | "gone" | "same";
  readonly growsAlways: boolean;
  readonly bytesPerHour?: number;
}

export interface PathGrowthRow extends GrowthRow {
  readonly path: readonly { readonly className: string; readonly field?: FieldName }[];
  readonly field?: FieldName;
}

export interface ClassGrowthRow extends GrowthRow {
  readonly className: string;
  readonly retainedBytes?: readonly Bytes[];
}

/** Bytes are what the collections retain: absent when dominators were left out. */
export interface CollectionGrowthRow
  extends Omit<GrowthRow, "bytes" | "grownBytes" | "bytesPerHour">,
    Partial<Pick<GrowthRow, "bytes" | "grownBytes" | "bytesPerHour">> {
  readonly className: string;
  readonly field?: FieldName;
  readonly elements: readonly number[];
  readonly grownElements: number;
}

/** Which build of the program ran, as its heap says. */
export interface ProgramBuild {
  /** Hash of a commit, 7 to 40 digits. */
  readonly commit?: string;
  /** A version when no commit is named: perhaps a tag. */
  readonly version?: string;
  /** Where the heap says so: `system property git.commit.id`. */
  readonly source: string;
  readonly confidence: "certain" | "likely";
}

/** A dump with what tells its build: what the heap says, else when it was written. */
export interface DumpBuild {
  readonly path: string;
  readonly createdMs: number;
  readonly build?: ProgramBuild;
}

export interface ComparisonResult {
  readonly dumps: readonly (DumpBuild & {
    /** Absent when dominators of this dump were left out. */
    readonly reachableBytes?: Bytes;
    /** Of all objects, reachable or not. */
    readonly shallowBytes: Bytes;
    readonly objects: number;
  })[];
  /** Of the reachable bytes; of all objects when dominators of a dump were left out. */
  readonly grownBytes: number;
  /** Set when dominators of a dump were left out: then no paths are compared, and no retained sizes. */
  readonly leftOut?: LeftOutFacts;
  /** Where growth piles up, most grown first. */
  readonly growing: readonly PathGrowthRow[];
  readonly classes: readonly ClassGrowthRow[];
  readonly paths: readonly PathGrowthRow[];
  readonly collections: readonly CollectionGrowthRow[];
}

/** Plain figures of a dump without addresses: what comparisons are made of. Opaque to clients. */
export type HeapProfileWire = unknown;

/** Questions to one heap dump. */
export interface HeapQuestionRequests {
  "heap/suspects": Call<
    {
      readonly dump: DumpId;
      /** Fields that grew since an earlier dump, from a comparison: they add to the score. */
      readonly grown?: readonly { readonly field: FieldName; readonly grownBytes: number }[];
    },
    {
      readonly totalBytes: Bytes;
      readonly suspects: readonly SuspectRow[];
      /** Set when the histogram alone was looked at, because dominators were left out. */
      readonly leftOut?: LeftOutFacts;
    }
  >;
  "heap/paths": Call<PathQuery, RootPathsResult>;
  "heap/pathsOfClass": Call<
    Omit<PathQuery, "objectId" | "maximumPaths"> & {
      readonly className: string;
      readonly maximumObjects?: number;
    },
    { readonly roots: readonly MergedPathRow[]; readonly followed: number; readonly total: number }
  >;
  "heap/incoming": Call<ObjectPageQuery, Page<ReferenceRow>>;
  "heap/outgoing": Call<ObjectPageQuery, Page<ReferenceRow>>;
  "heap/immediateDominators": Call<
    { readonly dump: DumpId; readonly className: string; readonly skip?: string },
    {
      readonly rows: readonly {
        readonly className: string;
        readonly objectId?: ObjectId;
        readonly dominators: number;
        readonly objects: number;
        readonly retainedBytes: Bytes;
      }[];
    }
  >;
  "heap/inspect": Call<{ readonly dump: DumpId; readonly objectId: ObjectId }, InspectResult>;
  "heap/arrayPart": Call<ObjectPageQuery, ArrayPartResult>;
  "heap/entries": Call<ObjectPageQuery, EntriesResult>;
  "heap/threads": Call<PageQuery & { readonly dump: DumpId; readonly filter?: string }, Page<ThreadRow>>;
  "heap/thread": Call<{ readonly dump: DumpId; readonly objectId: ObjectId }, ThreadDetail>;
  "heap/stackGroups": Call<{ readonly dump: DumpId }, { readonly groups: readonly StackGroupRow[] }>;
  "heap/loaders": Call<{ readonly dump: DumpId }, { readonly loaders: readonly LoaderRow[] }>;
  "heap/duplicateClasses": Call<{ readonly dump: DumpId }, { readonly rows: readonly DuplicateClassRow[] }>;
  "heap/waste": Call<{ readonly dump: DumpId }, WasteResult>;
  "heap/collections": Call<{ readonly dump: DumpId }, CollectionsResult>;
  "heap/unreachable": Call<
    { readonly dump: DumpId },
    { readonly rows: readonly ClassFiguresRow[]; readonly objects: number; readonly shallowBytes: Bytes }
  >;
  "heap/references": Call<{ readonly dump: DumpId }, { readonly kinds: readonly ReferenceKindRow[] }>;
  "heap/systemProperties": Call<{ readonly dump: DumpId }, { readonly rows: readonly PropertyRow[] }>;
  /** The build of the program, absent when the heap names none. */
  "heap/build": Call<{ readonly dump: DumpId }, { readonly build?: ProgramBuild }>;
  "heap/query": Call<PageQuery & { readonly dump: DumpId; readonly text: string }, QueryResultPage>;
  "heap/completeQuery": Call<
    { readonly dump: DumpId; readonly text: string; readonly offset: number },
    { readonly from: number; readonly items: readonly CompletionRow[] }
  >;
  "heap/profile": Call<{ readonly dump: DumpId }, HeapProfileWire>;
}

/** Questions over several dumps of one program. */
export interface HeapComparisonRequests {
  /** Compares heap dumps, oldest first. */
  "heap/compare": Call<{ readonly dumps: readonly DumpId[] }, ComparisonResult>;
  /** Compares an open dump with files, all in the order they were written. */
  "heap/compareWith": Call<{ readonly dump: DumpId; readonly others: readonly string[] }, ComparisonResult>;
  /** Suspects of an open dump, whose score counts what grew since those of the files that were written before it. */
  "heap/suspectsSince": Call<
    { readonly dump: DumpId; readonly others: readonly string[] },
    HeapQuestionRequests["heap/suspects"]["result"] & {
      /** The earlier dumps, oldest first; empty when none of the files is earlier. */
      readonly since: readonly string[];
    }
  >;
  /** The builds of the same dumps, in the same order, without comparing. */
  "heap/builds": Call<
    { readonly dump: DumpId; readonly others: readonly string[] },
    { readonly dumps: readonly DumpBuild[] }
  >;
}
