import type { Evidence, SuspectEvidence } from "../../core/regions/evidence";
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
    const said = (await session.ask("triage/evidence", {}, signal)) as Evidence;
    evidence.push(session.kind === "heap" ? await withSuspects(said, session, signal) : said);
  }
  return evidence;
}

/** A heap dump speaks by its suspects first: the same ones that every other view of it shows. */
async function withSuspects(said: Evidence, session: DumpSession, signal?: AbortSignal): Promise<Evidence> {
  if (said.heap?.liveBytes === undefined) return said;
  const { suspects, verdict } = await session.ask("heap/suspects", {}, signal);
  // Memory outside the heap and threads are causes of their own, and are weighed there.
  const kept = suspects.filter(
    ({ offHeapBytes, shape }) => offHeapBytes === undefined && shape !== "thread-leak",
  );
  const [first] = kept;
  const found: SuspectEvidence = {
    sentence: verdict.sentence,
    confidence: first?.confidence ?? "none",
    share: kept
      .filter(({ confidence }) => confidence === first?.confidence)
      .reduce((most, { share }) => Math.max(most, share), 0),
  };
  return { ...said, heap: { ...said.heap, suspects: found } };
}
