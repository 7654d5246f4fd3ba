import { ExhumeError } from "../base/errors";
import type { Work } from "../base/work";

/** For work that reports no progress: a cancel signal. */
export function workOf(signal: AbortSignal): Work {
  return {
    throwIfCancelled() {
      if (signal.aborted) throw new ExhumeError({ code: "cancelled" });
    },
    report: () => undefined,
  };
}
