import type { TriageRequests } from "../../protocol/triageRequests";
import type { SessionStore } from "../../session/sessionStore";
import { answerGrowth, answerVerdict } from "../../session/triage/triageAnswers";

/** Requests over several dumps; those about one go to its session. */
export type TriageHandlers = {
  readonly [M in "triage/verdict" | "triage/growth"]: (
    params: TriageRequests[M]["params"],
    signal: AbortSignal,
  ) => Promise<TriageRequests[M]["result"]>;
};

export function triageHandlers(store: SessionStore): TriageHandlers {
  return {
    "triage/verdict": ({ dumps, limitBytes }, signal) =>
      answerVerdict(
        dumps.map((dump) => store.get(dump)),
        limitBytes,
        signal,
      ),
    "triage/growth": ({ dumps }, signal) =>
      answerGrowth(
        dumps.map((dump) => store.get(dump)),
        signal,
      ),
  };
}
