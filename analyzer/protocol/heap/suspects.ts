import { dump } from "../dump/open";
import { request } from "../request";
import { integer, list, object, optional } from "../shapes";
import type { Bytes } from "../wire";
import { type ClassCount, type FieldName, fieldName, type LeftOutFacts, type ObjectId } from "./objects";

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

export interface SuspectsResult {
  readonly totalBytes: Bytes;
  readonly suspects: readonly SuspectRow[];
  /** Set when the histogram alone was looked at, because dominators were left out. */
  readonly leftOut?: LeftOutFacts;
}

export const suspectRequests = {
  "heap/suspects": request({
    dump,
    /** Fields that grew since an earlier dump, from a comparison: they add to the score. */
    grown: optional(list(object({ field: fieldName, grownBytes: integer }))),
  }).gives<SuspectsResult>(),
};
