import type { Evidence } from "../../core/regions/evidence";
import { evidenceGrowthOf } from "../../core/regions/growth";
import { verdictOf } from "../../core/regions/verdict";
import type { EvidenceGrowthRow, TriageVerdict } from "../../protocol/triage/verdict";
import type { DumpSession } from "../dumpSession";
import { gatherEvidence } from "./gatherEvidence";

/** Of each sort (category, arena, thread group…), so that none hides the others. */
const mostRowsOfOne = 40;

/**
 * Which cause it is, from dumps of one process in the order of time, and what changed over those of one kind.
 * @throws ExhumeError `unsupported` for a dump that says nothing about memory, `cancelled`
 */
export async function answerVerdict(
  sessions: readonly DumpSession[],
  limitBytes: number | undefined,
  signal?: AbortSignal,
): Promise<TriageVerdict> {
  const evidence = await gatherEvidence(sessions, signal);
  const headlines: (string | undefined)[] = [];
  for (const session of sessions) headlines.push(await headlineOf(session, signal));
  return {
    ...verdictOf(evidence, limitBytes),
    inputs: evidence.map(({ source, kind }, index) => ({
      path: source,
      what: kind,
      ...(headlines[index] !== undefined && { headline: headlines[index] }),
      problems: problemsOf(sessions[index]!),
    })),
    growth: changes(evidence),
  };
}

/** What happened to the process of a core, in the words that every other view of it has. */
async function headlineOf(session: DumpSession, signal?: AbortSignal): Promise<string | undefined> {
  if (session.kind !== "core") return undefined;
  const { headline, signal: fatal, deadlocks } = await session.ask("core/summary", {}, signal);
  return fatal === undefined && deadlocks === undefined ? undefined : headline;
}

/** Of heap dumps what is missing; of cores and texts, which people save in many ways, everything that is odd. */
function problemsOf({ kind, problems }: DumpSession): string[] {
  return problems.filter(({ losesData }) => losesData || kind !== "heap").map(({ message }) => message);
}

/** Only like is compared with like: two reports of one kind, or a series of them. */
function changes(evidence: readonly Evidence[]): EvidenceGrowthRow[] {
  const kinds = [...new Set(evidence.map(({ kind }) => kind))];
  return kinds
    .map((kind) => evidence.filter((each) => each.kind === kind))
    .filter((series) => series.length > 1)
    .flatMap((series) => evidenceGrowthOf(series))
    .filter((row) => row.change !== 0)
    .filter(firstOfEach((row) => row.of, mostRowsOfOne));
}

/** Lets the first `most` of each sort pass. */
function firstOfEach<Row>(sortOf: (row: Row) => string, most: number): (row: Row) => boolean {
  const seen = new Map<string, number>();
  return (row) => {
    const count = (seen.get(sortOf(row)) ?? 0) + 1;
    seen.set(sortOf(row), count);
    return count <= most;
  };
}
