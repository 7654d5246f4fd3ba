/** What a collection covered: `full` ones leave only what is reachable, the rest may leave old garbage. */
export type GcCycleKind = "young" | "mixed" | "full" | "concurrent" | "other";

/** One collection of the garbage collector. */
export interface Collection {
  /** Seconds since the JVM (or the log) began. */
  seconds: number;
  kind: GcCycleKind;
  cause: string;
  beforeBytes: number;
  afterBytes: number;
  /** Heap size at that time; 0 when the log does not say. */
  heapBytes: number;
  /** Time the application stood still; 0 when the collector reports pauses on lines of their own. */
  pauseSeconds: number;
}

/** What line readers fill in. */
export interface GcLogDraft {
  /** Times the log begins anew. */
  restarts: number;
  collector?: string;
  heapMaxBytes?: number;
  collections: Collection[];
  lastSeconds: number;
  firstSeconds: number | undefined;
  totalPauseSeconds: number;
  allocationStalls: number;
  metaspaceBytes?: number;
}

/** Threads write without waiting for each other; further back than this is another run. */
const reorderedSeconds = 5;

/**
 * Notes a time seen in the log; logs that rotate begin later than zero. Where the time goes back another run begins:
 * what was before is forgotten.
 */
export function noteTime(draft: GcLogDraft, seconds: number): void {
  if (seconds + reorderedSeconds < draft.lastSeconds) {
    draft.restarts++;
    draft.collections = [];
    draft.firstSeconds = undefined;
    draft.lastSeconds = seconds;
    draft.totalPauseSeconds = 0;
    draft.allocationStalls = 0;
  }
  draft.firstSeconds ??= seconds;
  draft.lastSeconds = Math.max(draft.lastSeconds, seconds);
}
