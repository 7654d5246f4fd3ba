import { dump } from "../dump/open";
import { request } from "../request";
import { integer, list, object, optional } from "../shapes";
import type { Bytes } from "../wire";
import {
  type ClassCount,
  type FieldName,
  fieldName,
  type LeftOutFacts,
  type ObjectId,
  type ObjectIdentity,
} from "./objects";
import type { FrameRow } from "./threads";

/** The shapes of leaks Exhume knows: what a badge says, and the words beside a field. */
export const leakShapeNames = {
  "unbounded-cache": ["Cache without eviction", "cache without eviction"],
  "queue-without-consumer": ["Queue without consumer", "queue without consumer"],
  "request-keyed-map": ["Map keyed by request", "map keyed by request id"],
  "listeners-never-removed": ["Listeners never removed", "listeners never unsubscribed"],
  "thread-local-in-pool": ["ThreadLocal in a pool", "thread-local in a pool"],
  "class-loader-leak": ["Class loader held", "class loader held"],
  "jni-global": ["JNI global reference", "held by a JNI global reference"],
  "direct-buffers": ["Direct buffers held", "direct buffers held"],
  "thread-leak": ["Threads that pile up", "thread leak"],
  "finalizer-queue": ["Finalizer queue", "finalizer queue grows"],
  "duplicate-strings": ["Duplicate strings", "duplicate strings"],
  "local-variable": ["Local variable", "local variable of a running method"],
  "delayed-tasks": ["Delayed tasks", "delayed tasks that pile up"],
  "future-never-completed": ["Future never completed", "future that is never completed"],
  "growing-chain": ["Chain of objects", "chain that grows"],
  "weak-map-holds-itself": ["Weak map holds itself", "weak map whose values hold its keys"],
  "shutdown-hooks": ["Shutdown hooks", "shutdown hooks never removed"],
  "delete-on-exit": ["Files to delete on exit", "files to be deleted when the JVM ends"],
  "cleanup-never-runs": ["Clean-up never runs", "clean-up that waits for what it holds itself"],
  "registered-beans": ["MBeans never unregistered", "MBeans never unregistered"],
  "finished-elements": ["Finished and kept", "elements that are over and stay"],
} as const satisfies Readonly<Record<string, readonly [badge: string, phrase: string]>>;

/** Ids, as in `heap/java/leaks/suspect`. */
export type LeakShape = keyof typeof leakShapeNames;

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
  readonly path: readonly (ObjectIdentity & { readonly field?: string })[];
  readonly roots: readonly string[];
  readonly confidence: "possible" | "likely" | "certain";
  /** 0 … 100, the sum of the parts. */
  readonly score: number;
  readonly scoreParts: readonly {
    readonly name: string;
    readonly points: number;
    readonly why: string;
    /** Evidence that no healthy program shows. */
    readonly proves?: boolean;
  }[];
  readonly evidence: readonly string[];
  readonly fix?: string;
  readonly elementClasses?: readonly ClassCount[];
  /** Where a thread is, when a method and not a field is to blame. */
  readonly frame?: FrameRow;
  readonly thread?: string;
  readonly loader?: string;
  readonly offHeapBytes?: Bytes;
}

/** What much of a heap is in, suspicious or not. */
export interface BigHolderRow {
  readonly objectId: ObjectId;
  readonly className: string;
  readonly field?: FieldName;
  readonly retainedBytes: Bytes;
  readonly share: number;
}

/** What is to be said of the heap as a whole. Every front quotes the sentence as it is. */
export interface HeapVerdict {
  /** `leaks`: a suspect is likely or certain. `unknown`: without dominators nothing can be told. */
  readonly health: "leaks" | "doubtful" | "healthy" | "unknown";
  readonly sentence: string;
  /** Biggest first. */
  readonly holders: readonly BigHolderRow[];
  /** What is not a leak and fills the heap all the same, in sentences. */
  readonly remarks: readonly string[];
}

export interface SuspectsResult {
  readonly totalBytes: Bytes;
  readonly suspects: readonly SuspectRow[];
  readonly verdict: HeapVerdict;
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
