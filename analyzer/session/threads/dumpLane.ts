import type { CancelFlag } from "../../base/work";
import type { FromWorker, ToWorker } from "./workerMessages";

/** What answers the questions about a dump, in whichever thread. Every question gets exactly one answer. */
export interface DumpLane {
  /** Set to stop the build this lane was told to do. */
  readonly buildCancel: CancelFlag;
  post(message: ToWorker): void;
  /** @throws ExhumeError with the fault of the answer, `cancelled` at once when the signal fires */
  ask(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  end(): Promise<void>;
}

/** @param onMessage takes what is not the answer to a question */
export type StartDumpLane = (onMessage: (message: FromWorker) => void) => DumpLane;
