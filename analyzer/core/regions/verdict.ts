import { type Account, accountOf } from "./account";
import { type NextStep, nextSteps } from "./captures";
import { weighChurn } from "./causes/churn";
import { weighFragmentation } from "./causes/fragmentation";
import { weighOffHeap } from "./causes/offHeap";
import { weighRetention } from "./causes/retention";
import { weighThreadLeak } from "./causes/threadLeak";
import { type Cause, doubtful, type WeighedCause } from "./causes/weighedCause";
import { type CombinedEvidence, combineEvidence } from "./combinedEvidence";
import type { Evidence } from "./evidence";

export type VerdictConfidence = "high" | "medium" | "low";

/** The short page: what it is, why, what it is not, what to do next. */
export interface Verdict {
  readonly cause: Cause;
  readonly confidence: VerdictConfidence;
  /** One sentence that names the cause with its main figure. */
  readonly summary: string;
  /** Sentences with the figures that speak for it. */
  readonly because: readonly string[];
  /** Named figures: bytes end in `Bytes`, shares run from 0 to 1 and end in `Share`. */
  readonly figures: Readonly<Record<string, number>>;
  /** One sentence for each other cause: why it is not that, or that the inputs cannot tell. */
  readonly isNot: readonly { readonly cause: Cause; readonly sentence: string; readonly known: boolean }[];
  readonly usualFix: string;
  readonly next: readonly NextStep[];
  readonly account: Account;
}

const weighers = [weighThreadLeak, weighRetention, weighFragmentation, weighOffHeap, weighChurn] as const;

/** A finding below this is background noise of a healthy process. */
const noticeable = 0.3;

/**
 * Which of the causes it is.
 * @param evidence of one process, in the order of time where one kind occurs more than once
 * @param limitBytes limit of the container or machine
 */
export function verdictOf(evidence: readonly Evidence[], limitBytes?: number): Verdict {
  const combined = combineEvidence(evidence, limitBytes);
  const account = accountOf(combined);
  const findings = weighers.map((weigh) => weigh(combined));
  const best = findings.reduce((a, b) => (b.score > a.score ? b : a));
  const cause =
    best.score >= noticeable ? best.cause : coversEverything(combined, findings) ? "none" : "undetermined";
  const figures = figuresOf(combined, account, findings);
  return {
    cause,
    confidence:
      cause === best.cause
        ? confidenceOf(best.score)
        : cause === "none"
          ? confidenceOfNone(combined, findings)
          : "low",
    summary: summaryOf(cause, best, combined, findings),
    because: cause === best.cause ? best.because : findings.flatMap((finding) => finding.because),
    figures,
    isNot: findings
      .filter((finding) => finding.cause !== cause)
      .map(({ cause: other, against, known }) => ({ cause: other, sentence: against, known })),
    usualFix: cause === best.cause ? best.usualFix : fixOf(cause),
    next: nextSteps(combined, cause),
    account,
  };
}

function confidenceOf(score: number): VerdictConfidence {
  return score >= 0.7 ? "high" : score >= 0.5 ? "medium" : "low";
}

/** "Nothing wrong" needs both sides seen: the heap (or malloc) and what is beside it. */
function coversEverything(combined: CombinedEvidence, findings: readonly WeighedCause[]): boolean {
  if (findings.every((finding) => finding.known)) return true;
  const heapSeen = combined.isJvm
    ? findings.some((finding) => finding.cause === "retention" && finding.known)
    : combined.malloc !== undefined || combined.kinds.has("goroutine dump");
  const restSeen = combined.categories !== undefined || combined.malloc !== undefined;
  return heapSeen && restSeen;
}

function confidenceOfNone(combined: CombinedEvidence, findings: readonly WeighedCause[]): VerdictConfidence {
  const seen = [
    combined.rss !== undefined,
    combined.categories !== undefined || combined.malloc !== undefined,
    combined.heap.liveBytes !== undefined ||
      combined.collections?.value.floor !== undefined ||
      !combined.isJvm,
    combined.threads !== undefined && findings.every(({ score }) => score < doubtful),
  ].filter(Boolean).length;
  return seen >= 4 ? "high" : seen === 3 ? "medium" : "low";
}

function summaryOf(
  cause: Cause,
  best: WeighedCause,
  combined: CombinedEvidence,
  findings: readonly WeighedCause[],
): string {
  if (cause === best.cause) return best.summary;
  const heapKnown =
    combined.heap.liveBytes !== undefined &&
    findings.some((finding) => finding.cause === "retention" && finding.known);
  if (cause === "none") return "Nothing wrong: every part of the memory is of the size it should have.";
  return heapKnown
    ? "The heap is clean: that is evidence. Whatever grows is outside it, and these inputs do not show where."
    : "These inputs do not tell: the missing ones are named below with the commands that make them.";
}

function fixOf(cause: Cause): string {
  return cause === "none"
    ? "Nothing to fix. If the process still grows, save the same inputs again later and compare."
    : "Save the inputs named below while the process is big, then run this again.";
}

function figuresOf(
  combined: CombinedEvidence,
  account: Account,
  findings: readonly WeighedCause[],
): Record<string, number> {
  const figures: Record<string, number> = {};
  const set = (name: string, value: number | undefined) => {
    if (value !== undefined && Number.isFinite(value)) figures[name] = value;
  };
  set("rssBytes", combined.rss?.value.bytes);
  set("rssGrowthBytes", combined.rssGrowthBytes);
  set("limitBytes", combined.limitBytes);
  set("heapLiveBytes", combined.heap.liveBytes);
  set("heapSoftBytes", combined.heap.softBytes);
  set("heapGarbageBytes", combined.heap.garbageBytes);
  set("heapUsedBytes", combined.heap.usedBytes);
  set("heapCommittedBytes", combined.heap.committedBytes);
  set("heapMaxBytes", combined.heap.maxBytes);
  set("unexplainedBytes", account.unexplainedBytes);
  set("threads", combined.threads?.value.count);
  for (const finding of findings) Object.assign(figures, finding.figures);
  return figures;
}
