import type { OwnerField } from "../../graph/growth/dominatorPaths";
import type { Confidence, ScorePart } from "../../graph/suspects/scoring";
import type { ObjectIndex, StackFrame } from "../../heap";

/** The ways of leaking that Exhume knows by name. */
export const shapeIds = [
  "unbounded-cache",
  "queue-without-consumer",
  "request-keyed-map",
  "listeners-never-removed",
  "thread-local-in-pool",
  "class-loader-leak",
  "jni-global",
  "direct-buffers",
  "thread-leak",
  "finalizer-queue",
  "duplicate-strings",
  "local-variable",
  "delayed-tasks",
  "future-never-completed",
  "growing-chain",
  "weak-map-holds-itself",
  "shutdown-hooks",
  "delete-on-exit",
  "cleanup-never-runs",
  "registered-beans",
  "finished-elements",
] as const;

export type ShapeId = (typeof shapeIds)[number];

/** Where the memory piles up. */
export interface Accumulation {
  readonly object: ObjectIndex;
  readonly className: string;
  readonly retainedBytes: number;
  /** Elements, when it is a collection or an array. */
  readonly elements?: number;
}

/** A class and how many of its objects were seen among elements, keys or values. */
export interface ClassTally {
  readonly className: string;
  readonly count: number;
}

/** A step from the root to the suspect. */
export interface SuspectStep {
  readonly object: ObjectIndex;
  readonly className: string;
  /** Field by which it refers to the next step. */
  readonly field?: string;
}

export interface Suspect {
  readonly kind: "object" | "group";
  /** The object itself; of a group its biggest member when there is one to show. */
  readonly object?: ObjectIndex;
  readonly className: string;
  readonly objects: number;
  /** Absent without dominators: then `shallowBytes` are all that is known. */
  readonly retainedBytes?: number;
  /** Of the objects by themselves, when that is all that is known. */
  readonly shallowBytes?: number;
  /** Of the bytes reachable from GC roots, without dominators of all; off-heap memory does not count into it. */
  readonly share: number;
  readonly shape?: ShapeId;
  readonly field?: OwnerField;
  readonly accumulation?: Accumulation;
  readonly path: readonly SuspectStep[];
  /** What kind of root the path starts from. */
  readonly roots: readonly string[];
  /** 0 … 100, the sum of the parts. */
  readonly score: number;
  readonly parts: readonly ScorePart[];
  readonly confidence: Confidence;
  /** Sentences with figures: what made us think so. */
  readonly evidence: readonly string[];
  /** What usually helps. */
  readonly fix?: string;
  readonly elementClasses?: readonly ClassTally[];
  /** Where a thread is, when a method and not a field is to blame. */
  readonly frame?: StackFrame;
  readonly threadName?: string;
  readonly loader?: string;
  /** Memory outside the heap that the suspect keeps. */
  readonly offHeapBytes?: number;
}

/** What a shape says; the rest of a {@link Suspect} is worked out from it. */
export interface LeakFinding {
  readonly shape?: ShapeId;
  readonly kind: "object" | "group";
  readonly object?: ObjectIndex;
  readonly className: string;
  readonly objects: number;
  readonly retainedBytes: number;
  /** Of the reachable bytes, when they are not what `retainedBytes` is a part of. */
  readonly share?: number;
  readonly field?: OwnerField;
  readonly accumulation?: Accumulation;
  /** Shown as the way from the root; a shape that gives none gets the shortest path to `object`. */
  readonly path?: readonly SuspectStep[];
  readonly parts: readonly ScorePart[];
  readonly evidence: readonly string[];
  readonly fix?: string;
  readonly elementClasses?: readonly ClassTally[];
  /** Where a thread is, when a method and not a field is to blame. */
  readonly frame?: StackFrame;
  readonly threadName?: string;
  readonly loader?: string;
  readonly offHeapBytes?: number;
  /** Some of the objects a finding about many is about. */
  readonly members?: readonly ObjectIndex[];
  /** Objects whose memory this finding explains: others that lie below them are not reported again. */
  readonly explains: readonly ObjectIndex[];
}
