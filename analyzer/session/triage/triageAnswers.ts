import { growthOf } from "../../core/regions/growth";
import { verdictOf } from "../../core/regions/verdict";
import type { GrowthResult, TriageVerdict } from "../../protocol/triageRequests";
import type { DumpSession } from "../dumpSession";
import { gatherEvidence } from "./gatherEvidence";

/**
 * Which cause it is, from dumps of one process in the order of time.
 * @throws ExhumeError `unsupported` for a dump that says nothing about memory, `cancelled`
 */
export async function answerVerdict(
  sessions: readonly DumpSession[],
  limitBytes: number | undefined,
  signal?: AbortSignal,
): Promise<TriageVerdict> {
  const evidence = await gatherEvidence(sessions, signal);
  return {
    ...verdictOf(evidence, limitBytes),
    inputs: evidence.map(({ source, kind }) => ({ path: source, what: kind })),
  };
}

/** What grew from the first to the last of dumps of one kind. */
export async function answerGrowth(
  sessions: readonly DumpSession[],
  signal?: AbortSignal,
): Promise<GrowthResult> {
  const evidence = await gatherEvidence(sessions, signal);
  return {
    inputs: evidence.map(({ source, kind }) => ({ path: source, what: kind })),
    rows: growthOf(evidence),
  };
}
