import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import { shapeIds } from "../../heap/java/leaks/suspect";
import type { ComparisonResult } from "../../protocol/heap/growth";
import type { FieldName } from "../../protocol/heap/objects";
import type { LeakShape, SuspectRow } from "../../protocol/heap/suspects";
import type { DumpSession } from "../dumpSession";
import { compareHeaps } from "./compareHeaps";
import { suspectsWithGrowth } from "./suspectsWithGrowth";

/** Every shape there is, for those who name them. */
export const leakShapes: readonly LeakShape[] = shapeIds;

/** Limits that a build is held to. Sizes in bytes. */
export interface GrowthLimits {
  /** Growth of the reachable heap from the first dump to the last. */
  readonly maxGrowth: number;
  /** Growth of the shallow bytes of any one class. */
  readonly maxClassGrowth?: number;
  /** Growth of any one class by name, instead of `maxClassGrowth`. */
  readonly classLimits: readonly { readonly className: string; readonly bytes: number }[];
  /** Shapes the last dump must not have. */
  readonly failOn: readonly LeakShape[];
}

/** One limit and how it was met. */
export interface LimitOutcome {
  readonly limit: string;
  readonly passed: boolean;
  readonly allowed: string | number;
  readonly found: string | number;
  /** What broke it: a sentence. */
  readonly message: string;
  readonly field?: FieldName;
}

export interface CheckResult {
  readonly passed: boolean;
  readonly outcomes: readonly LimitOutcome[];
  readonly comparison: ComparisonResult;
  readonly suspects: readonly SuspectRow[];
}

/**
 * Compares the dumps and holds them to the limits. Suspects are looked for in the last dump.
 * @throws ExhumeError `overBudget` when shapes are to fail the build and cannot be told without dominators
 */
export async function checkGrowth(
  sessions: readonly DumpSession[],
  limits: GrowthLimits,
  signal?: AbortSignal,
): Promise<CheckResult> {
  const comparison = await compareHeaps(sessions, signal);
  const suspects =
    limits.failOn.length === 0 ? [] : await suspectsWithShapes(sessions.at(-1)!, comparison, signal);
  const outcomes = [
    growthOutcome(comparison, limits.maxGrowth),
    ...classOutcomes(comparison, limits),
    ...shapeOutcomes(suspects, limits.failOn),
  ];
  return { passed: outcomes.every(({ passed }) => passed), outcomes, comparison, suspects };
}

async function suspectsWithShapes(
  session: DumpSession,
  comparison: ComparisonResult,
  signal?: AbortSignal,
): Promise<readonly SuspectRow[]> {
  // That no shape was found must not be said when none could be.
  if (comparison.leftOut !== undefined) {
    const what = "Telling shapes of leaks, as --fail-on wants,";
    throw new ExhumeError({ code: "overBudget", what, ...comparison.leftOut });
  }
  return (await suspectsWithGrowth(session, comparison, signal)).suspects;
}

/** What was there before and is no bigger now breaks no build. */
function hasGrown({ scoreParts }: SuspectRow): boolean {
  return !scoreParts.some(({ name, points }) => name === "growth" && points < 0);
}

function growthOutcome({ grownBytes, growing, leftOut }: ComparisonResult, allowed: number): LimitOutcome {
  const passed = grownBytes <= allowed;
  const heap = leftOut === undefined ? "the reachable heap" : "the heap (all objects, reachable or not)";
  const main = growing[0];
  const where =
    main?.field === undefined ? "" : `, ${formatBytes(main.grownBytes)} of it in ${nameOf(main.field)}`;
  return {
    limit: "max-growth",
    passed,
    allowed,
    found: grownBytes,
    message: passed
      ? `${heap} grew by ${formatBytes(grownBytes)}, within ${formatBytes(allowed)}`
      : `${heap} grew by ${formatBytes(grownBytes)}, ${formatBytes(grownBytes - allowed)} more than allowed${where}`,
    ...(main?.field === undefined || passed ? {} : { field: main.field }),
  };
}

function classOutcomes({ classes }: ComparisonResult, limits: GrowthLimits): LimitOutcome[] {
  const outcomes: LimitOutcome[] = [];
  const own = new Map(limits.classLimits.map(({ className, bytes: allowed }) => [className, allowed]));
  for (const [className, allowed] of own) {
    const grown = classes.find((row) => row.className === className)?.grownBytes ?? 0;
    outcomes.push(classOutcome(className, grown, allowed));
  }
  if (limits.maxClassGrowth === undefined) return outcomes;
  const allowed = limits.maxClassGrowth;
  const broken = classes.filter((row) => row.grownBytes > allowed && !own.has(row.className));
  if (broken.length === 0) {
    const most = classes.reduce((biggest, row) => Math.max(biggest, row.grownBytes), 0);
    const message = `no class grew by more than ${formatBytes(most)}`;
    return [...outcomes, { limit: "max-class-growth", passed: true, allowed, found: most, message }];
  }
  return [...outcomes, ...broken.map((row) => classOutcome(row.className, row.grownBytes, allowed))];
}

function classOutcome(className: string, grown: number, allowed: number): LimitOutcome {
  const passed = grown <= allowed;
  const more = passed ? "" : `, ${formatBytes(grown - allowed)} more than allowed`;
  return {
    limit: `max-class-growth ${className}`,
    passed,
    allowed,
    found: grown,
    message: `${className} grew by ${formatBytes(grown)}${more}`,
  };
}

function shapeOutcomes(suspects: readonly SuspectRow[], failOn: readonly LeakShape[]): LimitOutcome[] {
  return failOn.map((shape) => {
    const found = suspects.filter((suspect) => suspect.shape === shape && hasGrown(suspect));
    const first = found[0];
    const where = first?.field === undefined ? (first?.className ?? "") : nameOf(first.field);
    return {
      limit: `fail-on ${shape}`,
      passed: first === undefined,
      allowed: 0,
      found: found.length,
      message:
        first === undefined
          ? `no ${shape} found`
          : `${shape}: ${where} keeps ${formatBytes(first.retainedBytes ?? 0)} (${first.confidence})`,
      ...(first?.field === undefined ? {} : { field: first.field }),
    };
  });
}

function nameOf({ className, name }: FieldName): string {
  return `${className}.${name}`;
}
