import type { Evidence } from "../../core/regions/evidence";
import type { DumpSession } from "../dumpSession";

/**
 * What each of the open dumps says about the process, in the order given.
 * @throws ExhumeError `unsupported` for a dump that says nothing about memory
 */
export async function gatherEvidence(
  sessions: readonly DumpSession[],
  signal?: AbortSignal,
): Promise<readonly Evidence[]> {
  const evidence: Evidence[] = [];
  for (const session of sessions) {
    evidence.push((await session.ask("triage/evidence", {}, signal)) as Evidence);
  }
  return evidence;
}
