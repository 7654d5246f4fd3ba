import type { HeapAccount } from "../malloc/heapAccount";
import type { ObjectSpans } from "./objectSpans";

/** How the collector of a Go program stands. What the runtime keeps in variables is only known with symbols. */
export interface GoGcState {
  readonly phase?: "off" | "marking" | "ending";
  /** Collections that have begun. */
  readonly cycles?: number;
  /** Heap at which the next one is to begin being over, in bytes. */
  readonly goalBytes?: number;
  /** Allocated since and kept by the last collection. */
  readonly liveBytes?: number;
  /** What the last collection found in use. */
  readonly markedBytes?: number;
  /** GOGC; absent when collections by growth are off. */
  readonly percent?: number;
  /** GOMEMLIMIT; absent when there is none. */
  readonly memoryLimitBytes?: number;
  readonly pauseNanoseconds?: number;
  /** Milliseconds since 1970. */
  readonly lastEndedMs?: number;
}

/** A stretch of memory of Go's runtime, [start, end). */
export interface GoStretch {
  readonly start: number;
  readonly end: number;
  readonly kind: "objects" | "large" | "manual" | "free" | "bookkeeping";
  /** False where the runtime is only known to be in a mapping. */
  readonly exact: boolean;
}

/** The heap of a Go program. */
export interface GoHeap {
  readonly account: HeapAccount;
  readonly spans: ObjectSpans;
  /** `go1.26.8` */
  readonly version: string;
  readonly gc: GoGcState;
  /** In order of precedence. */
  readonly stretches: readonly GoStretch[];
}
