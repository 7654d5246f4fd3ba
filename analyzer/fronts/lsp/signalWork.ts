import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";

/** For work on the server's own thread that reports no progress: a request's cancel signal. */
export function workOf(signal: AbortSignal): Work {
  return {
    throwIfCancelled() {
      if (signal.aborted) throw new ExhumeError({ code: "cancelled" });
    },
    report: () => undefined,
  };
}
