import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ExhumeError } from "../../base/errors";
import type { FoundDump } from "../../protocol/dump/investigation";
import { endOfThread } from "../threads/endOfThread";

/** What to look through. */
export interface FindTask {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * `findDumps` in a thread of its own: it looks into whatever lies in a workspace, which has
 * no business on the thread that answers.
 * @throws ExhumeError `cancelled` at once when the signal fires
 */
export function findInThread(
  task: FindTask,
  workerFolder: string,
  signal: AbortSignal,
): Promise<FoundDump[]> {
  return new Promise<FoundDump[]>((settle, reject) => {
    const worker = new Worker(join(workerFolder, "findWorker.js"), { workerData: task });
    const cancel = () => {
      reject(new ExhumeError({ code: "cancelled" }));
      void worker.terminate();
    };
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    worker.once("message", (found: FoundDump[]) => settle(found));
    worker.once("error", (error) =>
      reject(new ExhumeError({ code: "analyzerLost", reason: endOfThread(error) })),
    );
    worker.once("exit", () => {
      signal.removeEventListener("abort", cancel);
      reject(new ExhumeError({ code: "analyzerLost", reason: "its thread stopped" }));
    });
  });
}
