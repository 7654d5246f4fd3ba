/** The causes of memory incidents Exhume tells apart. */
export type Cause =
  | "retention"
  | "fragmentation"
  | "off-heap"
  | "churn"
  | "thread-leak"
  | "none"
  | "undetermined";

/** How much one cause explains, weighed by itself. */
export interface WeighedCause {
  readonly cause: Cause;
  /** 0 … 1: 0.3 is noticeable, 0.5 likely, 0.7 certain enough to act on. */
  readonly score: number;
  /** False when the inputs cannot tell. */
  readonly known: boolean;
  readonly summary: string;
  /** Facts for it, as sentences with figures. */
  readonly because: readonly string[];
  /** What speaks against it, or that the inputs do not tell. */
  readonly against: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly usualFix: string;
}

/** Score of what is not noticeable and yet takes away the certainty that nothing is wrong. */
export const doubtful = 0.2;

/** Clamps a score. */
export function clampedScore(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.min(1, value)) : 0;
}
