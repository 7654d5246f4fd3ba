import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ExhumeError, type Fault } from "../../base/errors";
import { CancelFlag } from "../../base/work";
import { endOfThread } from "../threads/endOfThread";
import type { RedactTask, WrittenCopy } from "./writeRedacted";

/** What the thread is started with. */
export interface RedactWorkerData {
  readonly task: RedactTask;
  readonly cancel: SharedArrayBuffer;
}

/** What the thread says. */
export type FromRedactWorker =
  | { readonly type: "progress"; readonly step: string; readonly fraction: number }
  | { readonly type: "written"; readonly written: WrittenCopy }
  | { readonly type: "failed"; readonly fault: Fault };

/** {@link import("./writeRedacted").writeRedacted} in a thread of its own. */
export function redactInThread(
  task: RedactTask,
  workerFolder: string,
  onProgress: (step: string, fraction: number) => void,
  signal: AbortSignal,
): Promise<WrittenCopy> {
  return new Promise<WrittenCopy>((settle, reject) => {
    const flag = new CancelFlag();
    const workerData: RedactWorkerData = { task, cancel: flag.shared };
    const worker = new Worker(join(workerFolder, "redactWorker.js"), { workerData });
    const cancel = () => flag.cancel();
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    worker.on("message", (message: FromRedactWorker) => {
      if (message.type === "progress") onProgress(message.step, message.fraction);
      else if (message.type === "written") settle(message.written);
      else reject(new ExhumeError(message.fault));
    });
    worker.once("error", (error) =>
      reject(new ExhumeError({ code: "analyzerLost", reason: endOfThread(error) })),
    );
    worker.once("exit", () => {
      signal.removeEventListener("abort", cancel);
      reject(new ExhumeError({ code: "analyzerLost", reason: "its thread stopped" }));
    });
  });
}
