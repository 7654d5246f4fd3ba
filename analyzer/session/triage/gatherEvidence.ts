import { ExhumeError } from "../../base/errors";
import type { Evidence } from "../../core/regions/evidence";
import type { DumpSession } from "../dumpSession";

/** What each of the open dumps says about the process, in the order given. */
export async function gatherEvidence(
  sessions: readonly DumpSession[],
  signal?: AbortSignal,
): Promise<readonly Evidence[]> {
  const evidence: Evidence[] = [];
  for (const session of sessions) evidence.push(await evidenceOf(session, signal));
  return evidence;
}

async function evidenceOf(session: DumpSession, signal: AbortSignal | undefined): Promise<Evidence> {
  switch (session.kind) {
    case "text":
    case "core":
      return (await session.ask("triage/evidence", {}, signal)) as Evidence;
    case "heap": {
      await session.ready();
      const { totals } = await session.ask("heap/summary", {}, signal);
      const reachable = totals.reachableBytes;
      return {
        source: session.path,
        kind: "heap dump",
        heap: {
          usedBytes: totals.shallowBytes,
          ...(reachable === undefined
            ? {}
            : { liveBytes: reachable, garbageBytes: Math.max(0, totals.shallowBytes - reachable) }),
        },
      };
    }
    default:
      throw new ExhumeError({
        code: "unsupported",
        file: session.path,
        what: `a ${session.kind} file says nothing about a process's memory that triage could use`,
      });
  }
}
