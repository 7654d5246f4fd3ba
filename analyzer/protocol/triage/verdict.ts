import { dump } from "../dump/open";
import { request } from "../request";
import { amount, list, optional, path } from "../shapes";
import type { Bytes } from "../wire";

export type TriageCause =
  | "retention"
  | "fragmentation"
  | "off-heap"
  | "churn"
  | "thread-leak"
  | "none"
  | "undetermined";

/** Something to capture next. `PID` stands for the process. */
export interface CaptureStep {
  readonly what: string;
  readonly command: string;
  readonly pause: string;
  readonly disk: string;
  readonly risk: string;
  readonly why: string;
}

export interface AccountRow {
  readonly name: string;
  readonly group: "heap" | "native" | "malloc" | "stacks" | "files" | "other" | "unexplained";
  readonly bytes: Bytes;
  readonly source: string;
  readonly exact: boolean;
}

/** What RSS consists of. */
export interface MemoryAccount {
  readonly parts: readonly AccountRow[];
  readonly rssBytes?: Bytes;
  readonly rssSource?: string;
  /** RSS minus the parts; negative when committed memory that is not resident was counted. */
  readonly unexplainedBytes?: Bytes;
  readonly limitBytes?: Bytes;
  /** True when the parts are resident bytes, false when some are committed ones. */
  readonly resident: boolean;
}

export interface TriageVerdict {
  readonly cause: TriageCause;
  readonly confidence: "high" | "medium" | "low";
  readonly summary: string;
  readonly because: readonly string[];
  /** Names ending in `Bytes` are bytes, in `Share` parts of one. */
  readonly figures: Readonly<Record<string, number>>;
  readonly isNot: readonly {
    readonly cause: TriageCause;
    readonly sentence: string;
    readonly known: boolean;
  }[];
  readonly usualFix: string;
  readonly next: readonly CaptureStep[];
  readonly account: MemoryAccount;
  readonly inputs: readonly TriageInput[];
  /** What changed over inputs of one kind; empty when there is one of each. */
  readonly growth: readonly EvidenceGrowthRow[];
}

export interface TriageInput {
  readonly path: string;
  readonly what: string;
  /** Of a core: why the process died, or which threads wait for each other. */
  readonly headline?: string;
  /** What of it could not be read or is odd, in sentences. */
  readonly problems: readonly string[];
}

/** Growth of one part between two inputs of a series. */
export interface EvidenceGrowthRow {
  readonly name: string;
  /** What is compared: a category, a size class, a group of threads… */
  readonly of: string;
  /** One value per input, in the order given; 0 where the input does not have it. */
  readonly values: readonly number[];
  /** Last minus first. */
  readonly change: number;
  readonly unit: "bytes" | "count";
}

/** What one dump says about its process, for {@link TriageRequests}; only the analyzer looks inside. */
export interface OpaqueEvidence {
  readonly source: string;
  readonly kind: string;
}

/** Asked of each input. */
export const evidenceRequests = {
  /** Asked of every dump whose format has figures for it. */
  "triage/evidence": request({ dump }).gives<OpaqueEvidence>(),
};

export const verdictRequests = {
  /** Which cause it is, from an open dump and files that are opened for the answer: inputs of one process. */
  "triage/verdict": request({
    dump,
    paths: optional(list(path)),
    limitBytes: optional(amount),
  }).gives<TriageVerdict>(),
};
