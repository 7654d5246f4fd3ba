import type { HeapComparisonRequests } from "../../protocol/heapQuestionRequests";
import { compareHeaps } from "../../session/heap/compareHeaps";
import type { SessionStore } from "../../session/sessionStore";

/** Requests over several heap dumps. */
export type HeapComparisonHandlers = {
  readonly [M in keyof HeapComparisonRequests]: (
    params: HeapComparisonRequests[M]["params"],
    signal: AbortSignal,
  ) => Promise<HeapComparisonRequests[M]["result"]>;
};

export function heapComparisonHandlers(store: SessionStore): HeapComparisonHandlers {
  return {
    "heap/compare": ({ dumps }, signal) =>
      compareHeaps(
        dumps.map((dump) => store.get(dump)),
        signal,
      ),
  };
}
