import type { TriageInputs, TriageRequests } from "../../protocol/triageRequests";
import type { DumpSession } from "../../session/dumpSession";
import type { SessionStore } from "../../session/sessionStore";
import { answerVerdict } from "../../session/triage/triageAnswers";

/** Requests over several dumps; those about one go to its session. */
export type TriageHandlers = {
  readonly [M in "triage/verdict"]: (
    params: TriageRequests[M]["params"],
    signal: AbortSignal,
  ) => Promise<TriageRequests[M]["result"]>;
};

export function triageHandlers(store: SessionStore): TriageHandlers {
  return {
    "triage/verdict": (params, signal) =>
      withInputs(store, params, (sessions) => answerVerdict(sessions, params.limitBytes, signal)),
  };
}

/** Opens the further files for as long as the answer takes; ones that are open anyway are joined. */
export async function withInputs<Result>(
  store: SessionStore,
  { dump, paths = [] }: TriageInputs,
  answer: (sessions: readonly DumpSession[]) => Promise<Result>,
): Promise<Result> {
  const opened: DumpSession[] = [];
  try {
    for (const path of paths) opened.push(await store.open(path));
    return await answer([store.get(dump), ...opened]);
  } finally {
    await Promise.all(opened.map((session) => store.close(session.id)));
  }
}
