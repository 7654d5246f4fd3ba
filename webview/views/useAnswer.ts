import { useCallback, useEffect, useState } from "preact/hooks";
import type { ParamsOf, Question, ResultOf } from "../../analyzer/protocol/requests";
import type { WireFault } from "../../analyzer/protocol/wire";
import { ask } from "../ask";
import { faultToShow } from "../host";

/** An answer of the analyzer on its way to a view. */
export type ViewAnswer<Result> =
  | { readonly state: "loading" }
  | { readonly state: "answered"; readonly result: Result }
  | { readonly state: "failed"; readonly fault: WireFault; readonly retry: () => void };

/**
 * Asks the analyzer about this editor's dump and redraws when the answer is there. Asks again when `params` differ
 * (compared as JSON); the newest question wins.
 */
export function useAnswer<M extends Question>(
  method: M,
  params: Omit<ParamsOf<M>, "dump">,
): ViewAnswer<ResultOf<M>> {
  const key = JSON.stringify(params);
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<ViewAnswer<ResultOf<M>>>({ state: "loading" });
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  useEffect(() => {
    const controller = new AbortController();
    setAnswer({ state: "loading" });
    ask(method, params, controller.signal).then(
      (result) => setAnswer({ state: "answered", result }),
      (thrown) => {
        const fault = faultToShow(thrown);
        if (fault !== undefined) setAnswer({ state: "failed", fault, retry });
      },
    );
    return () => controller.abort();
  }, [method, key, attempt, retry]);
  return answer;
}
